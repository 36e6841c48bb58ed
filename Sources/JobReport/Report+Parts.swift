extension Report {
    /// A source or an output.
    public struct Item: Codable, Sendable {
        public var key: String
        public var etag: String?
        public var bytes: UInt64?
        /// libavformat's name.
        public var container: String?
        /// Seconds.
        public var duration: Double?
        /// Bits per second of the whole file.
        public var bitRate: Double?
        public var streams: [Stream]?

        public init(key: String, etag: String? = nil, bytes: UInt64? = nil) {
            self.key = key
            self.etag = etag
            self.bytes = bytes
        }
    }

    public struct Stream: Codable, Sendable {
        public var index: Int
        public var kind: String
        public var codec: String
        public var width: Int?
        public var height: Int?
        public var pixelFormat: String?
        /// Frames per second.
        public var frameRate: Double?
        /// Hz.
        public var sampleRate: Int?
        public var channels: Int?
        public var language: String?
        public var title: String?
        /// Bits per second.
        public var bitRate: Int64?

        public init(index: Int, kind: String, codec: String) {
            self.index = index
            self.kind = kind
            self.codec = codec
        }
    }

    /// By how much the output is smaller than the source.
    public struct Saved: Codable, Sendable {
        /// Negative if the output is larger.
        public var bytes: Int64
        public var percent: Double

        public init(before: UInt64, after: UInt64) {
            bytes = Int64(before) - Int64(after)
            percent = before > 0 ? Double(bytes) * 100 / Double(before) : 0
        }
    }

    /// Frames and video packets on their way through the pipeline.
    public struct Frames: Codable, Sendable {
        public var decoded = 0
        public var encoded = 0
        public var written = 0
        public var damaged = 0
        public var undecodablePackets = 0
        public var incompletePackets = 0
        public var retimed = 0
        public var interlaced = 0
        public var deinterlaced = 0
        public var resized = 0
        public var compared = 0

        public init() {}
    }

    /// The chunks that a long video is encoded in.
    public struct Chunks: Codable, Sendable, Equatable {
        public var total: Int
        /// Done now, whoever encoded them.
        public var done: Int
        /// Done before this attempt looked for the first time: by an earlier one, or on another machine.
        public var foundDone: Int
        /// Encoded by this attempt.
        public var made: Int
        /// Taken over from workers that had begun them: they ended, or are slow.
        public var takenOver: Int
        /// Encoded again, since their first frames differed from what the chunk before them saw.
        public var again: Int
        /// Attempts of this job so far that have encoded chunks, this one included.
        public var attempts = 1
        /// Seconds that earlier attempts spent on chunks which they did not finish.
        public var secondsLost = 0.0
        /// Processes that encoded at least one chunk of the output; nil until that is made, like the numbers after it.
        public var workers: Int?
        /// Chunks that helpers encoded.
        public var helped: Int?
        /// Attempts of helpers that ended early, as far as a later attempt of the same job encoded a chunk.
        public var interruptions: Int?

        public init(total: Int, done: Int, foundDone: Int, made: Int, takenOver: Int, again: Int) {
            self.total = total
            self.done = done
            self.foundDone = foundDone
            self.made = made
            self.takenOver = takenOver
            self.again = again
        }
    }

    /// How far a job is that still runs.
    public struct Progress: Codable, Sendable, Equatable {
        /// 0 to 100; nil if the source's duration is unknown.
        public var percent: Double?
        /// Frames so far.
        public var frames: Int
        /// Since the job began.
        public var framesPerSecond: Double
        /// ISO 8601, UTC.
        public var expectedEnd: String?

        public init(percent: Double?, frames: Int, framesPerSecond: Double, expectedEnd: String?) {
            self.percent = percent
            self.frames = frames
            self.framesPerSecond = framesPerSecond
            self.expectedEnd = expectedEnd
        }
    }

    public struct Versions: Codable, Sendable {
        public var reelpress: String
        /// Nil if nothing was encoded.
        public var x265: String?
        public var x265Build: String?
        public var ffmpeg: String

        public init(reelpress: String, x265: String? = nil, x265Build: String? = nil, ffmpeg: String) {
            self.reelpress = reelpress
            self.x265 = x265
            self.x265Build = x265Build
            self.ffmpeg = ffmpeg
        }
    }

    /// Why the job failed.
    public struct Failure: Codable, Sendable {
        public var stage: String
        public var code: String
        public var message: String
        public var advice: String

        public init(stage: String, code: String, message: String, advice: String) {
            self.stage = stage
            self.code = code
            self.message = message
            self.advice = advice
        }
    }
}
