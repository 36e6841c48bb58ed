import CFFmpeg
import Containers

/// The part of the stored frame that players show, as signalled by the container: the clean aperture of MP4 and
/// QuickTime, or the cropping of Matroska.
struct CleanAperture: Sendable {
    /// The part that isn't shown.
    var insets: CropInsets
    /// The size of the stored frame.
    var size: Resolution
    /// The sample aspect ratio that follows from the display size; nil if the stream's own applies.
    var sampleAspectRatio: Rational?

    /// - Parameters:
    ///   - stream: a video stream.
    ///   - number: the number of video streams before it in the file.
    /// - Returns: nil if the whole frame is shown.
    /// - Throws: the source's error.
    init?(
        of stream: UnsafeMutablePointer<AVStream>, number: Int, container: SourceContainer, in source: any ByteSource
    ) throws {
        if container == .isoBMFF {
            guard let track = try ISOTrack(Int(stream.pointee.id), in: source) else { return nil }
            self.init(track)
        } else if container == .matroska {
            let tracks = try MatroskaTracks(source).tracks.filter { $0.type == 1 }
            guard tracks.indices.contains(number) else { return nil }
            self.init(tracks[number])
        } else {
            return nil
        }
        let parameters = stream.pointee.codecpar.pointee
        guard !insets.isZero, size == Resolution(width: Int(parameters.width), height: Int(parameters.height)) else {
            return nil
        }
    }

    private init?(_ track: ISOTrack) {
        guard let clean = track.cleanAperture, clean.width >= 2, clean.height >= 2 else { return nil }
        let (width, height) = (Double(track.size.width), Double(track.size.height))
        func inset(_ whole: Double, _ part: Double, _ shift: Double) -> Int? {
            let distance = ((whole - part) / 2 + shift).rounded()
            // Ignore an aperture that extends beyond the frame.
            return distance >= 0 && distance < whole ? Int(distance) : nil
        }
        guard let left = inset(width, clean.width, clean.x), let right = inset(width, clean.width, -clean.x),
            let top = inset(height, clean.height, clean.y), let bottom = inset(height, clean.height, -clean.y)
        else { return nil }
        size = track.size
        insets = CropInsets(left: left, right: right, top: top, bottom: bottom)
        let area = size.cropped(by: insets)
        guard area.width > 0, area.height > 0 else { return nil }
        // The track header's size is that of the clean aperture, unless the muxer wrote the stored frame's.
        let display = track.displaySize
        if !track.hasSampleAspectRatio, display.width > 0, display.height > 0,
            display.width != width || display.height != height
        {
            sampleAspectRatio = Self.sampleAspectRatio(of: area, displayAspectRatio: display.width / display.height)
        }
    }

    private init?(_ track: MatroskaTracks.Track) {
        size = track.size
        insets = track.crop
        let area = size.cropped(by: insets)
        guard area.width > 0, area.height > 0 else { return nil }
        // The display size is that of the cropped frame; without one, samples are square.
        let display = track.display.width > 0 && track.display.height > 0 ? track.display : area
        sampleAspectRatio = Self.sampleAspectRatio(
            of: area, displayAspectRatio: Double(display.width) / Double(display.height))
    }

    private static func sampleAspectRatio(of area: Resolution, displayAspectRatio ratio: Double) -> Rational {
        Rational(av_d2q(ratio * Double(area.height) / Double(area.width), 1 << 16))
    }

    /// The insets, aligned to chroma samples as in current FFmpeg.
    ///
    /// - Parameter keepsFields: whether lines must stay in their field.
    func insets(for format: FrameFormat, keepsFields: Bool) -> CropInsets {
        guard let layout = av_pix_fmt_desc_get(format.pixelFormat)?.pointee,
            layout.flags & UInt64(AV_PIX_FMT_FLAG_BITSTREAM) == 0
        else { return CropInsets() }
        return insets.aligned(
            toColumn: 1 << Int(layout.log2_chroma_w), row: (keepsFields ? 2 : 1) << Int(layout.log2_chroma_h))
    }
}
