import CX265
import Containers
import Findings

/// What the encoder is opened with; the one owner of an x265_param.
///
/// Source: x265 documentation, "Command Line Options".
struct EncoderParameters: ~Copyable {
    let api: UnsafePointer<x265_api>
    let parameters: UnsafeMutablePointer<x265_param>

    init(_ api: UnsafePointer<x265_api>) throws {
        self.api = api
        parameters = try allocated(api.pointee.param_alloc(), "encoder parameters", .encode)
    }

    deinit { api.pointee.param_free(parameters) }

    /// - Throws: `ReportedError` of code `badSetting`, naming the parameter.
    func set(_ input: VideoPlan, _ settings: EncoderSettings) throws {
        try setPreset(settings.preset)
        let size = input.paddedSize
        guard min(size.width, size.height) >= 16 else {
            throw ReportedError(.unsupported, .encode, "a picture of \(size) is too small for HEVC", advice: "leave it")
        }
        parameters.pointee.sourceWidth = Int32(size.width)
        parameters.pointee.sourceHeight = Int32(size.height)
        parameters.pointee.internalCsp = X265_CSP_I420
        parameters.pointee.fpsNum = UInt32(input.frameRate.numerator)
        parameters.pointee.fpsDenom = UInt32(input.frameRate.denominator)
        // Below this level x265 measures no PSNR and no SSIM; see reelpress_x265_open.
        parameters.pointee.logLevel = X265_LOG_INFO
        // Parameter sets live in the container, as the `hvc1` sample entry demands.
        parameters.pointee.bRepeatHeaders = 0
        parameters.pointee.bAnnexB = 1
        parameters.pointee.bOpenGOP = 0
        parameters.pointee.bEnablePsnr = 1
        parameters.pointee.bEnableSsim = 1
        // A coding tree block can't be larger than the picture.
        if min(size.width, size.height) < 64 { parameters.pointee.maxCUSize = 32 }
        if min(size.width, size.height) < 32 { parameters.pointee.maxCUSize = 16 }
        setColor(input.color)
        // Pictures say what they are: see PictureTiming.
        if input.signalledFieldOrder != nil { parameters.pointee.pictureStructure = 0 }
        if let transfer = input.preferredTransfer {
            parameters.pointee.preferredTransferCharacteristics = Int32(transfer)
        }
        try setAspectRatio(input.sampleAspectRatio)
        try setQuality(settings)
        // x265's assembly for cutree takes four blocks of 16 samples at least, and writes behind its buffer for less.
        // Source: x265, source/common/x86/mc-a2.asm, mbtree_propagate_cost.
        if size.width <= 48 { parameters.pointee.rc.cuTree = 0 }
    }

    /// Tries settings on an encoder that is never opened.
    ///
    /// - Throws: `ReportedError` of code `badSetting`, naming the parameter.
    static func check(_ settings: EncoderSettings) throws {
        let parameters = try EncoderParameters(HEVCEncoder.library(bitDepth: 8))
        try parameters.setPreset(settings.preset)
        try parameters.setQuality(settings)
    }

    private func setPreset(_ preset: String) throws {
        guard api.pointee.param_default_preset(parameters, preset, nil) == 0 else {
            throw ReportedError(
                .badSetting, .encode, "x265 has no preset \(preset)",
                advice: "use one of \(EncoderSettings.presets.joined(separator: ", "))")
        }
    }

    private func setQuality(_ settings: EncoderSettings) throws {
        try parse("crf", String(settings.crf))
        for parameter in settings.parameters { try parse(parameter.name, parameter.value) }
    }

    private func setColor(_ color: ColorDescription) {
        parameters.pointee.vui.bEnableVideoSignalTypePresentFlag = 1
        parameters.pointee.vui.bEnableVideoFullRangeFlag = color.isFullRange == true ? 1 : 0
        let codePoints = [color.primaries, color.transfer, color.matrix]
        if codePoints.contains(where: { $0 != 2 }) {
            parameters.pointee.vui.bEnableColorDescriptionPresentFlag = 1
            parameters.pointee.vui.colorPrimaries = Int32(color.primaries)
            parameters.pointee.vui.transferCharacteristics = Int32(color.transfer)
            parameters.pointee.vui.matrixCoeffs = Int32(color.matrix)
        }
        if let location = color.chromaLocation {
            parameters.pointee.vui.bEnableChromaLocInfoPresentFlag = 1
            parameters.pointee.vui.chromaSampleLocTypeTopField = Int32(location)
            parameters.pointee.vui.chromaSampleLocTypeBottomField = Int32(location)
        }
    }

    private func setAspectRatio(_ ratio: Rational) throws {
        guard ratio.isKnown else { return }
        let reduced = ratio.reduced(to: 65535)
        try parse("sar", "\(reduced.numerator):\(reduced.denominator)")
    }

    private func parse(_ name: String, _ value: String) throws {
        switch api.pointee.param_parse(parameters, name, value) {
        case 0: return
        case X265_PARAM_BAD_NAME:
            throw ReportedError(
                .badSetting, .encode, "x265 has no parameter \(name)", advice: "see x265's documentation")
        default:
            throw ReportedError(
                .badSetting, .encode, "x265 doesn't take \(value) for \(name)", advice: "see x265's documentation")
        }
    }
}

extension EncoderSettings {
    /// Asks x265 whether it takes every setting.
    ///
    /// - Throws: `ReportedError` of code `badSetting`, naming the first that it doesn't take.
    public func check() throws {
        try EncoderParameters.check(self)
    }
}
