import CFFmpeg
import Containers
import Findings

/// How a player rotates and mirrors stored frames: one of the seven transformations by multiples of 90 degrees and
/// reflections.
///
/// Source: FFmpeg, "libavutil/display.h", display transformation matrix.
enum Orientation: String, Sendable, CaseIterable, Codable {
    case clockwise, counterclockwise, upsideDown
    case mirrored, flipped, mirroredClockwise, mirroredCounterclockwise

    /// - Returns: nil for frames that are shown as they are stored, or rotated by another angle.
    init?(of stream: UnsafeMutablePointer<AVStream>) {
        guard let cells = Self.matrix(of: stream) else { return nil }
        let signs = [cells[0], cells[1], cells[3], cells[4]].map { $0.signum() }
        guard (cells[0] == 0) == (cells[4] == 0), (cells[1] == 0) == (cells[3] == 0) else { return nil }
        switch signs {
        case [0, 1, -1, 0]: self = .clockwise
        case [0, -1, 1, 0]: self = .counterclockwise
        case [-1, 0, 0, -1]: self = .upsideDown
        case [-1, 0, 0, 1]: self = .mirrored
        case [1, 0, 0, -1]: self = .flipped
        case [0, 1, 1, 0]: self = .mirroredCounterclockwise
        case [0, -1, -1, 0]: self = .mirroredClockwise
        default: return nil
        }
    }

    /// Whether frames are shown turned in a way that is none of these.
    static func isOther(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
        guard let cells = matrix(of: stream)?.map(Int64.init), Orientation(of: stream) == nil else { return false }
        let isUpright = cells[0] > 0 && cells[4] > 0 && cells[1] == 0 && cells[3] == 0
        // Without an area it is no matrix for frames.
        return !isUpright && cells[0] * cells[4] != cells[1] * cells[3]
    }

    private static func matrix(of stream: UnsafeMutablePointer<AVStream>) -> [Int32]? {
        guard let bytes = stream.sideData(AV_PKT_DATA_DISPLAYMATRIX), bytes.count >= 36 else { return nil }
        return bytes.withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) }
    }

    /// Filters that store frames as they are shown. Source: FFmpeg, "FFmpeg Filters Documentation", transpose.
    var steps: [FilterGraph.Step] {
        switch self {
        case .clockwise: [.init(filter: "transpose", options: "dir=clock")]
        case .counterclockwise: [.init(filter: "transpose", options: "dir=cclock")]
        case .mirroredClockwise: [.init(filter: "transpose", options: "dir=clock_flip")]
        case .mirroredCounterclockwise: [.init(filter: "transpose", options: "dir=cclock_flip")]
        case .upsideDown: [.init(filter: "hflip", options: ""), .init(filter: "vflip", options: "")]
        case .mirrored: [.init(filter: "hflip", options: "")]
        case .flipped: [.init(filter: "vflip", options: "")]
        }
    }

    var note: Note {
        let transform =
            switch self {
            case .clockwise: "rotate-90"
            case .upsideDown: "rotate-180"
            case .counterclockwise: "rotate-270"
            case .mirrored: "mirror-horizontal"
            case .flipped: "mirror-vertical"
            case .mirroredCounterclockwise: "transpose"
            case .mirroredClockwise: "transverse"
            }
        return .orientationApplied(transform: transform)
    }

    private var swapsSides: Bool { steps[0].filter == "transpose" }

    /// The format of frames of this format once they are stored as shown.
    func turned(_ format: FrameFormat) -> FrameFormat {
        guard swapsSides else { return format }
        var turned = format
        turned.size = format.size.rotated
        turned.sampleAspectRatio = Rational(format.sampleAspectRatio.denominator, format.sampleAspectRatio.numerator)
        // Chroma samples at the left of their luma samples are at the top or the bottom of them after a rotation.
        let isToTop = self == .clockwise || self == .mirroredCounterclockwise
        if format.color.chromaLocation ?? 0 == 0 { turned.color.chromaLocation = isToTop ? 3 : 5 }
        return turned
    }
}

extension Orientation {
    /// Where a sample of stored frames of this size is once they are stored as shown.
    func turned(x: Double, y: Double, in size: Resolution) -> (x: Double, y: Double) {
        let (right, bottom) = (Double(size.width - 1) - x, Double(size.height - 1) - y)
        return switch self {
        case .clockwise: (bottom, x)
        case .counterclockwise: (y, right)
        case .upsideDown: (right, bottom)
        case .mirrored: (right, y)
        case .flipped: (x, bottom)
        case .mirroredClockwise: (bottom, right)
        case .mirroredCounterclockwise: (y, x)
        }
    }

    /// The direction of a line in stored frames once they are stored as shown: degrees clockwise from the x axis, 0 to
    /// 180.
    func turned(degrees: Int) -> Int {
        switch self {
        case .upsideDown: degrees
        case .clockwise, .counterclockwise: (degrees + 90) % 180
        case .mirrored, .flipped: (180 - degrees) % 180
        case .mirroredClockwise, .mirroredCounterclockwise: (270 - degrees) % 180
        }
    }

    /// The insets of frames once they are stored as shown.
    public func turned(_ insets: CropInsets) -> CropInsets {
        let (left, right, top, bottom) = (insets.left, insets.right, insets.top, insets.bottom)
        return switch self {
        case .clockwise: CropInsets(left: bottom, right: top, top: left, bottom: right)
        case .counterclockwise: CropInsets(left: top, right: bottom, top: right, bottom: left)
        case .upsideDown: CropInsets(left: right, right: left, top: bottom, bottom: top)
        case .mirrored: CropInsets(left: right, right: left, top: top, bottom: bottom)
        case .flipped: CropInsets(left: left, right: right, top: bottom, bottom: top)
        case .mirroredClockwise: CropInsets(left: bottom, right: top, top: right, bottom: left)
        case .mirroredCounterclockwise: CropInsets(left: top, right: bottom, top: left, bottom: right)
        }
    }
}

/// How the two views of a stereoscopic video are packed into its frames.
///
/// Source: FFmpeg, "libavutil/stereo3d.h".
struct StereoLayout {
    private let type: AVStereo3DType
    private let isInverted: Bool

    /// - Returns: nil for a video without stereo side data.
    init?(of stream: UnsafeMutablePointer<AVStream>) {
        guard let stereo = stream.sideData(AV_PKT_DATA_STEREO3D)?.loaded(as: AVStereo3D.self) else { return nil }
        type = stereo.type
        isInverted = stereo.flags & AV_STEREO3D_FLAG_INVERT != 0
    }

    /// An AVStereo3D for MP4, byte for byte, without what concerns views that are layers: an output has no layers.
    static func withoutLayers(_ bytes: [UInt8]) -> [UInt8] {
        guard var stereo = bytes.loaded(as: AVStereo3D.self) else { return bytes }
        reelpress_forget_layers(&stereo)
        return withUnsafeBytes(of: stereo) { Array($0) }
    }

    /// Whether a container can signal the layout: MP4's `st3d` box only knows the left view first, side by side or top
    /// and bottom.
    func canSignal(in container: Container) -> Bool {
        let inMP4 = [AV_STEREO3D_2D, AV_STEREO3D_SIDEBYSIDE, AV_STEREO3D_TOPBOTTOM]
        return container == .matroska || !isInverted && inMP4.contains(type)
    }
}
