/// What x265 measured of its own output against the pictures that went in.
public struct EncodeStatistics: Sendable, Hashable {
    /// Mean luma PSNR over all pictures, in dB.
    public var lumaPSNR: Double
    /// Mean luma SSIM over all pictures, 0 to 1.
    public var lumaSSIM: Double
    /// x265's version.
    public var library: String
    /// x265's compiler, target and bit depths.
    public var libraryBuild: String
}
