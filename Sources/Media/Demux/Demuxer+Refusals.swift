import CFFmpeg
import Containers
import Findings

/// The video to encode, and why there is none.
extension Demuxer {
    /// The index of the video stream to encode: libavformat's best one, but never a cover.
    func mainVideo() throws -> Int {
        if context.sourceContainer == .isoBMFF, let image = try Self.stillImage(source) { throw image }
        let best = av_find_best_stream(context, AVMEDIA_TYPE_VIDEO, -1, -1, nil, 0)
        let candidates = info.streams.filter { $0.kind == .video }
        if let chosen = candidates.first(where: { $0.index == Int(best) }) ?? candidates.first { return chosen.index }
        throw ReportedError(
            .noVideo, .open, "the source has no video stream", advice: "remove it from the input folder")
    }

    private static func stillImage(_ source: any ByteSource) throws -> ReportedError? {
        try DeclaredSize(source).stillImageBrand().map { brand in
            ReportedError(
                .noVideo, .open, "the source is a still image (HEIF, \(brand)), not a video",
                advice: "remove it from the input folder")
        }
    }

    /// - Throws: `ReportedError` of code `unsupported` if a stream is encrypted: its packets would be decoded as damaged
    ///   frames, or copied without what decrypts them.
    func checkNotEncrypted() throws {
        let byIdentifier = context.sourceContainer == .isoBMFF ? try ISOTrack.encryption(in: source) : [:]
        let inOrder = context.sourceContainer == .matroska ? try MatroskaTracks(source).streams : []
        for info in info.streams where [.video, .audio, .subtitle].contains(info.kind) {
            let identifier = Int(stream(info.index).pointee.id)
            let scheme =
                inOrder.indices.contains(info.index) ? inOrder[info.index].encryption : byIdentifier[identifier]
            guard let scheme else { continue }
            throw ReportedError(
                .unsupported, .open,
                "the source is encrypted: stream \(info.index) (\(info.kind.rawValue)) is protected by \(scheme)",
                advice: "decrypt it first")
        }
    }

    /// - Throws: `ReportedError` of code `unsupported` if this FFmpeg has no decoder for a video stream.
    func checkDecodable(_ index: Int) throws {
        let stream = stream(index)
        guard SourceFormats.decoder(of: stream.pointee.codecpar.pointee.codec_id) == nil else { return }
        var name = info.streams[index].codec
        if stream.pointee.codecpar.pointee.codec_id == AV_CODEC_ID_NONE, context.sourceContainer == .matroska {
            let tracks = try MatroskaTracks(source).streams
            if tracks.indices.contains(index) { name = tracks[index].codec }
        }
        throw SourceFormats.noDecoder(for: name)
    }

    static func openFailure(
        _ code: Int32, _ io: InputIO, of source: (any ByteSource)?, _ limits: SourceLimits
    ) throws -> ReportedError {
        // The log's last line must not end up in a later error's message.
        _ = FFmpegLog.takeLastError()
        if Int(io.log.pointee.streams) > limits.streams { return .tooManyStreams(limits) }
        if code == reelpress_averror(ENOMEM) { return .outOfMemory(.open, limits) }
        if let source, let image = try stillImage(source) { return image }
        if code == reelpress_averror_invaliddata, let source, try DeclaredSize(source).lacksMoov() {
            return ReportedError(
                .truncatedSource, .open, "the source has no moov box, so its index is missing",
                advice: "it was truncated or never finalized: upload it again, complete")
        }
        return ReportedError(
            .unreadableSource, .open,
            code == reelpress_averror(EINVAL)
                ? "the source is no video in a supported container"
                : "the source is no readable video (\(describe(code)))",
            advice: "check that it plays, then upload it again")
    }
}
