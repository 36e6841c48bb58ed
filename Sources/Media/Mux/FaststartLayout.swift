import Containers
import Findings

/// Puts what a muxer writes into a `ByteSink`, in order but for the head.
///
/// A muxer writes its headers, then data, then patches the headers; the MP4 muxer ends with its index, the moov box.
/// Players want that box in front. So the headers are held back, room for the index is left behind the `ftyp` box, and
/// the index is caught at the end and written into that room. As long as everything fits into `window`, nothing is
/// written before the end, and the room is exactly the index's size.
struct FaststartLayout: ~Copyable {
    private let sink: any ByteSink
    private let container: Container
    /// Bytes to leave for the index once the window is full.
    private let reserve: UInt64
    private let window: Int
    /// What `hvc1` is called in the index; nil leaves it.
    private let sampleEntry: String?

    private var phase = Phase.headers
    private var headers: [UInt8] = []
    /// Data that the window still holds, from the headers' end on.
    private var held: [UInt8] = []
    /// The muxer's offset of the end of all data.
    private var end: UInt64 = 0
    private var room: UInt64?
    private var index: [UInt8] = []
    private var retained = RetainedRanges()
    /// The units of an MP4 whose bytes are still to come.
    private var pending = PendingUnits()
    /// Reads what is written, where the container allows that before the end.
    private let live: LiveCheck?

    /// Bytes of the data's beginning that stay in memory: what a player looks at first.
    private static let retainedBeginning = 1 << 20

    /// Headers, then data, then the last data with a patch of the headers behind them, then the index.
    private enum Phase { case headers, data, trailer, index }

    /// - Parameters:
    ///   - reserve: bytes for the index of an MP4 that outgrows the window.
    ///   - window: bytes that are held back.
    ///   - sampleEntry: another name for `hvc1` in the index of an MP4, which not every version of the muxer has.
    ///   - live: is given all bytes in the order in which they are first written.
    init(
        _ sink: any ByteSink, container: Container, reserve: UInt64, window: Int, sampleEntry: String? = nil,
        live: LiveCheck? = nil
    ) {
        self.sink = sink
        self.container = container
        self.reserve = max(reserve, 8)
        self.window = window
        self.sampleEntry = sampleEntry
        self.live = live
    }

    /// Bytes that the output has so far.
    var byteCount: UInt64 { end + (room ?? 0) + UInt64(index.count) }

    /// The muxer has written its headers; what comes next is data.
    mutating func headersAreWritten() throws {
        phase = .data
        retained.retain(Self.retainedBeginning, from: end)
        if let live { try headers.withUnsafeBytes { try live.take($0) } }
    }

    /// Called for each access unit, right before libavformat takes it: the bytes of samples stay in memory until the
    /// output was read back.
    ///
    /// - Parameter choice: where it is a keyframe that has become a sample.
    mutating func expect(_ packet: borrowing Packet, _ choice: VerificationSamples.Choice?) throws {
        // A Matroska file is read while it is written.
        guard container == .mp4 else { return }
        if let choice { retained.drop(allBut: choice.step) }
        try pending.add(packet, keyframe: choice?.keyframe)
    }

    /// The muxer begins to end the file: it may add some data, as the end of a subtitle, and patches the headers with
    /// the size of all data right before it writes its index.
    mutating func packetsAreWritten() {
        phase = .trailer
        // Matroska's index is among what comes.
        if container == .matroska { retained.retain(nil, from: end) }
    }

    /// Takes what the muxer writes at an offset of its own.
    mutating func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws {
        if phase == .headers || offset < UInt64(headers.count) {
            try Self.put(bytes, at: offset, into: &headers, from: 0)
            end = max(end, UInt64(headers.count))
            if phase == .trailer { phase = .index }
        } else if phase == .index, container == .mp4 {
            try Self.put(bytes, at: offset, into: &index, from: end)
        } else {
            guard offset == end else { throw Self.unordered(offset) }
            try append(bytes)
        }
    }

    /// Writes the index and the headers.
    ///
    /// - Throws: what the sink threw, or what was found wrong with the output so far.
    mutating func finish() throws -> WrittenOutput {
        guard container == .mp4 else {
            if room == nil { try release(room: 0) }
            try put(headers, at: 0)
            return written(head: headers, streamed: try live?.finish())
        }
        let fileType = headers.count >= 8 ? Int(bigEndian: headers[0..<4]) : 0
        guard fileType >= 8, fileType <= headers.count else {
            throw ReportedError(.library, .mux, "the muxer wrote no ftyp box")
        }
        var movie = try MoovBox(index)
        if let sampleEntry { movie.rename("hvc1", to: sampleEntry) }
        index = []
        if room == nil {
            // The muxer's offsets have no room in them: its data begin where the index will.
            let moved = try movie.moved(beforeDataAt: 0, to: 0)
            try release(room: UInt64(moved.count))
            return written(head: try putHead(fileType, moved))
        }
        let room = Int(room ?? 0)
        let moved = try movie.moved(by: Int64(room))
        if moved.count == room || moved.count + 8 <= room {
            let slack = moved.count < room ? MoovBox.free(size: room - moved.count) : []
            return written(head: try putHead(fileType, moved + slack))
        }
        let behind = SparseOutput.Run(offset: end + UInt64(room), bytes: moved)
        try put(moved, at: behind.offset)
        return written(head: try putHead(fileType, MoovBox.free(size: room)), index: behind)
    }

