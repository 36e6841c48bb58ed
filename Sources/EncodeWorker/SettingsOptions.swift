import ArgumentParser
import EncodeJob
import Media

/// The settings as options; what is not given is read from the environment, as `REELPRESS_CRF` and so on.
struct SettingsOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Quality, x265's constant rate factor: lower is better and larger. (default: 24)"))
    var crf: Double?

    @Option(help: ArgumentHelp("Speed, x265's preset: ultrafast to placebo. (default: medium)"))
    var preset: String?

    @Option(help: ArgumentHelp("auto, mp4 or mkv; auto takes mp4 where it can carry every stream. (default: auto)"))
    var container: String?

    @Option(help: ArgumentHelp("deinterlace or keep: what becomes of interlaced pictures. (default: deinterlace)"))
    var interlaced: String?

    @Option(
        name: .customLong("x265-params"),
        help: ArgumentHelp("Further x265 parameters.", valueName: "name=value:name=value"))
    var x265Params: String?

    @Option(
        help: ArgumentHelp(
            "strict refuses a source with any damaged picture, tolerate lets 1 % through. (default: tolerate)"))
    var errors: String?

    @Option(
        help: ArgumentHelp(
            "Seconds without progress after which a job is given up. (default: 600)", visibility: .hidden))
    var stallTimeout: Double?

    @Option(
        help: ArgumentHelp(
            "copy, keep or skip: a source that encoding makes no smaller is copied, encoded all the same, or left "
                + "without output. (default: copy)"))
    var larger: String?

    @Option(
        name: .customLong("skip-hevc-below"),
        help: ArgumentHelp(
            "Bits a pixel below which a source that is HEVC already stays as it is; 0 encodes it. (default: 0.05)",
            valueName: "bits"))
    var skipHEVCBelow: String?

    @Option(help: ArgumentHelp("S3's storage class of outputs. (default: the bucket's)", valueName: "class"))
    var storageClass: String?

    @Option(
        name: .customLong("kms-key-id"),
        help: ArgumentHelp("KMS key that S3 encrypts with. (default: the bucket's encryption)", valueName: "key"))
    var kmsKeyID: String?

    @Option(
        help: ArgumentHelp(
            "Tag that a source in S3 gets once its output is there, for the bucket's lifecycle rules. (default: none)",
            valueName: "key=value"))
    var tagSource: String?

    @Option(
        name: .customLong("price-vcpu-hour"),
        help: ArgumentHelp(
            "What a vCPU costs an hour, in US dollars, for the report's estimate. (default: 0.02024)",
            valueName: "dollars"))
    var priceVCPUHour: String?

    @Option(
        name: .customLong("price-gb-hour"),
        help: ArgumentHelp(
            "What a GB of memory costs an hour, in US dollars. (default: 0.0022225)", valueName: "dollars"))
    var priceGBHour: String?

    @Option(help: ArgumentHelp("quiet, progress or debug. (default: progress on a terminal, else quiet)"))
    var log: String?

    /// - Throws: `ValidationError`, naming the option or variable, its value and what it takes.
    func resolve() throws -> Settings {
        let presets = EncoderSettings.presets
        let crf = try value("crf", crf.map { "\($0)" }, default: "24", takes: "a number from 0 to 51") {
            Double($0).flatMap { (0...51).contains($0) ? $0 : nil }
        }
        let preset = try value("preset", preset, default: "medium", takes: presets.joined(separator: ", ")) {
            presets.contains($0) ? $0 : nil
        }
        let container = try value("container", container, default: "auto", takes: "auto, mp4, mkv") {
            $0 == "auto" ? ContainerChoice.automatic : Container(rawValue: $0).map(ContainerChoice.named)
        }
        let interlacing = try value("interlaced", interlaced, default: "deinterlace", takes: "deinterlace, keep") {
            Interlacing(rawValue: $0)
        }
        let errors = try value("errors", errors, default: "tolerate", takes: "strict, tolerate") {
            ErrorPolicy(rawValue: $0)
        }
        let stallTimeout = try value(
            "stall-timeout", stallTimeout.map { "\($0)" }, default: "600", takes: "seconds, 1 or more"
        ) { Double($0).flatMap { (1...1e6).contains($0) ? $0 : nil } }
        let log = try value(
            "log", log, default: StandardError.isTerminal ? "progress" : "quiet", takes: "quiet, progress, debug"
        ) { Settings.Log(rawValue: $0) }
        let encoder = EncoderSettings(crf: crf, preset: preset, parameters: try encoderParameters())
        return Settings(
            encoder: encoder, container: container.container, interlacing: interlacing, errors: errors,
            stallTimeout: stallTimeout, log: log,
            larger: try value("larger", larger, default: "copy", takes: "copy, keep, skip") { Larger(rawValue: $0) },
            skipHEVCBelow: try value(
                "skip-hevc-below", skipHEVCBelow, default: "0.05", takes: "a number of bits from 0 to 10"
            ) { Double($0).flatMap { (0...10).contains($0) ? $0 : nil } },
            storageClass: storageClass ?? Environment["REELPRESS_STORAGE_CLASS"],
            kmsKeyID: kmsKeyID ?? Environment["REELPRESS_KMS_KEY_ID"],
            sourceTag: try value(
                "tag-source", tagSource, default: "", takes: "key=value, of what S3 allows in tags, or nothing"
            ) { $0.isEmpty ? .some(SourceTag?.none) : SourceTag($0).map(Optional.some) },
            prices: Prices(
                vCPUHour: try price("price-vcpu-hour", priceVCPUHour, Prices.usual.vCPUHour),
                gigabyteHour: try price("price-gb-hour", priceGBHour, Prices.usual.gigabyteHour)))
    }

    private func price(_ name: String, _ option: String?, _ usual: Double) throws -> Double {
        try value(name, option, default: "\(usual)", takes: "a number of dollars from 0 to 1000") {
            Double($0).flatMap { (0...1000).contains($0) ? $0 : nil }
        }
    }

    private func encoderParameters() throws -> [EncoderSettings.Parameter] {
        let variable = "REELPRESS_X265_PARAMS"
        do {
            let parameters = try EncoderSettings.parseParameters(x265Params ?? Environment[variable] ?? "")
            try EncoderSettings(parameters: parameters).check()
            return parameters
        } catch {
            throw ValidationError("\(x265Params == nil ? variable : "--x265-params"): \(error)")
        }
    }

    /// Whether somebody asked for silence, and not merely has no terminal.
    var isQuietDemanded: Bool { (log ?? Environment["REELPRESS_LOG"]) == Settings.Log.quiet.rawValue }

    private enum ContainerChoice {
        case automatic
        case named(Container)

        var container: Container? {
            switch self {
            case .automatic: nil
            case .named(let container): container
            }
        }
    }

    private func value<Value>(
        _ name: String, _ option: String?, default usual: String, takes: String, _ read: (String) -> Value?
    ) throws -> Value {
        let variable = "REELPRESS_\(String(name.uppercased().map { $0 == "-" ? "_" : $0 }))"
        let text = option ?? Environment[variable] ?? usual
        if let value = read(text) { return value }
        let source = option == nil ? variable : "--\(name)"
        throw ValidationError("\(source) is \(text): it takes \(takes)")
    }
}
