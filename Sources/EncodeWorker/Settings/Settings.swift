import Containers
import EncodeJob
import Findings
import JobReport
import Media
import Threads

/// Everything that can be set, made once from options and environment.
struct Settings: Sendable {
    var encoder: EncoderSettings
    /// The mean XPSNR in dB for which the CRF is searched; nil takes the encoder's.
    var qualityTarget: Double?
    /// nil is `auto`.
    var container: Container?
    var interlacing: Interlacing
    var errors = ErrorPolicy.tolerate
    /// Seconds without progress after which a job is abandoned.
    var stallTimeout = 600.0
    /// Seconds between two looks at the source during the encode.
    var sourceCheck = 60.0
    /// The time-out of an attempt, which a job that is too slow does not wait for; nil if there is none.
    var timeLimit: TimeLimit?
    var log: Log
    var larger = SizePolicy.copy
    /// Bits per pixel below which an HEVC source is not encoded; 0 encodes every source.
    var skipHEVCBelow = 0.05
    /// S3's storage class of outputs; nil is the bucket's default.
    var storageClass: String?
    /// The KMS key of outputs and reports; nil is the bucket's default encryption.
    var kmsKeyID: String?
    /// Set on a source in a bucket when its output is there; nil sets none.
    var sourceTag: SourceTag?
    var prices = Prices.usual
    var chunking = Chunking.automatic
    /// Seconds between two reports of a job that runs.
    var reportInterval = 60.0
    /// Processes that share this machine.
    var workers = WorkerCount.automatic

    /// The processors of one of these processes while it encodes chunks.
    var share: Int {
        let workers = workers.processes(ofOneVideo: true)
        return (Machine.processorCount + workers - 1) / workers
    }

    /// Of the target's setting: docs/quality.md has the evidence.
    static let usualQualityTarget = 37.0

    /// Ends work that makes no progress for as long as the settings allow.
    ///
    /// - Parameter onHang: called on the watchdog's own thread if the work doesn't end; it should end the process.
    /// - Throws: `ThreadError`.
    func watchdog(
        _ cancellation: Cancellation, onHang: @escaping @Sendable (ReportedError) -> Void
    ) throws(ThreadError) -> Watchdog {
        try Watchdog(
            cancellation, timeout: stallTimeout,
            reason: { [stallTimeout] in ReportedError.stalled(in: $0, for: stallTimeout) }, onHang: onHang)
    }

    /// What is written to standard error during a job.
    enum Log: String, CaseIterable, Sendable {
        case quiet, progress, debug
    }

    /// What happens to a source with damaged frames.
    enum ErrorPolicy: String, CaseIterable, Sendable {
        /// One damaged frame is an error.
        case strict
        /// A few are accepted and counted.
        case tolerate

        /// The share of the frames that may be damaged.
        var tolerance: Double { self == .strict ? 0 : TranscodeSettings.usualDamageTolerance }
    }

    /// The engine's settings for one source.
    func transcode(_ policy: ResolutionPolicy, threads: Int) -> TranscodeSettings {
        var settings = TranscodeSettings(
            encoder: encoder, sizeLimit: policy == .downscale ? .downscaleLimit : nil,
            interlacing: interlacing, container: container,
            writer: "Reelpress \(Version.reelpress)", damageTolerance: errors.tolerance, threads: threads,
            logs: log == .debug)
        settings.chunking = chunking
        return settings
    }

    /// The settings that decide what the output of one source looks like.
    func options(_ policy: ResolutionPolicy) -> EncodeOptions {
        EncodeOptions(
            policy: policy.rawValue, crf: encoder.crf, preset: encoder.preset,
            container: container?.rawValue ?? "auto", interlaced: interlacing.rawValue,
            x265Params: encoder.parameters.map { "\($0.name)=\($0.value)" }.joined(separator: ":"),
            errors: errors.rawValue, larger: larger, skipHEVCBelow: skipHEVCBelow, qualityTarget: qualityTarget)
    }
}

/// A tag that a source gets once its output is there, so that the bucket's lifecycle rules can act on it.
struct SourceTag: Sendable, Equatable {
    var key: String
    var value: String

    /// - Returns: nil if the text is not KEY=VALUE with characters that S3 accepts ("Categorizing your storage using
    ///   tags", Amazon S3 User Guide).
    init?(_ text: String) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else { return nil }
        key = String(text[..<equals])
        value = String(text[equals...].dropFirst())
        let isAccepted = (key + value).unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || $0.properties.numericType != nil || "+-=._:/@ ".unicodeScalars.contains($0)
        }
        guard isAccepted, key.unicodeScalars.count <= 128, value.unicodeScalars.count <= 256, !key.hasPrefix("aws:")
        else { return nil }
    }
}