    private mutating func written(
        head: [UInt8], index: SparseOutput.Run? = nil, streamed: OutputScan? = nil
    ) -> WrittenOutput {
        let dataEnd = end + (room ?? 0)
        end += UInt64(index?.bytes.count ?? 0)
        let runs =
            [SparseOutput.Run(offset: 0, bytes: head)] + retained.runs(movedBy: room ?? 0) + (index.map { [$0] } ?? [])
        return WrittenOutput(
            structure: SparseOutput(
                size: byteCount, isIndexInFront: index == nil, data: UInt64(head.count)..<dataEnd, runs: runs),
            streamed: streamed)
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
        retained.take(bytes, at: end, of: pending.keyframeInBuffer())
        try live?.take(bytes)
        if room == nil {
            if held.count + bytes.count <= window {
                held.append(contentsOf: bytes)
                end += UInt64(bytes.count)
                return
            }
            try release(room: container == .mp4 ? reserve : 0)
        }
        try sink.write(bytes, at: end + (room ?? 0))
        end += UInt64(bytes.count)
    }

    /// Settles how much room the index has, and writes what the window holds.
    private mutating func release(room: UInt64) throws {
        self.room = room
        let start = UInt64(headers.count) + room
        try sink.reserveHead(capacity: start)
        if !held.isEmpty { try put(held, at: start) }
        held = []
    }

    /// - Returns: the head as the output has it.
    private mutating func putHead(_ fileType: Int, _ index: [UInt8]) throws -> [UInt8] {
        let head = Array(headers[..<fileType]) + index + Array(headers[fileType...])
        try put(head, at: 0)
        return head
    }

    private func put(_ bytes: [UInt8], at offset: UInt64) throws {
        try bytes.withUnsafeBytes { try sink.write($0, at: offset) }
    }

    /// Writes into memory, where the muxer may go back and forth but leave no hole.
    private static func put(
        _ bytes: UnsafeRawBufferPointer, at offset: UInt64, into memory: inout [UInt8], from start: UInt64
    ) throws {
        guard offset >= start, offset - start <= UInt64(memory.count) else { throw unordered(offset) }
        let position = Int(offset - start)
        let overlap = min(bytes.count, memory.count - position)
        for index in 0..<overlap { memory[position + index] = bytes[index] }
        memory.append(contentsOf: bytes[overlap...])
    }

    private static func unordered(_ offset: UInt64) -> ReportedError {
        ReportedError(.library, .mux, "the muxer wrote out of order, at byte \(offset)")
    }
}

extension Int {
    /// An unsigned big-endian number.
    fileprivate init(bigEndian bytes: some Sequence<UInt8>) {
        self = bytes.reduce(0) { $0 << 8 | Int($1) }
    }
}

/// How large an MP4's index is likely to become, before its samples are known.
///
/// Every sample costs bytes in the sample tables: size, composition offset, and its share of chunk offsets. An estimate
/// that is too small costs a second pass over the output, one that is too large costs its slack.
enum MoovSizeEstimate {
    /// Bytes for the `moov` box.
    static func bytes(for source: MediaInfo, _ plan: OutputPlan) -> UInt64 {
        let length = source.duration ?? 0
        var total = 6144.0 + Double(source.streams.count) * 1024 + Double(source.chapterCount) * 256
        let video = source.streams[plan.mainVideo]
        let pictures = video.packetCount.map(Double.init) ?? length * (video.frameRate?.value ?? 25)
        // Sizes 4, composition offsets 8, chunks 20, sync samples; times 8 where the clock is too coarse for a
        // constant step.
        total += pictures * (isCoarse(video.timeBase) ? 41 : 33)
        for index in plan.copied {
            let stream = source.streams[index]
            // An MP4 keeps its cover in the index.
            total += Double(stream.coverBytes ?? 0)
            let packets = stream.packetCount.map(Double.init) ?? length * packetRate(stream)
            total += packets * (isCoarse(stream.timeBase) ? 12 : 4) + min(packets, pictures) * 20
        }
        return UInt64(min(total * 1.05, Double(512 << 20)))
    }

    private static func isCoarse(_ timeBase: Rational) -> Bool {
        timeBase.denominator <= 1000 || timeBase.denominator == 90_000
    }

    /// Packets a second; codecs have between 256 and 2048 samples a packet.
    private static func packetRate(_ stream: StreamInfo) -> Double {
        stream.kind == .audio ? Double(stream.sampleRate ?? 48_000) / 960 : 2
    }
}
