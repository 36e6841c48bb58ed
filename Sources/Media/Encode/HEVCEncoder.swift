import CFFmpeg
import CX265
import Findings
import Synchronization

/// libx265; the one owner of an encoder and its parameters.
///
/// Access units come out in decoding order, in Annex B form, with their frames' PTS; `DecodingTimes` derives the DTS.
/// Every GOP is closed, so that a stream can be cut, joined and sought at each keyframe.
///
/// Source: x265 documentation, "Application Programming Interface".
struct HEVCEncoder: ~Copyable, @unchecked Sendable {
    // Sendable: sole owner, not copyable; one thread calls the encoder at a time.
    private let api: UnsafePointer<x265_api>
    private let parameters: EncoderParameters
    private let picture: EncoderPicture
    private let coded: EncoderPicture
    private let encoder: OpaquePointer
    private let logs: Bool
    private let video: VideoPlan
    /// SEI messages for every random access point.
    private let keyMessages: [SEIMessage]
    /// What belongs to the frames inside, by the number that a frame carries through the encoder.
    private var inside: [Int: (duration: Int64, metadata: FrameMetadata, signature: LumaSignature?)]
    /// nil if quality isn't measured.
    private var meter: Optional<QualityMeter>

    /// Frames taken and access units emitted so far.
    private(set) var framesIn = 0
    private(set) var accessUnitsOut = 0
    /// Frames whose Dolby Vision RPU still describes the source's active area.
    private(set) var unscaledRPUs = 0

    /// - Parameter keepsSnapshots: whether images of some frames are kept, if frames are measured.
    init(
        _ video: VideoPlan, _ settings: EncoderSettings, _ role: EncoderRole = .wholeVideo,
        keepsSnapshots: Bool = false, logs: Bool
    ) throws {
        let api = try Self.library(bitDepth: video.bitDepth)
        let parameters = try EncoderParameters(api)
        try parameters.set(video, settings, role)
        let picture = try EncoderPicture(api)
        let coded = try EncoderPicture(api)
        encoder = try Self.open(api, parameters, video, logs: logs)
        self.api = api
        self.logs = logs
        self.parameters = parameters
        self.picture = picture
        self.coded = coded
        self.video = video
        (keyMessages, inside) = (video.hdr.messages, [:])
        meter =
            settings.measures
            ? QualityMeter(video, keepsSnapshots ? SnapshotKeeper(video, limit: role.snapshotLimit) : nil) : nil
    }

    static func library(bitDepth: Int) throws -> UnsafePointer<x265_api> {
        guard let api = reelpress_x265_api_get(Int32(bitDepth)) else {
            throw ReportedError(.unsupported, .encode, "this libx265 has no \(bitDepth)-bit encoder")
        }
        guard reelpress_x265_layout_matches(api) != 0 else {
            throw ReportedError(.library, .encode, "libx265 is not the version that this program was built for")
        }
        return api
    }

    private static func open(
        _ api: UnsafePointer<x265_api>, _ parameters: borrowing EncoderParameters, _ video: VideoPlan, logs: Bool
    ) throws -> OpaquePointer {
        var log = [CChar](repeating: 0, count: 8192)
        let parameters = parameters.parameters
        // As bits: a lock's closure may only return values that no other thread can touch, and a C pointer isn't known
        // as one.
        let opened =
            logs
            ? Int(bitPattern: api.pointee.encoder_open(parameters))
            : standardError.withLock { _ in
                Int(bitPattern: reelpress_x265_open(api, parameters, &log, log.count))
            }
        if let encoder = OpaquePointer(bitPattern: opened) { return encoder }
        let text = log.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let reasons = text.split(separator: "\n").compactMap { line in
            line.split(separator: "[error]: ", maxSplits: 1).dropFirst().first
        }
        throw ReportedError(
            .badSetting, .encode,
            "x265 rejects \(video.paddedSize) with these settings (\(reasons.first ?? "it gives no reason"))",
            advice: "change them")
    }

    deinit {
        // Swift 6.2 can't compile a closure that uses properties of a noncopyable value here.
        let (api, encoder) = (api, encoder)
        if logs {
            api.pointee.encoder_close(encoder)
        } else {
            Self.standardError.withLock { _ in reelpress_x265_close(api, encoder) }
        }
    }

    /// Locked while x265's log is redirected from the process's standard error.
    private static let standardError = Mutex(())

