import Containers
import Findings

/// What a source may ask of the machine. A source that asks for more ends with an error of code `limit` that names the
/// limit; the defaults are far above what people's videos need. docs/limits.md lists them.
public struct SourceLimits: Sendable, Hashable {
    /// Luma samples a picture: those of H.265's level 6.2, which 8192×4320 stays below.
    ///
    /// Source: ITU-T H.265, table A.8, MaxLumaPs.
    public var pictureArea = 35_651_584
    /// Luma samples a row, and rows: the square root of 8 × MaxLumaPs.
    public var pictureSide = 16_888
    /// Streams of every kind.
    public var streams = 512
    /// Pictures a second of presentation time, over ten seconds and more.
    public var frameRate = 1000
    /// Seconds.
    public var duration = 172_800.0
    /// Packets of the video in a row that give no picture.
    public var packetsWithoutFrame = 5000
    /// Bytes of packets that are looked at to find out what the streams hold.
    public var probeBytes = 32 << 20
    /// Bytes that are read before the first packet: headers and indexes.
    public var openBytes = 1 << 30
    /// Bytes of one allocation of libav*. It holds for the whole process, from the last source opened on.
    public var allocation = 512 << 20

    public init() {}

    func check(_ size: Resolution) throws(ReportedError) {
        guard size.width > 0, size.height > 0 else { return }
        guard size.width <= pictureSide, size.height <= pictureSide, size.width * size.height <= pictureArea else {
            throw .limit(
                .open, "its pictures are \(size), which is more than the limit of \(pictureArea) samples a picture",
                advice: "scale it down before")
        }
    }

    func check(duration seconds: Double, _ stage: ReportedError.Stage) throws(ReportedError) {
        guard seconds <= duration else {
            throw .limit(
                stage, "it lasts \(Int(min(seconds, 1e15))) s, which is more than the limit of \(Int(duration)) s",
                advice: "cut it in parts")
        }
    }

    /// - Parameter seconds: presentation time that the pictures span.
    func check(frames: Int, over seconds: Double) throws(ReportedError) {
        guard Double(frames) <= Double(frameRate) * max(10, seconds + 1) else {
            throw .limit(
                .decode,
                "\(frames) of its frames come within \(Int(max(0, seconds))) s: the limit is \(frameRate) a second",
                advice: "check its frame rate")
        }
    }
}

extension ReportedError {
    /// libav* got no memory for what the source asks for. The system gives nearly any amount, so that it is the bound on
    /// one allocation that was hit.
    static func outOfMemory(_ stage: Stage, _ limits: SourceLimits) -> ReportedError {
        .limit(
            stage, "it needs more than \(limits.allocation >> 20) MiB of memory in one piece",
            advice: "check that it plays, then upload it again")
    }

    static func limit(_ stage: Stage, _ message: String, advice: String) -> ReportedError {
        ReportedError(.limit, stage, "the source is over a limit: \(message)", advice: advice)
    }
}
