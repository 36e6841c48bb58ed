import Containers
import EncodeJob
import Media

/// Everything that can be set, made once from options and environment.
struct Settings: Sendable {
    var encoder: EncoderSettings
    /// nil is `auto`.
    var container: Container?
    var interlacing: Interlacing
    var errors = ErrorPolicy.tolerate
    /// Seconds without progress after which a job is given up.
    var stallTimeout = 600.0
    var log: Log
    var larger = Larger.copy
    /// Bits a pixel below which an HEVC source stays as it is; 0 encodes every source.
    var skipHEVCBelow = 0.05
    /// S3's storage class of outputs; nil is the bucket's own.
    var storageClass: String?
    /// The KMS key of outputs and reports; nil is the bucket's own encryption.
    var kmsKeyID: String?
    /// Set on a source in a bucket when its output is there; nil leaves sources as they are.
    var sourceTag: SourceTag?
    var prices = Prices.usual

    /// What is told while working.
    enum Log: String, CaseIterable, Sendable {
        case quiet, progress, debug
    }

    /// What the engine is told, for one source.
    func transcode(_ policy: ResolutionPolicy, threads: Int) -> TranscodeSettings {
        TranscodeSettings(
            encoder: encoder, sizeLimit: policy == .downscale ? .downscaleLimit : nil,
            interlacing: interlacing, container: container,
            writer: "Reelpress \(Version.reelpress)", damageTolerance: errors.tolerance, threads: threads,
            logs: log == .debug)
    }

    /// All that decides what an output looks like, as the report has it.
    func used(_ policy: ResolutionPolicy) -> Report.UsedSettings {
        Report.UsedSettings(
            policy: policy.rawValue, crf: encoder.crf, preset: encoder.preset,
            container: container?.rawValue ?? "auto", interlaced: interlacing.rawValue,
            x265Params: encoder.parameters.map { "\($0.name)=\($0.value)" }.joined(separator: ":"),
            errors: errors.rawValue, larger: larger, skipHEVCBelow: skipHEVCBelow)
    }
}