    /// What an output needs from the encoder besides its access units.
    func headers() throws -> StreamHeaders {
        var units: UnsafeMutablePointer<x265_nal>?
        var count: UInt32 = 0
        let bytes = api.pointee.encoder_headers(encoder, &units, &count)
        guard bytes > 0, let units else { throw ReportedError(.library, .encode, "x265 gives no headers") }
        let headers = [UInt8](UnsafeBufferPointer(start: units.pointee.payload, count: Int(bytes)))
        let actual = actualParameters()
        // Source: x265, source/encoder/encoder.cpp, m_bframeDelay.
        let delay = actual.bframes > 0 ? (actual.bBPyramid != 0 ? 2 : 1) : 0
        return StreamHeaders(
            parameterSets: (video.signalledFieldOrder == nil
                ? headers : PictureTiming.settingInterlacedSourceFlag(in: headers))
                + keyMessages.flatMap(\.unit), reorderDelay: delay)
    }

    /// Frames that x265 takes, at most, before it has encoded the first one.
    var delay: Int {
        let actual = actualParameters()
        return Int(actual.lookaheadDepth + actual.bframes + actual.frameNumThreads) + Self.queues
    }

    /// Frames in x265's queues besides the lookahead's, at most: one for each of its steps.
    private static let queues = 8

    /// The parameters that x265 derived from those that were set.
    private func actualParameters() -> x265_param {
        var actual = x265_param()
        var zone = x265_zone()
        // x265 copies into the zones of its result, which must exist if there are any.
        withUnsafeMutablePointer(to: &zone) { zone in
            actual.rc.zones = zone
            api.pointee.encoder_parameters(encoder, &actual)
        }
        actual.rc.zones = nil
        return actual
    }

    /// Takes a frame before the first one that is encoded, which the first one's quality depends on.
    mutating func pass(_ filtered: borrowing FilteredFrame) throws { try meter?.pass(filtered.frame) }

    /// Encodes one frame; hands over the access unit that became ready, if any.
    mutating func encode(_ filtered: borrowing FilteredFrame, emit: (consuming AccessUnit) throws -> Void) throws {
        let source = filtered.frame.pointer.pointee
        let picture = picture.pointer
        api.pointee.picture_init(parameters.parameters, picture)
        // One by one: since build 210 x265 has a fourth plane, for alpha.
        picture.pointee.planes.0 = .init(source.data.0)
        picture.pointee.planes.1 = .init(source.data.1)
        picture.pointee.planes.2 = .init(source.data.2)
        picture.pointee.stride.0 = source.linesize.0
        picture.pointee.stride.1 = source.linesize.1
        picture.pointee.stride.2 = source.linesize.2
        picture.pointee.bitDepth = Int32(video.bitDepth)
        picture.pointee.pts = filtered.frame.presentationTime
        // Never dereferenced: the number of the frame travels through the encoder in the pointer's bits.
        picture.pointee.userData = UnsafeMutableRawPointer(bitPattern: framesIn + 1)
        var metadata = FrameMetadata(of: filtered.frame, for: video)
        if metadata.keepsSourceActiveArea { unscaledRPUs += 1 }
        if video.signalledFieldOrder != nil {
            metadata.messages.insert(PictureTiming.message(filtered.frame.fieldOrder), at: 0)
        }
        inside[framesIn + 1] = (filtered.frame.duration, metadata, filtered.signature)
        framesIn += 1
        try meter?.add(filtered.frame, number: framesIn)
        _ = try submit(picture, emit)
    }

    /// Ticks that a frame is shown if the source has no duration: an MP4's edit list would exclude a frame of duration
    /// 0.
    private var usualDuration: Int64 { video.frameRate.period(in: video.timeBase) }

    /// Hands over the access units that are still inside.
    mutating func finish(emit: (consuming AccessUnit) throws -> Void) throws {
        while try submit(nil, emit) {}
    }

    /// Luma quality over all frames so far.
    mutating func statistics() -> EncodeStatistics {
        var stats = x265_stats()
        api.pointee.encoder_get_stats(encoder, &stats, UInt32(MemoryLayout<x265_stats>.stride))
        // x265 sums PSNR over all frames, but averages SSIM.
        return EncodeStatistics(
            frames: Int(stats.encodedPictureCount), lumaPSNRSum: stats.globalPsnrY,
            lumaSSIMSum: stats.globalSsim * Double(stats.encodedPictureCount),
            library: String(cString: api.pointee.version_str),
            libraryBuild: String(cString: api.pointee.build_info_str), snapshots: meter?.snapshots)
    }

