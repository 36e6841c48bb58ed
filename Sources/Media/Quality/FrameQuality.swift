import Glibc

/// How much one encoded frame differs from its source.
///
/// Each value is the root of a plane's weighted squared error, from 0 (none) to 1: such values can be averaged, decibels
/// can't.
public struct FrameQuality: Sendable, Hashable, Codable {
    public var luma: Double
    public var cb: Double
    public var cr: Double

    public init(luma: Double, cb: Double, cr: Double) {
        self.luma = luma
        self.cb = cb
        self.cr = cr
    }

    /// The luma's XPSNR in dB.
    public var xpsnr: Double { Self.decibels(luma) }

    /// What counts as no difference, in dB: with rounded samples, infinity is not far above.
    public static let best = 100.0

    /// An error in dB, at most `best`.
    public static func decibels(_ error: Double) -> Double {
        error > 0 ? min(best, -20 * log10(error)) : best
    }
}
