import Containers
import EncodeJob
import JobReport
import Media

/// Every setting, with its name, default, help and parser.
enum SettingTable {
    static let policy = Setting(
        "policy", "preserve keeps the resolution, downscale scales 4K down to 1440p.", default: "preserve",
        takes: "preserve, downscale"
    ) { ResolutionPolicy(rawValue: $0) }

    static let crf = Setting(
        "crf",
        "Quality, x265's constant rate factor: lower is better and larger. auto searches the one for --quality-target.",
        default: "24", takes: "auto, or a number from 0 to 51"
    ) { $0 == "auto" ? .some(Double?.none) : number(in: 0...51)($0).map(Optional.some) }

    static let qualityTarget = Setting(
        "quality-target", "The mean XPSNR in dB that --crf auto holds, with a CRF from 23 to 28.",
        default: "\(Settings.usualQualityTarget)", takes: "a number of dB from 20 to 60", parse: number(in: 20...60))

    static let measure = Setting(
        "measure", "xpsnr or off: whether each frame is compared with its source, for the report.", default: "xpsnr",
        takes: "xpsnr, off"
    ) { ["xpsnr": true, "off": false][$0] }

    static let preset = Setting(
        "preset", "Speed, x265's preset: ultrafast to placebo.", default: "medium",
        takes: EncoderSettings.presets.joined(separator: ", ")
    ) { EncoderSettings.presets.contains($0) ? $0 : nil }

    static let container = Setting(
        "container", "auto, mp4 or mkv; auto uses mp4 if it supports every stream.", default: "auto",
        takes: "auto, mp4, mkv"
    ) { $0 == "auto" ? .some(Container?.none) : Container(rawValue: $0).map(Optional.some) }

    static let interlaced = Setting(
        "interlaced", "deinterlace or keep: what happens to interlaced frames.", default: "deinterlace",
        takes: "deinterlace, keep"
    ) { Interlacing(rawValue: $0) }

    static let x265Params = Setting("x265-params", "Further x265 parameters.", default: "", takes: "parameters") {
        let parameters = try EncoderSettings.parseParameters($0)
        try EncoderSettings(parameters: parameters).check()
        return parameters
    }

    static let chunks = Setting(
        "chunks",
        "auto, off or a number of frames: a long video is encoded in chunks, which a later attempt finds done.",
        default: "auto", takes: "auto, off, or a number of frames"
    ) { (text: String) -> Chunking? in
        switch text {
        case "auto": .automatic
        case "off": .off
        default: Int(text).flatMap { $0 > 0 ? .frames($0) : nil }
        }
    }

    static let errors = Setting(
        "errors", "strict refuses a source with any damaged frame, tolerate accepts 1 %.", default: "tolerate",
        takes: "strict, tolerate"
    ) { Settings.ErrorPolicy(rawValue: $0) }

    static let stallTimeout = Setting(
        "stall-timeout", "Seconds without progress after which a job is abandoned.", default: "600",
        takes: "seconds, 1 or more", parse: number(in: 1...1e6))

    static let timeout = Setting(
        "timeout", "Whole seconds after which AWS Batch ends a job: one that can't finish in time fails early.",
        default: "",
        shownDefault: "none", takes: "whole seconds, 1 or more, or nothing"
    ) { text -> Double?? in
        if text.isEmpty { return .some(nil) }
        return Int(text).flatMap { $0 > 0 ? .some(Double($0)) : nil }
    }

    static let sourceCheck = Setting(
        "source-check", "Seconds between two looks at the source during the encode.", default: "60",
        takes: "seconds, 0.01 or more", parse: number(in: 0.01...1e6))

    static let larger = Setting(
        "larger",
        "copy, keep or skip: a source that encoding does not make smaller is copied, encoded nevertheless, or gets no "
            + "output.", default: "copy", takes: "copy, keep, skip"
    ) { SizePolicy(rawValue: $0) }

    static let skipHEVCBelow = Setting(
        "skip-hevc-below",
        "Bits per pixel below which a source that is already HEVC is not encoded; 0 encodes every source.",
        default: "0.05", takes: "a number of bits from 0 to 10", parse: number(in: 0...10))

    static let storageClass = text(
        "storage-class", "S3's storage class of outputs.", shownDefault: "the bucket's")

    static let kmsKeyID = text(
        "kms-key-id", "KMS key that S3 encrypts with.", shownDefault: "the bucket's encryption")

    static let tagSource = Setting(
        "tag-source", "Tag that a source in S3 gets once its output is there, for the bucket's lifecycle rules.",
        default: "", shownDefault: "none", takes: "key=value with characters that S3 allows in tags, or nothing"
    ) { $0.isEmpty ? .some(SourceTag?.none) : SourceTag($0).map(Optional.some) }

    static let priceVCPUHour = price(
        "price-vcpu-hour", "Price of a vCPU per hour in US dollars, for the report's estimate.", Prices.usual.vCPUHour)

    static let priceGBHour = price(
        "price-gb-hour", "Price of a GB of memory per hour in US dollars.", Prices.usual.gigabyteHour)

    static let workers = Setting(
        "workers",
        "auto or a number: processes that encode at once, several videos or the chunks of one. auto follows the processors.",
        default: "auto", takes: "auto, or a number from 1 to 256"
    ) { (text: String) -> WorkerCount? in
        text == "auto" ? .automatic : Int(text).flatMap { 1...256 ~= $0 ? .count($0) : nil }
    }

    static let helpers = Setting(
        "helpers", "Jobs of AWS Batch that help one job with the chunks of its video, at most.", default: "0",
        takes: "a number from 0 to \(HelperLimits.arrayLimit)"
    ) { Int($0).flatMap { 0...HelperLimits.arrayLimit ~= $0 ? $0 : nil } }

    static let helperQueue = text("helper-queue", "The queue of helpers.", shownDefault: "none")

    static let helperDefinition = text("helper-definition", "The job definition of helpers.", shownDefault: "none")

    static let helperWork = Setting(
        "helper-work", "CPU-seconds that each worker of one video has at least.", default: "500",
        takes: "seconds, 0.001 or more", parse: number(in: 0.001...1e9))

    static let log = Setting(
        "log", "quiet, progress or debug.", default: StandardError.isTerminal ? "progress" : "quiet",
        shownDefault: "progress on a terminal, else quiet", takes: "quiet, progress, debug"
    ) { Settings.Log(rawValue: $0) }

    private static func number(in range: ClosedRange<Double>) -> @Sendable (String) -> Double? {
        { Double($0).flatMap { range.contains($0) ? $0 : nil } }
    }

    private static func price(_ name: String, _ purpose: String, _ usual: Double) -> Setting<Double> {
        Setting(
            name, purpose, default: "\(usual)", takes: "a number of dollars from 0 to 1000",
            parse: number(in: 0...1000))
    }

    private static func text(_ name: String, _ purpose: String, shownDefault: String) -> Setting<String?> {
        Setting(name, purpose, default: "", shownDefault: shownDefault, takes: "a text") {
            .some($0.isEmpty ? nil : $0)
        }
    }
}
