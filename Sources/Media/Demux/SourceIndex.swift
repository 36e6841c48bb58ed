import CFFmpeg
import Containers

/// The random access points of a source's main video by the container's index, without reading the media.
struct SourceIndex: Sendable {
    var division: PacketDivision
    /// Ascending. Their PTS are approximate, and lack what only their packets tell: see `Demuxer.resolve`.
    var points: [RandomAccessPoint]
}

extension Demuxer {
    /// Seconds between the DTS and the PTS of a keyframe: 16 frames at 12 frames per second.
    private static let maxDelay = 1.4

    /// The container's index.
    ///
    /// - Parameters:
    ///   - video: the index of the main video.
    ///   - kept: the streams that are in the output.
    ///   - offset: from the source's timeline to the output's, in ticks of the main video.
    /// - Returns: nil without an index by which every packet can be reached exactly once.
    func index(of video: Int, keeping kept: [Int], offset: Int64) throws -> SourceIndex? {
        let division: PacketDivision
        switch info.sourceContainer {
        case .isoBMFF:
            // libavformat indexes fragments one by one while it reads them.
            if try isFragmented() { return try fragmentIndex(of: video, keeping: kept, offset: offset) }
            guard kept.allSatisfy({ isOrderly($0) }) else { return nil }
            division = .decodingTime
        case .matroska:
            division = .position
        case .avi:
            guard kept.allSatisfy({ isOrderly($0) }) else { return nil }
            division = .decodingTime
        default: return nil
        }
        // Matroska's demuxer reads the index on the first seek.
        let count = try indexEntries(of: video)
        var points: [RandomAccessPoint] = []
        for number in 0..<Int32(count) {
            guard let entry = avformat_index_get_entry(stream(video), number)?.pointee,
                entry.flags & AVINDEX_KEYFRAME != 0, let time = known(entry.timestamp)
            else { continue }
            points.append(
                RandomAccessPoint(
                    presentation: time + offset, decoding: division == .decodingTime ? time : nil, seek: .time(time)))
        }
        // The index of an MP4 has DTS, but libavformat takes the time of a seek for a PTS. With B-frames a PTS is later,
        // mostly by as much as the first one's.
        if let first = points.first, let start = known(stream(video).pointee.start_time) {
            let delay = start + offset - first.presentation
            if 0...Self.maxDelay ~= seconds(delay, in: info.streams[video].timeBase) {
                for number in points.indices {
                    points[number].presentation += delay
                    if let decoding = points[number].decoding { points[number].seek = .time(decoding + delay) }
                }
            }
        }
        // The video begins at the first one, which is no cut.
        points.removeFirst(min(1, points.count))
        guard points.count > 0, zip(points, points.dropFirst()).allSatisfy({ $0.presentation < $1.presentation }) else {
            return nil
        }
        return SourceIndex(division: division, points: points)
    }

    /// The number of entries in the container's index: keyframes, or packets.
    func indexEntries(of stream: Int) throws -> Int {
        // Matroska's demuxer reads the index on the first seek.
        av_seek_frame(context, Int32(stream), 0, AVSEEK_FLAG_BACKWARD)
        try rethrow()
        return Int(avformat_index_get_entries_count(self.stream(stream)))
    }

    /// Whether a stream's index lists its packets in the order of their DTS, and leaves out none but at the start: edit
    /// lists with several entries repeat or leave out media.
    private func isOrderly(_ index: Int) -> Bool {
        let stream = stream(index)
        var last = Int64.min
        var isPresented = false
        for number in 0..<avformat_index_get_entries_count(stream) {
            guard let entry = avformat_index_get_entry(stream, number)?.pointee else { return false }
            let isDiscarded = entry.flags & AVINDEX_DISCARD_FRAME != 0
            if isDiscarded, isPresented { return false }
            if !isDiscarded { isPresented = true }
            if entry.timestamp < last { return false }
            last = entry.timestamp
        }
        return true
    }

    /// Continues reading at a random access point.
    ///
    /// - Returns: false if the demuxer can't.
    func seek(to point: RandomAccessPoint, of video: Int) throws -> Bool {
        let code: Int32
        switch point.seek {
        case .time(let time): code = av_seek_frame(context, Int32(video), time, AVSEEK_FLAG_BACKWARD)
        case .byte(let position): code = av_seek_frame(context, -1, position, AVSEEK_FLAG_BYTE)
        // The demuxer's source leads there.
        case .fragment: return true
        case .none: return false
        }
        try rethrow()
        return code >= 0
    }

    /// Reads the packet of a random access point.
    ///
    /// - Returns: the point with everything that its packet tells; nil if a seek leads elsewhere, or the packet lacks
    ///   what the division of packets needs.
    func resolve(
        _ point: RandomAccessPoint, of video: Int, _ division: PacketDivision, offset: Int64
    ) throws -> RandomAccessPoint? {
        var resolved = point
        for _ in 0..<2 {
            guard try seek(to: resolved, of: video), let found = try keyframe(at: point, of: video) else { return nil }
            if case .time(let time) = point.seek,
                !(point.decoding.map { $0 == found.decoding } ?? [found.presentation, found.decoding].contains(time))
            {
                // A keyframe before: open GOPs have other distances between DTS and PTS than the video's start.
                guard let wanted = point.decoding, let decoding = found.decoding, decoding < found.presentation else {
                    return nil
                }
                resolved.seek = .time(wanted + found.presentation - decoding)
                continue
            }
            resolved.presentation = found.presentation + offset
            (resolved.decoding, resolved.position) = (found.decoding, found.position)
            let isComplete = division == .position ? resolved.position != nil : resolved.decoding != nil
            return isComplete ? resolved : nil
        }
        return nil
    }

    /// Reads the packet that a seek led to.
    ///
    /// - Returns: nil without one, or if it isn't a keyframe with a PTS.
    private func keyframe(
        at point: RandomAccessPoint, of video: Int
    ) throws -> (presentation: Int64, decoding: Int64?, position: Int64?)? {
        while let packet = try read() {
            guard packet.streamIndex == video, point.isReached(by: packet) else { continue }
            guard packet.isKeyframe, let presentation = packet.presentationTime else { return nil }
            let position = packet.pointer.pointee.pos
            return (presentation, known(packet.pointer.pointee.dts), position >= 0 ? position : nil)
        }
        return nil
    }
}
