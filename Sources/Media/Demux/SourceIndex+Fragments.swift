import CFFmpeg
import Containers

extension RandomAccessPoint {
    /// The source as a demuxer has to open it to get to this point.
    func entered(_ source: any ByteSource) -> any ByteSource {
        guard case .fragment(let position, let after) = seek else { return source }
        return RewrittenSource(skipping: after..<position, of: source) ?? source
    }

    /// Whether a packet is not one of those before the point that such a demuxer returns.
    func isReached(by packet: borrowing Packet) -> Bool {
        guard case .fragment(let position, _) = seek else { return true }
        return packet.pointer.pointee.pos >= Int64(position)
    }
}

extension Demuxer {
    /// Seconds of video before the first fragment that can be entered: they stay in the source, so that libavformat finds
    /// the same streams, parameters and start.
    private static let openSeconds = 2.0
    /// Seconds between streams at the same position in the file, and between decoding times and the demuxer's.
    private static let lag = 0.4

    /// The random access points of a fragmented MP4, at the first samples of fragments.
    ///
    /// - Returns: nil if packets can't be told apart by their DTS, or fragments don't say enough.
    func fragmentIndex(of video: Int, keeping kept: [Int], offset: Int64) throws -> SourceIndex? {
        // Packets of other streams come seldom: none says that all of a chunk were read.
        let streams = kept.filter { info.streams[$0].kind != .cover }
        guard streams.allSatisfy({ [.video, .audio].contains(info.streams[$0].kind) }),
            let fragments = try FragmentIndex(source)?.fragments
        else { return nil }
        let tracks = streams.map { Int(stream($0).pointee.id) }
        let timeBases = streams.map { info.streams[$0].timeBase }
        let main = Int(stream(video).pointee.id)
        var next = [Double?](repeating: nil, count: streams.count)
        var points: [RandomAccessPoint] = []
        // From the end, since what matters is where each track continues.
        for fragment in fragments.reversed() {
            for (index, track) in tracks.enumerated() {
                guard let run = fragment.runs[track] else { continue }
                guard let ticks = run.ticks else { return nil }
                let time = seconds(ticks, in: timeBases[index])
                if let later = next[index], time > later { return nil }
                next[index] = time
            }
            guard let run = fragment.runs[main], run.isSync, let ticks = run.ticks else {
                continue
            }
            let time = seconds(ticks, in: info.streams[video].timeBase)
            guard next.allSatisfy({ $0.map { abs($0 - time) <= Self.lag } == true }) else { continue }
            points.append(
                RandomAccessPoint(
                    presentation: ticks + offset, decoding: ticks, seek: .fragment(fragment.offset, after: 0)))
        }
        // An edit list may shift a track.
        for (index, stream) in streams.enumerated() {
            guard let first = next[index], let start = known(self.stream(stream).pointee.start_time),
                abs(seconds(start, in: timeBases[index]) - first) <= Self.lag
            else { return nil }
        }
        return Self.entered(points.reversed(), fragments, main, in: info.streams[video].timeBase)
    }

    /// The points after the fragments that stay in the source.
    private static func entered(
        _ points: [RandomAccessPoint], _ fragments: [FragmentIndex.Fragment], _ main: Int, in timeBase: Rational
    ) -> SourceIndex? {
        let times = fragments.map { $0.runs[main]?.ticks }
        guard let first = times.compactMap(\.self).first,
            let opened = zip(fragments, times).first(where: { _, time in
                time.map { seconds($0 - first, in: timeBase) >= openSeconds } == true
            })?.0
        else { return nil }
        let reachable = points.compactMap { point -> RandomAccessPoint? in
            guard case .fragment(let position, _) = point.seek, position > opened.offset else { return nil }
            var point = point
            point.seek = .fragment(position, after: opened.offset)
            return point
        }
        guard !reachable.isEmpty,
            zip(reachable, reachable.dropFirst()).allSatisfy({ $0.presentation < $1.presentation })
        else { return nil }
        return SourceIndex(division: .decodingTime, points: reachable)
    }
}

extension FragmentIndex.Run {
    /// The decoding time; nil if it is implausible.
    fileprivate var ticks: Int64? { Int64(exactly: decodingTime).flatMap(known) }
}
