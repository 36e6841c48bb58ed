import CFFmpeg
import Containers
import Findings

/// What the pictures that enter the encoder are like.
struct VideoPlan: Sendable, Codable {
    /// Output over source, horizontally and vertically.
    struct Scale: Sendable, Hashable, Codable {
        var width: Double
        var height: Double
    }

    /// The picture's own size.
    var size: Resolution
    var color: ColorDescription
    var sampleAspectRatio: Rational
    /// That of the source's first picture, as its codec says; the container may say otherwise.
    let codedSampleAspectRatio: Rational
    let sourceSampleAspectRatio: Rational
    /// Of the source's first picture, as it reaches the scaler.
    let sourceSize: Resolution
    /// Width over height of the source's first picture as shown.
    let displayAspectRatio: Double
    var frameRate: Rational
    var timeBase: Rational
    /// 8 or 10.
    var bitDepth: Int
    var hdr: StaticHDR
    /// A transfer function to name beside the one in the parameter sets.
    var preferredTransfer: Int?
    var dolbyVision: DolbyVision?
    /// How the pictures are turned before they are encoded; nil leaves that to players.
    var orientation: Orientation?
    /// Whether the source's pictures come as two fields, one after the other.
    let isFieldCoded: Bool
    /// Whether interlaced pictures are to be made whole.
    var deinterlaces: Bool
    /// Whether pictures stay interlaced and are marked as such, and which field usually comes first.
    var signalledFieldOrder: FieldOrder?
    /// What is cut off the source's pictures.
    let crop: CropInsets
    /// The source's pictures as they are stored.
    let storedSize: Resolution
    /// Output over source width and height.
    let scale: Scale

    /// - Parameters:
    ///   - first: the source's first picture.
    ///   - stream: the source's video.
    ///   - containerAspectRatio: of a sample, by the container's word.
    ///   - cleanAperture: what is to be shown of the pictures.
    /// - Throws: `ReportedError` of code `unsupported` for pictures that would lose what they carry.
    init(
        for first: FirstFrame, of stream: UnsafeMutablePointer<AVStream>, _ settings: TranscodeSettings,
        container: Container, containerAspectRatio: Rational?, cleanAperture: CleanAperture?, frameRate: Rational
    ) throws(ReportedError) {
        // Matroska has no mirrored pictures, and most of its players turn none.
        orientation = container == .matroska ? Orientation(of: stream) : nil
        let coded = first.format
        var source = coded
        if let ratio = cleanAperture?.sampleAspectRatio ?? containerAspectRatio { source.sampleAspectRatio = ratio }
        storedSize = source.size
        crop =
            cleanAperture?.size == source.size
            ? cleanAperture?.insets(for: source, keepsFields: settings.interlacing == .keep) ?? CropInsets()
            : CropInsets()
        source.size = source.size.cropped(by: crop)
        source = orientation?.turned(source) ?? source
        // WebM keeps transparency beside the pictures, where their decoder doesn't look.
        let isApart = tag("alpha_mode", in: stream.pointee.metadata) == "1"
        guard !isApart, !hasAlpha(source.pixelFormat) else {
            let place = isApart ? "alpha_mode" : source.pixelFormatName
            throw ReportedError(
                .unsupported, .scale, "the source's pictures have transparency (\(place))",
                advice: "HEVC players can't show it: keep the source")
        }
        size = settings.sizeLimit.map { source.size.fitted(inside: $0) } ?? source.size
        color = source.color
        if isRGB(source.pixelFormat) {
            // RGB becomes limited-range BT.709, which every player takes; its own matrix would mean "these are RGB".
            color.matrix = Int(AVCOL_SPC_BT709.rawValue)
            color.isFullRange = false
        }
        sampleAspectRatio = source.sampleAspectRatio
        sourceSize = source.size
        sourceSampleAspectRatio = source.sampleAspectRatio
        codedSampleAspectRatio = orientation?.turned(coded).sampleAspectRatio ?? coded.sampleAspectRatio
        displayAspectRatio =
            Double(source.size.width) * source.sampleAspectRatio.aspectRatio / Double(source.size.height)
        let pictureRate = first.frameRate(frameRate, timeBase: Rational(stream.pointee.time_base))
        self.frameRate = pictureRate.isKnown ? pictureRate : Rational(25, 1)
        isFieldCoded = first.isFieldCoded
        timeBase = Rational(stream.pointee.time_base)
        bitDepth = source.bitDepth > 8 ? 10 : 8
        // Lines of two fields can't be scaled together.
        let keepsFields = settings.interlacing == .keep && size == source.size
        deinterlaces = !keepsFields
        // Of HEVC the container's word is about fields that come apart.
        let isHEVC = stream.pointee.codecpar.pointee.codec_id == AV_CODEC_ID_HEVC
        let fieldOrder =
            first.fieldOrder ?? (isHEVC ? nil : FieldOrder(stream.pointee.codecpar.pointee.field_order))
        signalledFieldOrder = keepsFields ? fieldOrder : nil
        hdr = StaticHDR(of: stream, firstFrame: first.hdr)
        preferredTransfer = first.preferredTransfer
        // The decoder gives the preferred transfer function alone; the other is for displays that don't know it.
        let named = Int(stream.pointee.codecpar.pointee.color_trc.rawValue)
        if preferredTransfer != nil, named != Int(AVCOL_TRC_UNSPECIFIED.rawValue) { color.transfer = named }
        dolbyVision = DolbyVision(of: stream, firstPicture: first)
        if let dolbyVision, dolbyVision.requiresDolbyVision {
            throw ReportedError(
                .unsupported, .encode,
                "the source's pictures have their colours only with Dolby Vision profile \(dolbyVision.name), which is not kept",
                advice: "keep the source")
        }
        scale = Scale(
            width: Double(size.width) / Double(source.size.width),
            height: Double(size.height) / Double(source.size.height))
    }

