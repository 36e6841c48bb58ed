internal import CFFmpeg

/// What the pictures that enter the encoder are like.
struct EncoderInput: Sendable {
    /// The picture's own size.
    var size: PictureSize
    var color: ColorDescription
    var sampleAspectRatio: Rational
    var frameRate: Rational
    var timeBase: Rational
    /// 8 or 10.
    var bitDepth: Int

    /// - Parameters:
    ///   - source: the format of the source's first picture.
    ///   - limit: the size to fit the picture into; nil keeps the size.
    /// - Throws: `MediaError` of code `unsupported` for pictures that would lose what they carry.
    init(
        for source: PictureFormat, limit: PictureSize?, frameRate: Rational, timeBase: Rational
    ) throws(MediaError) {
        guard !hasAlpha(source.pixelFormat) else {
            throw MediaError(
                .unsupported, .scale, "the source's pictures have transparency (\(source.pixelFormatName))",
                advice: "HEVC players can't show it: keep the source")
        }
        size = limit.map { source.size.fitted(inside: $0) } ?? source.size
        color = source.color
        if isRGB(source.pixelFormat) {
            // RGB becomes limited-range BT.709, which every player takes; its own matrix would mean "these are RGB".
            color.matrix = Int(AVCOL_SPC_BT709.rawValue)
            color.isFullRange = false
        }
        sampleAspectRatio = source.sampleAspectRatio
        self.frameRate = frameRate.isKnown ? frameRate : Rational(25, 1)
        self.timeBase = timeBase
        bitDepth = source.bitDepth > 8 ? 10 : 8
    }

    /// The size that is encoded: 4:2:0 has even dimensions.
    var paddedSize: PictureSize { size.paddedToEven }
    var bytesPerSample: Int { bitDepth > 8 ? 2 : 1 }
    var pixelFormat: AVPixelFormat { bitDepth > 8 ? AV_PIX_FMT_YUV420P10LE : AV_PIX_FMT_YUV420P }

    /// Whether a picture can be encoded as it is.
    func accepts(_ format: PictureFormat) -> Bool {
        let isSameLayout =
            format.pixelFormat == pixelFormat || bitDepth == 8 && format.pixelFormat == AV_PIX_FMT_YUVJ420P
        return isSameLayout && format.size == size && size == paddedSize
    }
}
