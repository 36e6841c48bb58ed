import CFFmpeg
import Containers

/// The part of the stored picture that players show, where a container names one: MP4's and QuickTime's clean aperture,
/// Matroska's cropping.
struct CleanAperture: Sendable {
    /// What isn't shown.
    var margins: CropInsets
    /// The stored picture that the margins are of.
    var size: Resolution
    /// Width over height of a sample, where that follows from the area's size; nil leaves it as it is.
    var sampleAspectRatio: Rational?

    /// - Parameters:
    ///   - stream: the stream of pictures.
    ///   - number: how many streams of pictures come before it in the file.
    /// - Returns: nil where all of the picture is shown.
    /// - Throws: what the source threw.
    init?(
        of stream: UnsafeMutablePointer<AVStream>, number: Int, container: SourceContainer, in source: any ByteSource
    ) throws {
        if container == .isoBMFF {
            guard let track = try ISOTrack(Int(stream.pointee.id), in: source) else { return nil }
            self.init(track)
        } else if container == .matroska {
            let tracks = try MatroskaTracks(source).tracks.filter { $0.kind == 1 }
            guard tracks.indices.contains(number) else { return nil }
            self.init(tracks[number])
        } else {
            return nil
        }
        let parameters = stream.pointee.codecpar.pointee
        guard !margins.isZero, size == Resolution(width: Int(parameters.width), height: Int(parameters.height)) else {
            return nil
        }
    }

    private init?(_ track: ISOTrack) {
        guard let clean = track.cleanAperture, clean.width >= 2, clean.height >= 2 else { return nil }
        let (width, height) = (Double(track.size.width), Double(track.size.height))
        func margin(_ whole: Double, _ part: Double, _ shift: Double) -> Int? {
            let distance = ((whole - part) / 2 + shift).rounded()
            // One that reaches over the picture's edge is none that could be shown.
            return distance >= 0 && distance < whole ? Int(distance) : nil
        }
        guard let left = margin(width, clean.width, clean.x), let right = margin(width, clean.width, -clean.x),
            let top = margin(height, clean.height, clean.y), let bottom = margin(height, clean.height, -clean.y)
        else { return nil }
        size = track.size
        margins = CropInsets(left: left, right: right, top: top, bottom: bottom)
        let area = size.without(margins)
        guard area.width > 0, area.height > 0 else { return nil }
        // A track's own size is that of its clean area, unless its writer gave it the stored picture's.
        let shown = track.shown
        if !track.hasPixelShape, shown.width > 0, shown.height > 0, shown.width != width || shown.height != height {
            sampleAspectRatio = Self.sampleAspectRatio(of: area, shownAs: shown.width / shown.height)
        }
    }

    private init?(_ track: MatroskaTracks.Track) {
        size = track.size
        margins = track.crop
        let area = size.without(margins)
        guard area.width > 0, area.height > 0 else { return nil }
        // What is displayed is what is left; without a size of its own it has square samples.
        let display = track.display.width > 0 && track.display.height > 0 ? track.display : area
        sampleAspectRatio = Self.sampleAspectRatio(of: area, shownAs: Double(display.width) / Double(display.height))
    }

    private static func sampleAspectRatio(of area: Resolution, shownAs ratio: Double) -> Rational {
        Rational(av_d2q(ratio * Double(area.height) / Double(area.width), 1 << 16))
    }

    /// CropInsets that samples of colour can be cut at, as current FFmpeg cuts.
    ///
    /// - Parameter keepsFields: whether the lines of two fields stay where they are.
    func margins(for format: FrameFormat, keepsFields: Bool) -> CropInsets {
        guard let layout = av_pix_fmt_desc_get(format.pixelFormat)?.pointee,
            layout.flags & UInt64(AV_PIX_FMT_FLAG_BITSTREAM) == 0
        else { return CropInsets() }
        return margins.aligned(
            toColumn: 1 << Int(layout.log2_chroma_w), row: (keepsFields ? 2 : 1) << Int(layout.log2_chroma_h))
    }
}
