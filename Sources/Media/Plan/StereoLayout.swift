import CFFmpeg

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
