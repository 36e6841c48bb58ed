import CFFmpeg
import Containers
import Findings

/// The encoded video, and how the source's frames are cropped, rotated and scaled for it.
struct VideoPlan: Sendable, Codable {
    /// Output over source, horizontally and vertically.
    struct Scale: Sendable, Hashable, Codable {
        var width: Double
        var height: Double
    }

    /// The output's resolution, without padding.
    var size: Resolution
    var color: ColorDescription
    var sampleAspectRatio: Rational
    /// The source's, rotated, as its first frame signals it; the container may signal another.
    let codedSampleAspectRatio: Rational
    let sourceSampleAspectRatio: Rational
    /// The resolution of the source's first frame, cropped and rotated, as it reaches the scaler.
    let sourceSize: Resolution
    /// Width over height of the source's first frame as shown.
    let displayAspectRatio: Double
    var frameRate: Rational
    var timeBase: Rational
    /// 8 or 10.
    var bitDepth: Int
    var hdr: StaticHDR
    /// A transfer function to signal in an SEI message besides the one in the parameter sets.
    var preferredTransfer: Int?
    var dolbyVision: DolbyVision?
    /// How frames are rotated before they are encoded; nil leaves that to players.
    var orientation: Orientation?
    /// Whether the source's fields are coded separately, one after the other.
    let isFieldCoded: Bool
    /// Whether interlaced frames are deinterlaced.
    var deinterlaces: Bool
    /// The field order that the output signals as its usual one; nil for a progressive output.
    var signalledFieldOrder: FieldOrder?
    /// How the source's frames are cropped.
    let crop: CropInsets
    /// The resolution of the source's frames as they are stored.
    let storedSize: Resolution
    /// Output over source width and height.
    let scale: Scale

    /// - Parameters:
    ///   - first: the source's first frame.
    ///   - stream: the source's video.
    ///   - containerAspectRatio: the sample aspect ratio that the container signals.
    ///   - cleanAperture: the part of the frames that players show.
    ///   - frameRate: the stream's, as libavformat guesses it.
    /// - Throws: `ReportedError` of code `unsupported` for frames whose content HEVC can't represent.
    init(
        for first: FirstFrame, of stream: UnsafeMutablePointer<AVStream>, _ settings: TranscodeSettings,
        container: Container, containerAspectRatio: Rational?, cleanAperture: CleanAperture?, frameRate: Rational
    ) throws(ReportedError) {
        var source = first.format
        if let ratio = cleanAperture?.sampleAspectRatio ?? containerAspectRatio { source.sampleAspectRatio = ratio }
        storedSize = source.size
        crop = Self.crop(to: cleanAperture, of: source, settings.interlacing)
        source.size = source.size.cropped(by: crop)
        // Matroska can't signal mirrored frames, and most of its players ignore rotation.
        orientation = container == .matroska ? Orientation(of: stream) : nil
        codedSampleAspectRatio = (orientation?.turned(first.format) ?? first.format).sampleAspectRatio
        source = orientation?.turned(source) ?? source
        try Self.checkOpaque(source, stream)
        sourceSize = source.size
        sourceSampleAspectRatio = source.sampleAspectRatio
        sampleAspectRatio = source.sampleAspectRatio
        displayAspectRatio =
            Double(source.size.width) * source.sampleAspectRatio.aspectRatio / Double(source.size.height)
        size = settings.sizeLimit.map { source.size.fitted(inside: $0) } ?? source.size
        scale = Scale(
            width: Double(size.width) / Double(source.size.width),
            height: Double(size.height) / Double(source.size.height))
        timeBase = Rational(stream.pointee.time_base)
        let measuredRate = first.frameRate(frameRate, timeBase: timeBase)
        self.frameRate = measuredRate.isKnown ? measuredRate : Rational(25, 1)
        bitDepth = source.bitDepth > 8 ? 10 : 8
        isFieldCoded = first.isFieldCoded
        // Scaling would mix the lines of two fields.
        let keepsFields = settings.interlacing == .keep && size == source.size
        deinterlaces = !keepsFields
        signalledFieldOrder = keepsFields ? Self.fieldOrder(first, stream) : nil
        preferredTransfer = first.preferredTransfer
        color = Self.color(source, first, stream)
        hdr = StaticHDR(of: stream, firstFrame: first.hdr)
        dolbyVision = try Self.dolbyVision(first, stream)
    }

    private static func crop(
        to aperture: CleanAperture?, of source: FrameFormat, _ interlacing: Interlacing
    ) -> CropInsets {
        guard let aperture, aperture.size == source.size else { return CropInsets() }
        return aperture.insets(for: source, keepsFields: interlacing == .keep)
    }

