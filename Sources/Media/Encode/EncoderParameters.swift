import CX265
import Containers
import Findings

/// What an encoder encodes.
enum EncoderRole: Sendable, Equatable {
    case wholeVideo
    /// One of several chunks: the same bytes on any machine.
    ///
    /// - Parameter processors: as many as x265 may use.
    case chunk(Int, processors: Int)
    /// Some frames of a video, whose quality tells that of the whole.
    ///
    /// - Parameter processors: as many as x265 may use.
    case sample(processors: Int)

    /// Snapshots that are kept besides the worst: the other chunks have some too.
    var snapshotLimit: Int { self == .wholeVideo ? Snapshots.limit : 1 }
}

/// The parameters of an encoder; the one owner of an x265_param.
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

    /// - Parameter role: what the encoder encodes.
    /// - Throws: `ReportedError` of code `badSetting`, naming the parameter.
    func set(_ video: VideoPlan, _ settings: EncoderSettings, _ role: EncoderRole = .wholeVideo) throws {
        try setPreset(settings.preset)
        let size = video.paddedSize
        guard min(size.width, size.height) >= 16 else {
            throw ReportedError(.unsupported, .encode, "a frame of \(size) is too small for HEVC", advice: "leave it")
        }
        parameters.pointee.sourceWidth = Int32(size.width)
        parameters.pointee.sourceHeight = Int32(size.height)
        parameters.pointee.internalCsp = X265_CSP_I420
        parameters.pointee.fpsNum = UInt32(video.frameRate.numerator)
        parameters.pointee.fpsDenom = UInt32(video.frameRate.denominator)
        // Below this level x265 measures no PSNR and no SSIM; see reelpress_x265_open.
        parameters.pointee.logLevel = X265_LOG_INFO
        // The container carries the parameter sets, as the `hvc1` sample entry demands.
        parameters.pointee.bRepeatHeaders = 0
        parameters.pointee.bAnnexB = 1
        parameters.pointee.bOpenGOP = 0
        parameters.pointee.bEnablePsnr = 1
        parameters.pointee.bEnableSsim = 1
        // A coding tree block can't be larger than the frame.
        if min(size.width, size.height) < 64 { parameters.pointee.maxCUSize = 32 }
        if min(size.width, size.height) < 32 { parameters.pointee.maxCUSize = 16 }
        setColor(video.color)
        // Each access unit signals its own field order: see PictureTiming.
        if video.signalledFieldOrder != nil { parameters.pointee.pictureStructure = 0 }
        if let transfer = video.preferredTransfer {
            parameters.pointee.preferredTransferCharacteristics = Int32(transfer)
        }
        try setAspectRatio(video.sampleAspectRatio)
        if Self.isTiny(size) { parameters.pointee.frameNumThreads = 1 }
        try setQuality(settings)
        // x265's assembly for cutree processes at least four blocks of 16 samples, and writes past its buffer for
        // fewer.
        // Source: x265, source/common/x86/mc-a2.asm, mbtree_propagate_cost.
        if size.width <= 48 { parameters.pointee.rc.cuTree = 0 }
        switch role {
        case .wholeVideo: break
        case .chunk(let index, let processors):
            try setChunk(size, processors: processors)
            // An encoder's first I-frame gets the QP of a P-frame, which can show as a step at a seam; later ones get
            // the mean QP of the P-frames divided by the IP ratio. But where one encoder would have coded a P-frame,
            // that is more than its neighbours have: a zone of one frame takes the middle.
            // Source: x265, source/encoder/ratecontrol.cpp, rateEstimateQscale.
            if index > 0 { try setFirstFrame(quality: parameters.pointee.rc.ipFactor.squareRoot()) }
        case .sample(let processors):
            try setChunk(size, processors: processors)
            // The frames after a usual I-frame gain from it, and would be better than those of the whole video, by 0.3 to
            // 1.1 dB. After this one they are alike, within 0.2 dB, in nine of ten sources.
            try setFirstFrame(quality: 1 / parameters.pointee.rc.ipFactor.squareRoot())
        }
    }

    /// Whether frames are encoded in so short a time that x265 may sleep for ever at the end of a stream: the thread that
    /// ends the last frame reads whether it is the last one, and then waits for the start of the next, without a lock
    /// around both; who says so in between wakes nobody, and says it once. One frame thread never waits.
    ///
    /// Source: x265, source/encoder/ratecontrol.cpp, rateControlEnd and setFinalFrameCount.
    private static func isTiny(_ size: Resolution) -> Bool { size.width * size.height < 200_000 }

    /// Fixes what x265 would derive from the number of processors, so that a chunk's bytes are the same on any machine.
    ///
    /// One frame thread and several give different streams; 2, 3 and 4 give the same. From a pool of four threads on,
    /// the lookahead estimates more costs in advance, and decides otherwise. Several chunks at once use more processors
    /// better than one larger pool does.
    ///
    /// Source: x265, source/common/threadpool.cpp and source/encoder/slicetype.cpp, `m_bBatchFrameCosts`.
    private func setChunk(_ size: Resolution, processors: Int) throws {
        parameters.pointee.frameNumThreads = Self.isTiny(size) ? 1 : 2
        try parse("pools", String(min(3, max(1, processors))))
        // The text of this SEI message has the processor's features in it.
        parameters.pointee.bEmitInfoSEI = 0
    }

    /// Changes the QP of the first frame.
    ///
    /// - Parameter quality: its quantizer step is divided by it.
    private func setFirstFrame(quality: Double) throws { try parse("zones", "0,1,b=\(quality)") }

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
                .badSetting, .encode, "x265 doesn't accept \(value) for \(name)", advice: "see x265's documentation")
        }
    }
}

extension EncoderSettings {
    /// Asks x265 whether it accepts every setting.
    ///
    /// - Throws: `ReportedError` of code `badSetting`, naming the first that it rejects.
    public func check() throws {
        try EncoderParameters.check(self)
    }
}