    private mutating func submit(
        _ input: UnsafeMutablePointer<x265_picture>?, _ emit: (consuming AccessUnit) throws -> Void
    ) throws -> Bool {
        var units: UnsafeMutablePointer<x265_nal>?
        var count: UInt32 = 0
        let result = reelpress_x265_encode(api, encoder, &units, &count, input, coded.pointer)
        guard result >= 0 else { throw ReportedError(.library, .encode, "x265 failed to encode a frame") }
        guard result > 0, count > 0, let units else { return false }
        let all = UnsafeBufferPointer(start: units, count: Int(count))
        let isKey = all.contains { NALUnitType(rawValue: UInt8($0.type)).isIRAP }
        let number = Int(bitPattern: coded.pointer.pointee.userData)
        let frame = inside.removeValue(forKey: number)
        var unit = try AccessUnit(
            all, messages: (isKey ? keyMessages : []) + (frame?.metadata.messages ?? []),
            dolbyVision: frame?.metadata.dolbyVision)
        let packet = unit.packet.pointer
        packet.pointee.pts = coded.pointer.pointee.pts
        packet.pointee.duration = frame.map { $0.duration > 0 ? $0.duration : usualDuration } ?? 0
        unit.proof.signature = frame?.signature
        unit.quality = quality(number)
        if isKey {
            packet.pointee.flags |= AV_PKT_FLAG_KEY
            unit.proof.reconstructionCRC = reconstructionCRC()
        }
        accessUnitsOut += 1
        try emit(unit)
        return true
    }
}

extension HEVCEncoder {
    /// The quality of the frame that x265 has just encoded.
    private mutating func quality(_ number: Int) -> FrameQuality? {
        let picture = coded.pointer.pointee
        guard picture.planes.0 != nil else { return nil }
        let (starts, strides) = (picture.planes, picture.stride)
        let planes = XPSNR.Planes(
            (UnsafeRawPointer(starts.0), UnsafeRawPointer(starts.1), UnsafeRawPointer(starts.2)),
            (strides.0, strides.1, strides.2), bytesPerSample: video.bytesPerSample)
        return meter?.measure(number, planes)
    }

    /// The checksum of the frame that x265 has just encoded, as a decoder will reconstruct it. The planes are x265's
    /// own and stay valid until its next call.
    private func reconstructionCRC() -> UInt32? {
        let picture = coded.pointer.pointee
        guard picture.planes.0 != nil else { return nil }
        let planes = [
            (UnsafeRawPointer(picture.planes.0), Int(picture.stride.0)),
            (UnsafeRawPointer(picture.planes.1), Int(picture.stride.1)),
            (UnsafeRawPointer(picture.planes.2), Int(picture.stride.2)),
        ]
        return FrameCRC.of(planes, size: video.paddedSize, bytesPerSample: video.bytesPerSample)
    }
}

/// The one owner of an x265_picture.
private struct EncoderPicture: ~Copyable {
    private let api: UnsafePointer<x265_api>
    let pointer: UnsafeMutablePointer<x265_picture>

    init(_ api: UnsafePointer<x265_api>) throws {
        self.api = api
        pointer = try allocated(api.pointee.picture_alloc(), "an x265_picture", .encode)
    }

    deinit { api.pointee.picture_free(pointer) }
}

/// What the access units of an encoded video have in common.
struct StreamHeaders: Sendable, Equatable {
    /// VPS, SPS, PPS, x265's settings and the SEI messages of the whole stream, in Annex B form.
    var parameterSets: [UInt8]
    /// Frames by which decoding runs ahead of presentation: 0 without B-frames, 2 with a B-pyramid.
    var reorderDelay: Int
}

/// The quality of the encoded frames as x265 measures it, as sums over frames, so that chunks add up.
public struct EncodeStatistics: Sendable, Hashable, Codable {
    public var frames: Int
    /// Sums over frames of luma PSNR in dB and of luma SSIM, 0 to 1.
    public var lumaPSNRSum: Double
    public var lumaSSIMSum: Double
    /// nil if it wasn't measured.
    public var quality: QualitySums?
    /// x265's version.
    public var library: String
    /// x265's compiler, target and bit depths.
    public var libraryBuild: String
    /// nil if none were taken.
    public var snapshots: Snapshots?

    /// Mean luma PSNR over all frames, in dB.
    public var lumaPSNR: Double { lumaPSNRSum / Double(max(1, frames)) }
    /// Mean luma SSIM over all frames, 0 to 1.
    public var lumaSSIM: Double { lumaSSIMSum / Double(max(1, frames)) }

    /// The statistics of both; they must come from the same library.
    static func + (one: EncodeStatistics, other: EncodeStatistics) -> EncodeStatistics {
        var sum = one
        sum.frames += other.frames
        sum.lumaPSNRSum += other.lumaPSNRSum
        sum.lumaSSIMSum += other.lumaSSIMSum
        sum.snapshots = one.snapshots.map { one in other.snapshots.map { one + $0 } ?? one } ?? other.snapshots
        sum.quality = one.quality.flatMap { one in other.quality.map { one + $0 } }
        return sum
    }
}