    private static func checkOpaque(
        _ source: FrameFormat, _ stream: UnsafeMutablePointer<AVStream>
    ) throws(ReportedError) {
        // WebM stores alpha outside of the frames (BlockAdditional), where their decoder doesn't see it.
        let isSeparate = tag("alpha_mode", in: stream.pointee.metadata) == "1"
        guard isSeparate || hasAlpha(source.pixelFormat) else { return }
        let signal = isSeparate ? "alpha_mode" : source.pixelFormatName
        throw ReportedError(
            .unsupported, .scale, "the source's frames have transparency (\(signal))",
            advice: "HEVC players can't show it: keep the source")
    }

    private static func fieldOrder(_ first: FirstFrame, _ stream: UnsafeMutablePointer<AVStream>) -> FieldOrder? {
        // Of HEVC the container's field order only describes fields that are coded separately.
        let isHEVC = stream.pointee.codecpar.pointee.codec_id == AV_CODEC_ID_HEVC
        return first.fieldOrder ?? (isHEVC ? nil : FieldOrder(stream.pointee.codecpar.pointee.field_order))
    }

    private static func color(
        _ source: FrameFormat, _ first: FirstFrame, _ stream: UnsafeMutablePointer<AVStream>
    ) -> ColorDescription {
        var color = source.color
        if isRGB(source.pixelFormat) {
            // RGB becomes limited-range BT.709, which every player supports; its own matrix would signal RGB samples.
            color.matrix = Int(AVCOL_SPC_BT709.rawValue)
            color.isFullRange = false
        }
        // The decoder reports only the preferred transfer function; the other is for displays that don't know it.
        let named = Int(stream.pointee.codecpar.pointee.color_trc.rawValue)
        if first.preferredTransfer != nil, named != Int(AVCOL_TRC_UNSPECIFIED.rawValue) { color.transfer = named }
        return color
    }

    private static func dolbyVision(
        _ first: FirstFrame, _ stream: UnsafeMutablePointer<AVStream>
    ) throws(ReportedError) -> DolbyVision? {
        guard let dolbyVision = DolbyVision(of: stream, firstFrame: first) else { return nil }
        guard !dolbyVision.requiresDolbyVision else {
            throw ReportedError(
                .unsupported, .encode,
                "the source's colours need Dolby Vision profile \(dolbyVision.name), which is not kept",
                advice: "keep the source")
        }
        return dolbyVision
    }

    /// Whether cropping, rotation or scaling changes pixel coordinates.
    var changesCoordinates: Bool { orientation != nil || !crop.isZero || paddedSize != sourceSize }

    /// The insets in the output's frames of an area that has these insets in the stored ones.
    func mapped(_ insets: CropInsets) -> CropInsets {
        let shown = insets.subtracting(crop)
        var mapped = (orientation?.turned(shown) ?? shown).scaled(scale.width, scale.height)
        mapped.right += paddedSize.width - size.width
        mapped.bottom += paddedSize.height - size.height
        return mapped
    }

    /// Where a point of the stored frames is in the output's; the nearest one in it for a point that is cropped.
    func moved(x: Double, y: Double) -> (x: Double, y: Double) {
        let shown = storedSize.cropped(by: crop)
        let x = min(max(0, x - Double(crop.left)), Double(shown.width - 1))
        let y = min(max(0, y - Double(crop.top)), Double(shown.height - 1))
        let turned = orientation?.turned(x: x, y: y, in: shown) ?? (x: x, y: y)
        return (turned.x * scale.width, turned.y * scale.height)
    }

    var cropNote: Note? {
        crop.isZero ? nil : .cropped(from: storedSize.noted, to: storedSize.cropped(by: crop).noted)
    }

    /// The resolution that is encoded: 4:2:0 has even dimensions.
    var paddedSize: Resolution { size.paddedToEven }

    /// The time base of the output's packets; frames keep the source's until then.
    func timeBase(in container: Container) -> Rational {
        container == .mp4 ? MovieTimescale.timeBase(timeBase, frameRate: frameRate) : timeBase
    }
    var bytesPerSample: Int { bitDepth > 8 ? 2 : 1 }
    var pixelFormat: AVPixelFormat { bitDepth > 8 ? AV_PIX_FMT_YUV420P10LE : AV_PIX_FMT_YUV420P }

    /// Whether the fields of frames of this format can be scaled one by one: 4:2:0 has half as many chroma lines.
    func canScaleByField(_ format: FrameFormat) -> Bool {
        signalledFieldOrder != nil && format.size == size && size.height % 4 == 0
    }

    /// Whether frames of this format can be encoded without scaling.
    func accepts(_ format: FrameFormat) -> Bool {
        let isSameLayout =
            format.pixelFormat == pixelFormat || bitDepth == 8 && format.pixelFormat == AV_PIX_FMT_YUVJ420P
        let isSameMatrix = [color.matrix, Int(AVCOL_SPC_UNSPECIFIED.rawValue)].contains(format.color.matrix)
        let isSameRange = (format.color.isFullRange ?? color.isFullRange) == color.isFullRange
        return isSameLayout && isSameMatrix && isSameRange && format.size == size && size == paddedSize
    }
}