    /// Whether cropping, rotation or scaling changes pixel coordinates.
    var changesCoordinates: Bool { orientation != nil || !crop.isZero || paddedSize != sourceSize }

    /// Distances from the edges of the output's frames, of what has these distances in the stored ones.
    func mapped(_ margins: CropInsets) -> CropInsets {
        let shown = margins.subtracting(crop)
        var placed = (orientation?.turned(shown) ?? shown).scaled(scale.width, scale.height)
        placed.right += paddedSize.width - size.width
        placed.bottom += paddedSize.height - size.height
        return placed
    }

    var cropNote: Note? {
        crop.isZero ? nil : .cropped(from: storedSize.noted, to: storedSize.cropped(by: crop).noted)
    }

    /// The size that is encoded: 4:2:0 has even dimensions.
    var paddedSize: Resolution { size.paddedToEven }
    var bytesPerSample: Int { bitDepth > 8 ? 2 : 1 }
    var pixelFormat: AVPixelFormat { bitDepth > 8 ? AV_PIX_FMT_YUV420P10LE : AV_PIX_FMT_YUV420P }

    /// Whether the fields of a picture of this format can be scaled one by one: 4:2:0 has half as many lines of colour.
    func canScaleByField(_ format: FrameFormat) -> Bool {
        signalledFieldOrder != nil && format.size == size && size.height % 4 == 0
    }

    /// Whether a picture can be encoded as it is.
    func accepts(_ format: FrameFormat) -> Bool {
        let isSameLayout =
            format.pixelFormat == pixelFormat || bitDepth == 8 && format.pixelFormat == AV_PIX_FMT_YUVJ420P
        let isSameMatrix = [color.matrix, Int(AVCOL_SPC_UNSPECIFIED.rawValue)].contains(format.color.matrix)
        let isSameRange = (format.color.isFullRange ?? color.isFullRange) == color.isFullRange
        return isSameLayout && isSameMatrix && isSameRange && format.size == size && size == paddedSize
    }
}
