import CFFmpeg
import Containers

/// The sizes of a video's packets, by the container's index.
struct PacketSizes: Sendable {
    struct Packet: Sendable {
        /// In ticks of the video, on the output's timeline, about.
        var presentation: Int64
        var bytes: Int32
    }

    /// Those whose index lists all packets, unless they are in fragments.
    static let containers: [SourceContainer] = [.isoBMFF, .avi]

    /// Packets of the video.
    private(set) var count: Int
    /// Those that are no keyframes, unless all are, in the order of decoding.
    private(set) var packets: [Packet]

    init(keyframes: [Packet], others: [Packet]) {
        count = keyframes.count + others.count
        packets = others.isEmpty ? keyframes : others
    }

    /// The mean size of the packets of a range of time; nil without one.
    func mean(in range: Range<Int64>) -> Double? {
        let sizes = packets.filter { range.contains($0.presentation) }.map { Double($0.bytes) }
        return sizes.isEmpty ? nil : sizes.reduce(0, +) / Double(sizes.count)
    }

    /// The mean sizes of so many packets in a row each, over the whole video.
    func means(of length: Int) -> [Double] {
        stride(from: 0, through: packets.count - length, by: length).map { first in
            packets[first..<(first + length)].reduce(0) { $0 + Double($1.bytes) } / Double(length)
        }
    }
}

extension Demuxer {
    /// Sizes of a video's packets.
    ///
    /// - Parameters:
    ///   - video: its index.
    ///   - offset: from the source's timeline to the output's, in ticks of the video.
    /// - Returns: nil where the container's index doesn't list all packets.
    func packetSizes(of video: Int, offset: Int64) throws -> PacketSizes? {
        guard PacketSizes.containers.contains(info.sourceContainer) else { return nil }
        if try info.sourceContainer == .isoBMFF && isFragmented() { return nil }
        var (keyframes, others): ([PacketSizes.Packet], [PacketSizes.Packet]) = ([], [])
        var delay: Int64?
        for number in 0..<Int32(try indexEntries(of: video)) {
            guard let entry = avformat_index_get_entry(stream(video), number)?.pointee,
                let time = known(entry.timestamp)
            else { return nil }
            if entry.flags & AVINDEX_DISCARD_FRAME != 0 { continue }
            // The index has DTS.
            let shift = delay ?? max(0, (known(stream(video).pointee.start_time) ?? time) - time)
            delay = shift
            let packet = PacketSizes.Packet(presentation: time + offset + shift, bytes: entry.size)
            if entry.flags & AVINDEX_KEYFRAME != 0 { keyframes.append(packet) } else { others.append(packet) }
        }
        let sizes = PacketSizes(keyframes: keyframes, others: others)
        return sizes.count > 0 ? sizes : nil
    }
}
