import Containers
import Media

/// What happened to one source, for people and programs that come later. Its fields are documented in docs/report.md.
struct Report: Codable, Sendable {
    /// The version of this layout.
    var schema = 1
    var status: Status
    var exitCode: Int32
    var startedAt: String
    var finishedAt: String
    var source: Item
    var output: Item?
    var saved: Saved?
    /// Why the source itself is the output, or why there is none.
    var kept: Kept?
    var frames: Frames?
    var quality: Quality?
    var settings: UsedSettings
    var resources: Resources
    /// The job of AWS Batch.
    var job: BatchAttempt?
    /// In AWS Batch only.
    var cost: Cost?
    /// Where source, output or report are in S3; without the report's own request.
    var s3: Traffic?
    var versions: Versions
    /// What is not in the output, or not as it was.
    var notes: [String] = []
    var error: Failure?

    enum Status: String, Codable, Sendable {
        case done, failed, interrupted
        /// An output of this source and these settings was there already.
        case unchanged
        /// The output is a copy of the source; `kept` says why.
        case kept
        /// Nothing was published; `kept` or a note says why.
        case skipped
    }

    enum Kept: String, Codable, Sendable {
        /// Encoded, it would be no smaller.
        case larger
        /// It is HEVC already, of few bits a pixel.
        case efficient
    }

    /// A media object.
    struct Item: Codable, Sendable {
        var key: String
        var etag: String?
        var bytes: UInt64?
        var container: String?
        /// Seconds.
        var duration: Double?
        /// Bits a second over everything.
        var bitRate: Double?
        var streams: [Stream]?
    }

    struct Stream: Codable, Sendable {
        var index: Int
        var kind: String
        var codec: String
        var width: Int?
        var height: Int?
        var pixelFormat: String?
        /// Frames a second.
        var frameRate: Double?
        var sampleRate: Int?
        var channels: Int?
        var language: String?
        var title: String?
        var bitRate: Int64?
    }

    struct Saved: Codable, Sendable {
        /// Negative where the output is larger.
        var bytes: Int64
        var percent: Double
    }

    struct Frames: Codable, Sendable {
        var decoded: Int
        var encoded: Int
        var written: Int
        var damaged: Int
        var undecodablePackets: Int
        var incompletePackets: Int
        var retimed: Int
        var interlaced: Int
        var deinterlaced: Int
        var resized: Int
        var compared: Int
    }

    /// As x265 measured it, against the pictures that it was given.
    struct Quality: Codable, Sendable {
        /// dB.
        var lumaPSNR: Double
        var lumaSSIM: Double
    }

    struct UsedSettings: Codable, Sendable, Equatable {
        var policy: String
        var crf: Double
        var preset: String
        var container: String
        var interlaced: String
        var x265Params: String
        var errors: String
        var larger: Larger
        /// Bits a pixel.
        var skipHEVCBelow: Double

        /// The settings in one line: equal lines make equal outputs of one source.
        func digest(keeping kept: Kept? = nil) -> String {
            let encoding =
                "policy=\(policy) crf=\(crf) preset=\(preset) container=\(container) "
                + "interlaced=\(interlaced) x265-params=\(x265Params) errors=\(errors)"
            return switch kept {
            case nil: encoding
            case .larger: "larger=\(larger.rawValue) \(encoding)"
            case .efficient: "skip-hevc-below=\(skipHEVCBelow) policy=\(policy) container=\(container)"
            }
        }
    }

    struct Resources: Codable, Sendable {
        var wallSeconds: Double
        var cpuSeconds: Double
        /// Seconds of video a second of work.
        var speed: Double?
        var framesPerSecond: Double?
        var peakResidentBytes: UInt64
    }

    struct Cost: Codable, Sendable {
        var vCPUs: Double
        var memoryBytes: UInt64
        var vCPUSeconds: Double
        var gigabyteSeconds: Double
        /// US dollars, as all that follow.
        var vCPUHourPrice: Double
        var gigabyteHourPrice: Double
        var estimate: Double
    }

    struct Traffic: Codable, Sendable {
        var requests: Int
        /// Bytes of bodies, repeated ones each time.
        var bytesReceived: UInt64
        var bytesSent: UInt64
    }

    struct Versions: Codable, Sendable {
        var reelpress: String
        var x265: String?
        var x265Build: String?
        var ffmpeg: String
    }

    struct Failure: Codable, Sendable {
        var stage: String
        var code: String
        var message: String
        var advice: String
    }
}

extension Report.Item {
    init(key: String, etag: String? = nil, bytes: UInt64? = nil, info: MediaInfo? = nil) {
        self.key = key
        self.etag = etag
        self.bytes = bytes
        guard let info else { return }
        container = info.container
        duration = info.duration
        if let bytes, let duration = info.duration, duration > 0 { bitRate = Double(bytes) * 8 / duration }
        streams = info.streams.map(Report.Stream.init)
    }
}

extension Report.Stream {
    init(_ info: StreamInfo) {
        index = info.index
        kind = info.kind.rawValue
        codec = info.codec
        width = info.size?.width
        height = info.size?.height
        pixelFormat = info.pixelFormat
        frameRate = info.frameRate.flatMap { $0.isKnown ? $0.value : nil }
        sampleRate = info.sampleRate
        channels = info.channels
        language = info.language
        title = info.title
        bitRate = info.bitRate
    }
}

extension Report.Frames {
    init(_ counts: FrameCounts, compared: Int) {
        self.compared = compared
        decoded = counts.decoded
        encoded = counts.encoded
        written = counts.written
        damaged = counts.damaged
        undecodablePackets = counts.undecodablePackets
        incompletePackets = counts.incompletePackets
        retimed = counts.retimed
        interlaced = counts.interlaced
        deinterlaced = counts.deinterlaced
        resized = counts.resized
    }
}
