/// What x265 measured of its output against the frames that it took, as sums over frames: chunks add up.
public struct EncodeStatistics: Sendable, Hashable, Codable {
    public var frames: Int
    /// Sums over frames of luma PSNR in dB and of luma SSIM, 0 to 1.
    public var lumaPSNRSum: Double
    public var lumaSSIMSum: Double
    /// x265's version.
    public var library: String
    /// x265's compiler, target and bit depths.
    public var libraryBuild: String

    /// Mean luma PSNR over all frames, in dB.
    public var lumaPSNR: Double { lumaPSNRSum / Double(max(1, frames)) }
    /// Mean luma SSIM over all frames, 0 to 1.
    public var lumaSSIM: Double { lumaSSIMSum / Double(max(1, frames)) }

    /// Both, measured by the same library.
    static func + (one: EncodeStatistics, other: EncodeStatistics) -> EncodeStatistics {
        var sum = one
        sum.frames += other.frames
        sum.lumaPSNRSum += other.lumaPSNRSum
        sum.lumaSSIMSum += other.lumaSSIMSum
        return sum
    }
}
