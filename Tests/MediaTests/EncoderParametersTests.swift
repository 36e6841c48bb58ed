import CFFmpeg
import CX265
import Testing

@testable import Media

struct EncoderParametersTests {
    /// x265 3.5 writes behind a buffer for pictures of up to 48 samples a row.
    @Test(arguments: [(16, false), (48, false), (50, true), (1920, true)])
    func narrowPicturesGoWithoutCutree(width: Int, isOn: Bool) throws {
        let format = try PictureFormat.plain(width: width, height: 64)
        let input = try EncoderInput(
            for: format, limit: nil, frameRate: Rational(25, 1), timeBase: Rational(1, 25))
        let parameters = try EncoderParameters(HEVCEncoder.library(bitDepth: 8))
        try parameters.set(input, EncoderSettings(parameters: [.init(name: "cutree", value: "1")]))
        #expect((parameters.parameters.pointee.rc.cuTree != 0) == isOn)
    }
}

extension PictureFormat {
    fileprivate static func plain(width: Int, height: Int) throws -> PictureFormat {
        let frame = try FramePool(size: PictureSize(width: width, height: height), format: AV_PIX_FMT_YUV420P).frame()
        return frame.format
    }
}
