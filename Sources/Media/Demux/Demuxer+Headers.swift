import CFFmpeg
import Containers
import Findings

/// What the source's own headers say beyond libavformat's view.
extension Demuxer {
    /// The size of the source according to its own headers, in bytes; nil if they don't declare it.
    func declaredEnd() throws -> UInt64? {
        try DeclaredSize(source).declared(context.sourceContainer)
    }

    /// Whether the source is a fragmented MP4.
    func isFragmented() throws -> Bool { try DeclaredSize(source).isFragmented() }

    /// The chapter features of the source that a flat list can't represent.
    func chapterNote() throws -> Note? {
        guard context.sourceContainer == .matroska else { return nil }
        return try MatroskaChapters(source).note
    }

    /// Tracks of an MP4 with edits at other playback speeds, which libavformat ignores.
    func speedNotes(on streams: [Int]) throws -> [Note] {
        guard context.sourceContainer == .isoBMFF else { return [] }
        let speeds = try ISOTrack.speeds(in: source)
        return streams.compactMap { index in
            let others = Set(speeds[Int(stream(index).pointee.id)] ?? []).subtracting([1])
            return others.isEmpty ? nil : .playbackSpeedIgnored(stream: index, speeds: others.sorted())
        }
    }

    /// Streams whose language says more than the three letters that libavformat reads and writes.
    func languageNotes(on streams: [Int]) throws -> [Note] {
        let byIdentifier = context.sourceContainer == .isoBMFF ? try ISOTrack.languages(in: source) : [:]
        let inOrder = context.sourceContainer == .matroska ? try MatroskaTracks(source).streams : []
        let infos = info.streams
        return streams.compactMap { index in
            let tag =
                inOrder.indices.contains(index)
                ? inOrder[index].language : byIdentifier[Int(stream(index).pointee.id)]
            let stored = infos[index].language == "und" ? nil : infos[index].language
            guard let tag, !tag.isEmpty, tag != "und", tag != stored, tag.contains("-") || stored == nil else {
                return nil
            }
            return .languageLost(stream: index, language: tag, storedAs: stored)
        }
    }

    /// The part of a video stream's frames that players show; nil for all of it.
    func cleanAperture(of index: Int) throws -> CleanAperture? {
        let before = (0..<index).filter { stream($0).pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO }
        return try CleanAperture(
            of: stream(index), number: before.count, container: context.sourceContainer, in: source)
    }
}
