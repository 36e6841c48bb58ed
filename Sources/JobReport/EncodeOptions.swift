public import Findings

/// The settings that decide what an output looks like, with the values that a job used.
public struct EncodeOptions: Codable, Sendable, Equatable {
    public var policy: String
    public var crf: Double
    public var preset: String
    public var container: String
    public var interlaced: String
    public var x265Params: String
    public var errors: String
    public var larger: SizePolicy
    /// Bits per pixel.
    public var skipHEVCBelow: Double
    /// The mean XPSNR in dB for which the CRF was searched; nil if it was given.
    public var qualityTarget: Double?

    public init(
        policy: String, crf: Double, preset: String, container: String, interlaced: String, x265Params: String,
        errors: String, larger: SizePolicy, skipHEVCBelow: Double, qualityTarget: Double? = nil
    ) {
        self.policy = policy
        self.crf = crf
        self.preset = preset
        self.container = container
        self.interlaced = interlaced
        self.x265Params = x265Params
        self.errors = errors
        self.larger = larger
        self.skipHEVCBelow = skipHEVCBelow
        self.qualityTarget = qualityTarget
    }

    /// The settings in one line: with equal lines, one source has equal outputs.
    ///
    /// - Parameter reason: why the output is a copy of the source; nil for an encoded one.
    public func digest(copying reason: CopyReason? = nil) -> String {
        let encoding =
            "policy=\(policy) crf=\(qualityTarget.map { "auto quality-target=\($0)" } ?? "\(crf)") preset=\(preset) container=\(container) "
            + "interlaced=\(interlaced) x265-params=\(x265Params) errors=\(errors)"
        return switch reason {
        case nil: encoding
        case .larger: "larger=\(larger.rawValue) \(encoding)"
        case .efficient: "skip-hevc-below=\(skipHEVCBelow) policy=\(policy) container=\(container)"
        }
    }
}
