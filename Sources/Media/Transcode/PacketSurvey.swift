import Containers
import Findings

/// What was read of a source: the packets of each stream, and the time that they span. Chunks of one source add up.
struct PacketSurvey: Sendable, Codable, Equatable {
    /// By stream index.
    private(set) var packets: [Int]
    /// Whether the last packet of each stream is incomplete.
    private(set) var lastIsIncomplete: [Bool]
    /// The end of the last packet in seconds; nil without packets that have a timestamp.
    private(set) var end: Double?
    /// The ends of the main video's packets in seconds, the lowest and the highest.
    private(set) var firstFrame: Double?
    private(set) var lastFrame: Double?

    init(streams: Int) {
        packets = Array(repeating: 0, count: streams)
        lastIsIncomplete = Array(repeating: false, count: streams)
    }

    /// Seconds from the first to the last video packet.
    var seconds: Double {
        guard let firstFrame, let lastFrame else { return 0 }
        return lastFrame - firstFrame
    }

    /// Indexes of the streams whose last packet is incomplete.
    var incompleteEnds: [Int] { lastIsIncomplete.indices.filter { lastIsIncomplete[$0] } }

    /// - Parameter timeBase: the packet's stream's.
    mutating func add(_ packet: borrowing Packet, in timeBase: Rational, mainVideo: Int) {
        guard packets.indices.contains(packet.streamIndex) else { return }
        packets[packet.streamIndex] += 1
        lastIsIncomplete[packet.streamIndex] = packet.isIncomplete
        guard let time = packet.presentationEnd else { return }
        let position = Media.seconds(time, in: timeBase)
        end = max(end ?? position, position)
        if packet.streamIndex == mainVideo {
            (firstFrame, lastFrame) = (min(firstFrame ?? position, position), max(lastFrame ?? position, position))
        }
    }

    /// The survey of both; the other one's packets come after this one's.
    static func + (one: PacketSurvey, other: PacketSurvey) -> PacketSurvey {
        var sum = one
        for index in sum.packets.indices where other.packets.indices.contains(index) {
            sum.packets[index] += other.packets[index]
            if other.packets[index] > 0 { sum.lastIsIncomplete[index] = other.lastIsIncomplete[index] }
        }
        sum.end = [one.end, other.end].compactMap(\.self).max()
        sum.firstFrame = [one.firstFrame, other.firstFrame].compactMap(\.self).min()
        sum.lastFrame = [one.lastFrame, other.lastFrame].compactMap(\.self).max()
        return sum
    }
}
