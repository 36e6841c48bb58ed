import CFFmpeg
import Containers

/// How a source's packets are divided among chunks: each packet belongs to exactly one.
enum PacketDivision: String, Sendable, Codable {
    /// By their positions in the source. For demuxers that return packets in the order of the file.
    case position
    /// By their DTS. For demuxers that seek in each stream.
    case decodingTime
    /// By their number in the order in which the demuxer returns them, counted from the source's start.
    case order
}

/// A packet of the main video that starts a chunk: a random access point.
struct RandomAccessPoint: Sendable, Codable, Hashable {
    /// How a demuxer gets there.
    enum Seek: Sendable, Codable, Hashable {
        /// The timestamp of an index entry, in ticks of the main video.
        case time(Int64)
        /// A position in the source.
        case byte(Int64)
        /// A fragment of an MP4, by its position; those from `after` on are hidden from the demuxer.
        case fragment(UInt64, after: UInt64)
        /// Only by reading from the start.
        case none
    }

    /// PTS in ticks of the main video, on the output's timeline.
    var presentation: Int64
    /// DTS in ticks of the main video, on the source's timeline.
    var decoding: Int64?
    /// The packet's position in the source.
    var position: Int64?
    /// Packets of all streams that the demuxer returns before it, read from the start.
    var order: Int?
    var seek: Seek
}

/// Which of a source's packets belong to one chunk.
struct PacketOwnership: Sendable {
    private enum Measure: Sendable {
        case all
        case position(Range<Int64>)
        /// In ticks of the main video, with the time bases of all streams.
        case decodingTime(Range<Int64>, Rational, [Rational])
        case order(Range<Int>)
    }

    private let measure: Measure
    private var packets = 0
    /// The place of each stream's last packet: a packet without a position or timestamp follows it.
    private var last: [Int: FrameWindow.Place] = [:]

    /// Every packet.
    static let all = PacketOwnership(.all)

    private init(_ measure: Measure) {
        self.measure = measure
    }

    /// - Parameters:
    ///   - start: where the chunk begins; nil for the source's start.
    ///   - end: where the next one begins; nil for the source's end.
    ///   - video: the index of the main video.
    /// - Returns: nil if the points lack what the division needs.
    init?(
        _ division: PacketDivision, from start: RandomAccessPoint?, to end: RandomAccessPoint?, mainVideo: Int,
        in info: MediaInfo
    ) {
        func range<Bound: FixedWidthInteger>(_ value: (RandomAccessPoint) -> Bound?) -> Range<Bound>? {
            let (lower, upper) = (start.map(value) ?? .min, end.map(value) ?? .max)
            guard let lower, let upper, lower < upper else { return nil }
            return lower..<upper
        }
        switch division {
        case .position:
            guard let range = range({ $0.position }) else { return nil }
            measure = .position(range)
        case .decodingTime:
            guard let range = range({ $0.decoding }) else { return nil }
            measure = .decodingTime(range, info.streams[mainVideo].timeBase, info.streams.map(\.timeBase))
        case .order:
            guard let range = range({ $0.order }) else { return nil }
            measure = .order(range)
        }
    }

    /// Where the next packet of the demuxer belongs.
    mutating func place(of packet: borrowing Packet) -> FrameWindow.Place {
        defer { packets += 1 }
        let stream = packet.streamIndex
        let place: FrameWindow.Place?
        switch measure {
        case .all: return .inside
        case .order(let range): place = Self.place(of: packets, in: range)
        case .position(let range):
            let position = packet.pointer.pointee.pos
            place = position >= 0 ? Self.place(of: position, in: range) : nil
        case .decodingTime(let range, let timeBase, let timeBases):
            let time = known(packet.pointer.pointee.dts) ?? packet.presentationTime
            guard let time, timeBases.indices.contains(stream) else {
                place = nil
                break
            }
            let own = timeBases[stream]
            let lower = range.lowerBound == .min ? .min : rescale(range.lowerBound, from: timeBase, to: own)
            let upper = range.upperBound == .max ? .max : rescale(range.upperBound, from: timeBase, to: own)
            place = time < lower ? .before : time < upper ? .inside : .after
        }
        let result = place ?? last[stream] ?? (startsAtBeginning ? .inside : .before)
        last[stream] = result
        return result
    }

    private var startsAtBeginning: Bool {
        switch measure {
        case .all: true
        case .position(let range): range.lowerBound == .min
        case .decodingTime(let range, _, _): range.lowerBound == .min
        case .order(let range): range.lowerBound == .min
        }
    }

    /// Whether the last packet of each of these streams was after the chunk.
    func isPast(_ streams: [Int]) -> Bool { streams.allSatisfy { last[$0] == .after } }

    private static func place<Value: Comparable>(of value: Value, in range: Range<Value>) -> FrameWindow.Place {
        value < range.lowerBound ? .before : value < range.upperBound ? .inside : .after
    }
}
