public import Containers
public import Findings

/// The settings of one transcode: those that decide the output, and the resources to make it with.
public struct TranscodeSettings: Sendable, Hashable {
    public var encoder: EncoderSettings
    /// The resolution that frames are fitted into; nil keeps every resolution.
    public var sizeLimit: Resolution?
    /// How interlaced frames are handled.
    public var interlacing: Interlacing
    /// nil takes MP4 where it can carry every stream, else Matroska.
    public var container: Container?
    /// The output's writing application.
    public var writer: String
    /// Threads for decoding and for scaling; x265 has a pool of its own.
    public var threads: Int
    /// The share of a source's frames that may be damaged, 0 to 1; a source with more is refused.
    public var damageTolerance: Double
    /// Whether, and how, a video is divided into chunks.
    public var chunking = Chunking.off
    /// Limits on the resources that a source may use.
    public var limits = SourceLimits()
    /// Whether libav* and x265 log to standard error.
    public var logs: Bool

    /// One frame in a hundred.
    public static let usualDamageTolerance = 0.01

    public init(
        encoder: EncoderSettings = EncoderSettings(), sizeLimit: Resolution? = nil,
        interlacing: Interlacing = .deinterlace, container: Container? = nil, writer: String = "Reelpress",
        damageTolerance: Double = TranscodeSettings.usualDamageTolerance, threads: Int, logs: Bool = false
    ) {
        self.encoder = encoder
        self.sizeLimit = sizeLimit
        self.interlacing = interlacing
        self.container = container
        self.writer = writer
        self.damageTolerance = damageTolerance
        self.threads = threads
        self.logs = logs
    }
}

/// How frames that were captured as two fields are handled.
public enum Interlacing: String, Sendable, CaseIterable {
    /// Each frame is deinterlaced into one progressive frame.
    case deinterlace
    /// Frames stay interlaced and are signalled as such.
    case keep
}

/// How the video is encoded.
public struct EncoderSettings: Sendable, Hashable, Codable {
    /// x265's constant rate factor, 0 to 51; a lower one gives better quality and a larger file.
    public var crf: Double
    /// x265's preset, `ultrafast` to `placebo`.
    public var preset: String
    /// Further x265 parameters under the names of x265's command line, in order.
    public var parameters: [Parameter]
    /// Whether each frame is compared with its reconstruction. Part of the plan, so that chunks of several machines have
    /// the same figures.
    public var measures = true

    public init(crf: Double = 24, preset: String = "medium", parameters: [Parameter] = []) {
        self.crf = crf
        self.preset = preset
        self.parameters = parameters
    }

    /// Whether a parameter has one of these names.
    func name(oneOf names: String...) -> Bool {
        parameters.contains { names.contains($0.name) }
    }

    /// One x265 parameter.
    public struct Parameter: Sendable, Hashable, Codable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// x265's presets, fastest first. Source: x265 documentation, "Preset Options".
    public static let presets = [
        "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow", "placebo",
    ]

    /// Reads `name=value:name=value`, the form of FFmpeg's `-x265-params`; a name alone means `=1`.
    ///
    /// - Throws: `ReportedError` of code `badSetting` for a parameter that this pipeline sets itself or that would make
    ///   x265 read or write files. `check` asks x265 about the others.
    public static func parseParameters(_ text: String) throws(ReportedError) -> [Parameter] {
        var parameters: [Parameter] = []
        for part in text.split(separator: ":") {
            let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(pieces[0])
            let value = pieces.count > 1 ? String(pieces[1]) : "1"
            if let why = refused[name] {
                throw ReportedError(.badSetting, .encode, "x265 parameter \(name) is not accepted", advice: why)
            }
            parameters.append(Parameter(name: name, value: value))
        }
        return parameters
    }

    private static let refused: [String: String] = {
        let files = [
            "csv", "recon", "qpfile", "zonefile", "lambda-file", "stats", "analysis-save", "analysis-load",
            "analysis-reuse-file", "dhdr10-info", "dolby-vision-rpu", "input", "output", "scaling-list",
        ]
        let ours = [
            "crf": "use the setting crf", "preset": "use the setting preset", "input-res": "it is the source's",
            "fps": "it is the source's", "input-csp": "it is the source's", "input-depth": "it is the source's",
            "output-depth": "it follows the source's", "annexb": "the muxer needs it as it is",
            "repeat-headers": "the container carries the headers", "pass": "a stream is encoded in one pass",
            "bitrate": "quality is set by crf", "qp": "quality is set by crf", "lossless": "quality is set by crf",
            "log-level": "use the setting log", "frames": "every frame is encoded",
            "seek": "every frame is encoded", "field": "every frame is encoded once", "interlace": "it is the source's",
        ]
        return ours.merging(files.map { ($0, "it reads or writes files") }) { ours, _ in ours }
    }()
}
