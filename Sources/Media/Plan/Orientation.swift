import CFFmpeg
import Containers
import Findings

/// How a player turns and mirrors a stored picture: one of the seven ways that keep its edges upright.
///
/// Source: FFmpeg, "libavutil/display.h", display transformation matrix.
enum Orientation: String, Sendable, CaseIterable, Codable {
    case clockwise, counterclockwise, upsideDown
    case mirrored, flipped, mirroredClockwise, mirroredCounterclockwise

    /// - Returns: nil for a picture that is shown as it is stored, or turned by another angle.
    init?(of stream: UnsafeMutablePointer<AVStream>) {
        guard let bytes = stream.sideData(AV_PKT_DATA_DISPLAYMATRIX), bytes.count >= 36 else { return nil }
        let cells = bytes.withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) }
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

    /// Filters that store the picture as it is shown. Source: FFmpeg, "FFmpeg Filters Documentation", transpose.
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

    /// What a picture of this format is once it is stored as shown.
    func turned(_ format: FrameFormat) -> FrameFormat {
        guard swapsSides else { return format }
        var turned = format
        turned.size = format.size.rotated
        turned.sampleAspectRatio = Rational(format.sampleAspectRatio.denominator, format.sampleAspectRatio.numerator)
        // Colour that sat at the left of its block sits at the top or the bottom of it then.
        let isToTop = self == .clockwise || self == .mirroredCounterclockwise
        if format.color.chromaLocation ?? 0 == 0 { turned.color.chromaLocation = isToTop ? 3 : 5 }
        return turned
    }
}

extension Orientation {
    /// Where the margins of a picture are once it is stored as shown.
    public func turned(_ margins: CropInsets) -> CropInsets {
        let (left, right, top, bottom) = (margins.left, margins.right, margins.top, margins.bottom)
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

/// How the two views of a stereoscopic video lie in its pictures.
///
/// Source: FFmpeg, "libavutil/stereo3d.h".
struct StereoLayout {
    private let type: AVStereo3DType
    private let isInverted: Bool

    /// - Returns: nil for a video that says nothing of it.
    init?(of stream: UnsafeMutablePointer<AVStream>) {
        guard let stereo = stream.sideData(AV_PKT_DATA_STEREO3D)?.loaded(as: AVStereo3D.self) else { return nil }
        type = stereo.type
        isInverted = stereo.flags & AV_STEREO3D_FLAG_INVERT != 0
    }

    /// Whether a container can say so: MP4's box knows the left view first alone, side by side or above the other.
    func canSignal(in container: Container) -> Bool {
        let inMP4 = [AV_STEREO3D_2D, AV_STEREO3D_SIDEBYSIDE, AV_STEREO3D_TOPBOTTOM]
        return container == .matroska || !isInverted && inMP4.contains(type)
    }
}
