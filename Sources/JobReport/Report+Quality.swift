extension Report {
    /// How much the encoded frames differ from the frames that the encoder got.
    public struct Quality: Codable, Sendable {
        /// Means over all frames, as x265 measures them: dB.
        public var lumaPSNR: Double
        /// 0 to 1.
        public var lumaSSIM: Double
        /// Nil if it wasn't measured.
        public var xpsnr: XPSNR?
        /// By chunk, of a video that was encoded in several.
        public var chunks: [ChunkQuality]?
        public var timeline: Timeline?

        public init(lumaPSNR: Double, lumaSSIM: Double) {
            self.lumaPSNR = lumaPSNR
            self.lumaSSIM = lumaSSIM
        }
    }

    /// Perceptually weighted PSNR, in dB from 0 to 100; 100 means no difference.
    public struct XPSNR: Codable, Sendable, Equatable {
        /// Of the luma, over all frames.
        public var mean: Double
        /// 5 % of the frames have no more than this.
        public var p5: Double
        /// The lowest of a frame.
        public var worst: Double
        /// Seconds on the output's timeline.
        public var worstTime: Double
        /// Means of the chroma planes.
        public var cb: Double
        public var cr: Double

        public init(mean: Double, p5: Double, worst: Double, worstTime: Double, cb: Double, cr: Double) {
            self.mean = mean
            self.p5 = p5
            self.worst = worst
            self.worstTime = worstTime
            self.cb = cb
            self.cr = cr
        }
    }

    public struct ChunkQuality: Codable, Sendable, Equatable {
        public var index: Int
        /// Seconds on the output's timeline.
        public var start: Double
        /// Of its access units.
        public var bytes: UInt64
        public var xpsnr: XPSNR

        public init(index: Int, start: Double, bytes: UInt64, xpsnr: XPSNR) {
            self.index = index
            self.start = start
            self.bytes = bytes
            self.xpsnr = xpsnr
        }
    }

    /// The video in spans of equal length, the first from 0 on.
    public struct Timeline: Codable, Sendable, Equatable {
        /// Seconds of a span.
        public var step: Int
        /// The luma's mean XPSNR of each span in dB; nil where no frame begins.
        public var mean: [Double?]
        /// Of the worst frame of each span.
        public var lowest: [Double?]
        /// Of the access units of each span.
        public var bytes: [UInt64]

        public init(step: Int, mean: [Double?], lowest: [Double?], bytes: [UInt64]) {
            self.step = step
            self.mean = mean
            self.lowest = lowest
            self.bytes = bytes
        }
    }
}
