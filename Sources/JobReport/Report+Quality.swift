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

    /// How the CRF was found.
    public struct Search: Codable, Sendable, Equatable {
        /// The mean XPSNR that was wanted, in dB.
        public var target: Double
        public var crf: Double
        /// Whether the target can be held with a CRF of at least 23.
        public var reached: Bool
        /// The mean XPSNR by the samples, in dB; nil if no CRF was searched.
        public var expected: Double?
        public var probes: [Probe]
        /// The CPU time of all probes.
        public var cpuSeconds: Double

        /// Samples of the video at one CRF.
        public struct Probe: Codable, Sendable, Equatable {
            public var crf: Double
            /// XPSNR in dB, over all samples and of the worst spot.
            public var mean: Double
            public var worst: Double
            public var frames: Int
            /// Bytes per frame of the samples.
            public var bytesPerFrame: Double

            public init(crf: Double, mean: Double, worst: Double, frames: Int, bytesPerFrame: Double) {
                self.crf = crf
                self.mean = mean
                self.worst = worst
                self.frames = frames
                self.bytesPerFrame = bytesPerFrame
            }
        }

        public init(
            target: Double, crf: Double, reached: Bool, expected: Double?, probes: [Probe], cpuSeconds: Double
        ) {
            self.target = target
            self.crf = crf
            self.reached = reached
            self.expected = expected
            self.probes = probes
            self.cpuSeconds = cpuSeconds
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
