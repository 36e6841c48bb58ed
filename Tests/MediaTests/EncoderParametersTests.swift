import CFFmpeg
import CX265
import Testing

@testable import Media

struct EncoderParametersTests {
    /// x265 3.5 writes behind a buffer for pictures of up to 48 samples a row.
    @Test(arguments: [(16, false), (48, false), (50, true), (1920, true)])
    func narrowPicturesGoWithoutCutree(width: Int, isOn: Bool) throws {
        let size = PictureSize(width: width, height: 64)
        let picture = FirstPicture(try FramePool(size: size, format: AV_PIX_FMT_YUV420P).frame())
        let context = avformat_alloc_context()
        defer { avformat_free_context(context) }
        let stream = try #require(avformat_new_stream(context, nil))
        stream.pointee.time_base = AVRational(num: 1, den: 25)
        let input = try EncoderInput(
            for: picture, of: stream, TranscodeSettings(threads: 1), container: .mp4, containerShape: nil,
            frameRate: Rational(25, 1))
        let parameters = try EncoderParameters(HEVCEncoder.library(bitDepth: 8))
        try parameters.set(input, EncoderSettings(parameters: [.init(name: "cutree", value: "1")]))
        #expect((parameters.parameters.pointee.rc.cuTree != 0) == isOn)
    }
}
