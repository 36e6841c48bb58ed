import CFFmpeg
import CXPSNR
import Containers

/// Measures each frame of an encode: the source's frames come in presentation order, the reconstructions in coding order.
///
/// It keeps a reference to each frame that is inside the encoder, and to the two before, without copying samples.
struct QualityMeter: ~Copyable {
    private let xpsnr: XPSNR
    private let bytesPerSample: Int
    private var before: Frame?
    private var earlier: Frame?
    private var inside: [Int: Source] = [:]
    private let timeBase: Rational
    /// nil if none are taken.
    private var keeper: SnapshotKeeper?

    private struct Source: Sendable {
        var frame: OneShot<Frame>
        var weights: [Double]
    }

    /// - Parameter keeper: takes snapshots; nil takes none.
    init(_ video: VideoPlan, _ keeper: SnapshotKeeper? = nil) {
        self.keeper = keeper
        timeBase = video.timeBase
        xpsnr = XPSNR(video.paddedSize, bitDepth: video.bitDepth, frameRate: video.frameRate.value)
        bytesPerSample = video.bytesPerSample
    }

    /// Takes the next frame in presentation order without measuring it: one before the first that is encoded.
    mutating func pass(_ frame: borrowing Frame) throws {
        earlier = before.take()
        before = try frame.shared()
    }

    /// Takes the next frame that is encoded.
    ///
    /// - Parameter number: the frame's, which `measure` is called with.
    mutating func add(_ frame: borrowing Frame, number: Int) throws {
        let weights = xpsnr.weights(
            planes(of: frame.pointer).luma, before: luma(before?.pointer), earlier: luma(earlier?.pointer))
        inside[number] = Source(frame: OneShot(try frame.shared()), weights: weights)
        try pass(frame)
    }

    /// Compares a frame with its reconstruction, and releases it.
    ///
    /// - Parameter reconstruction: x265's planes.
    mutating func measure(_ number: Int, _ reconstruction: XPSNR.Planes) -> FrameQuality? {
        guard let source = inside.removeValue(forKey: number) else { return nil }
        let frame = source.frame.take()
        let planes = planes(of: frame.pointer)
        let quality = xpsnr.quality(planes, reconstruction, weights: source.weights)
        let time = seconds(frame.presentationTime, in: timeBase)
        keeper?.consider(number, at: time, quality, planes, reconstruction)
        return quality
    }

    /// The snapshots so far; nil if none were taken, or if an image failed: an encode doesn't.
    var snapshots: Snapshots? { try? keeper?.snapshots() }

    private func luma(_ frame: UnsafeMutablePointer<AVFrame>?) -> reelpress_plane? {
        frame.map { planes(of: $0).luma }
    }

    private func planes(of frame: UnsafeMutablePointer<AVFrame>) -> XPSNR.Planes {
        let fields = frame.pointee
        let (starts, strides) = (fields.data, fields.linesize)
        return XPSNR.Planes(
            (UnsafeRawPointer(starts.0), UnsafeRawPointer(starts.1), UnsafeRawPointer(starts.2)),
            (strides.0, strides.1, strides.2), bytesPerSample: bytesPerSample)
    }
}
