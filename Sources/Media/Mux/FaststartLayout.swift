import Containers
import Findings

/// Passes a muxer's output on to a `ByteSink` in order, except for the head, and makes an MP4 faststart.
///
/// A muxer writes its headers, then data, then patches the headers; the MP4 muxer writes the moov box last. Players
/// need the moov box before the media data. So the headers are held back, space for the moov box is reserved after the
/// `ftyp` box, and the moov box is written there at the end. As long as all data fit into the window, nothing is
/// written before the end, and the reserved space has exactly the moov box's size.
struct FaststartLayout: ~Copyable {
    private let sink: any ByteSink
    private let container: Container
    /// Bytes to reserve for the moov box once the window is full.
    private let reserve: UInt64
    private let windowSize: Int
    /// The sample entry to write instead of `hvc1`; nil leaves it.
    private let sampleEntry: String?

    private var phase = Phase.headers
    private var headers: [UInt8] = []
    /// Data that are not written yet, from the headers' end on.
    private var window: [UInt8] = []
    /// The muxer's offset of the end of all data.
    private var end: UInt64 = 0
    /// Bytes reserved for the moov box; nil while the window holds all data.
    private var reservedMoov: UInt64?
    private var moov: [UInt8] = []
    private var retained = RetainedRanges()
    /// The access units of an MP4 whose bytes are still to come.
    private var pending = PendingUnits()
    /// Reads the output back while it is written, if the container allows that.
    private let live: LiveCheck?

    /// Bytes at the start of the data that stay in memory: players read them first.
    private static let retainedBeginning = 1 << 20

    /// Headers, then data, then the last data followed by a patch of the headers, then the moov box.
    private enum Phase { case headers, data, trailer, moov }

    /// - Parameters:
    ///   - reserve: bytes for the moov box of an MP4 that exceeds the window.
    ///   - window: bytes of data that are held back.
    ///   - sampleEntry: replaces `hvc1` in an MP4; not every version of the muxer can write it.
    ///   - live: gets all bytes in the order in which they are first written.
    init(
        _ sink: any ByteSink, container: Container, reserve: UInt64, window: Int, sampleEntry: String? = nil,
        live: LiveCheck? = nil
    ) {
        self.sink = sink
        self.container = container
        self.reserve = max(reserve, 8)
        windowSize = window
        self.sampleEntry = sampleEntry
        self.live = live
    }

    /// Bytes that the output has so far.
    var byteCount: UInt64 { end + (reservedMoov ?? 0) + UInt64(moov.count) }

    /// The muxer has written its headers; data follow.
    mutating func headersAreWritten() throws {
        phase = .data
        retained.retain(Self.retainedBeginning, from: end)
        if let live { try headers.withUnsafeBytes { try live.take($0) } }
    }

    /// Called for each access unit, right before libavformat takes it: the bytes of sampled keyframes stay in memory
    /// until the output was verified.
    ///
    /// - Parameter choice: set if it is a keyframe that has become a sample.
    mutating func expect(_ packet: borrowing Packet, _ choice: VerificationSamples.Choice?) throws {
        // A Matroska file is read while it is written.
        guard container == .mp4 else { return }
        if let choice { retained.drop(allBut: choice.step) }
        try pending.add(packet, keyframe: choice?.keyframe)
    }

    /// The muxer starts to finish the file: it may add some data, such as the end of a subtitle, and patches the
    /// headers with the size of all data right before it writes the moov box.
    mutating func packetsAreWritten() {
        phase = .trailer
        // The last data include Matroska's Cues.
        if container == .matroska { retained.retain(nil, from: end) }
    }

    /// Takes bytes that the muxer writes.
    ///
    /// - Parameter offset: the muxer's own, without the reserved space.
    mutating func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws {
        if phase == .headers || offset < UInt64(headers.count) {
            try Self.put(bytes, at: offset, into: &headers, from: 0)
            end = max(end, UInt64(headers.count))
            if phase == .trailer { phase = .moov }
        } else if phase == .moov, container == .mp4 {
            try Self.put(bytes, at: offset, into: &moov, from: end)
        } else {
            guard offset == end else { throw Self.unordered(offset) }
            try append(bytes)
        }
    }

    /// Writes the moov box and the headers.
    ///
    /// - Throws: what the sink threw, or the live check's error.
    mutating func finish() throws -> WrittenOutput {
        guard container == .mp4 else {
            if reservedMoov == nil { try release(reserving: 0) }
            try put(headers, at: 0)
            return written(head: headers, streamed: try live?.finish())
        }
        let fileType = headers.count >= 8 ? Int(headers[0..<4].bigEndianValue) : 0
        guard fileType >= 8, fileType <= headers.count else {
            throw ReportedError(.library, .mux, "the muxer wrote no ftyp box")
        }
        var box = try MoovBox(moov)
        if let sampleEntry { box.rename("hvc1", to: sampleEntry) }
        moov = []
        guard let reservedMoov else {
            // The muxer's offsets reserve no space: its data start where the moov box will.
            let moved = try box.moved(beforeDataAt: 0, to: 0)
            try release(reserving: UInt64(moved.count))
            return written(head: try putHead(fileType, moved))
        }
        let space = Int(reservedMoov)
        let moved = try box.moved(by: Int64(space))
        if moved.count == space || moved.count + 8 <= space {
            let slack = moved.count < space ? MoovBox.free(size: space - moved.count) : []
            return written(head: try putHead(fileType, moved + slack))
        }
        let last = SparseOutput.Run(offset: end + reservedMoov, bytes: moved)
        try put(moved, at: last.offset)
        return written(head: try putHead(fileType, MoovBox.free(size: space)), moovAtEnd: last)
    }

    private mutating func written(
        head: [UInt8], moovAtEnd moov: SparseOutput.Run? = nil, streamed: OutputScan? = nil
    ) -> WrittenOutput {
        let space = reservedMoov ?? 0
        let dataEnd = end + space
        end += UInt64(moov?.bytes.count ?? 0)
        let runs =
            [SparseOutput.Run(offset: 0, bytes: head)] + retained.runs(movedBy: space) + (moov.map { [$0] } ?? [])
        return WrittenOutput(
            structure: SparseOutput(
                size: byteCount, isFaststart: moov == nil, data: UInt64(head.count)..<dataEnd, runs: runs),
            streamed: streamed)
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
        retained.take(bytes, at: end, of: pending.keyframeInBuffer())
        try live?.take(bytes)
        if reservedMoov == nil {
            if window.count + bytes.count <= windowSize {
                window.append(contentsOf: bytes)
                end += UInt64(bytes.count)
                return
            }
            try release(reserving: container == .mp4 ? reserve : 0)
        }
        try sink.write(bytes, at: end + (reservedMoov ?? 0))
        end += UInt64(bytes.count)
    }

    /// Fixes the space that is reserved for the moov box, and writes the data in the window.
    private mutating func release(reserving space: UInt64) throws {
        reservedMoov = space
        let start = UInt64(headers.count) + space
        try sink.reserveHead(capacity: start)
        if !window.isEmpty { try put(window, at: start) }
        window = []
    }

    /// Writes the head of an MP4: the `ftyp` box, the boxes for the reserved space, and the rest of the headers.
    ///
    /// - Returns: the head.
    private mutating func putHead(_ fileType: Int, _ boxes: [UInt8]) throws -> [UInt8] {
        let head = Array(headers[..<fileType]) + boxes + Array(headers[fileType...])
        try put(head, at: 0)
        return head
    }

    private func put(_ bytes: [UInt8], at offset: UInt64) throws {
        try bytes.withUnsafeBytes { try sink.write($0, at: offset) }
    }

    /// Writes into memory, where the muxer may seek, but not past the end.
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

/// An estimate of the moov box's size, made before the samples are known.
///
/// Every sample needs bytes in the sample tables: size, composition offset, and its share of chunk offsets. An estimate
/// that is too small costs a second pass over the output, one that is too large costs unused bytes in it.
enum MoovSizeEstimate {
    /// Bytes for the moov box.
    static func bytes(for source: MediaInfo, _ plan: OutputPlan) -> UInt64 {
        let length = source.duration ?? 0
        var total = 6144.0 + Double(source.streams.count) * 1024 + Double(source.chapterCount) * 256
        let video = source.streams[plan.mainVideo]
        let frames = video.packetCount.map(Double.init) ?? length * (video.frameRate?.value ?? 25)
        // Sizes 4, composition offsets 8, chunks 20, sync samples; durations 8 if the time base is too coarse for a
        // constant frame duration.
        total += frames * (isCoarse(video.timeBase) ? 41 : 33)
        for index in plan.copied {
            let stream = source.streams[index]
            // An MP4 stores covers in the moov box.
            total += Double(stream.coverBytes ?? 0)
            let packets = stream.packetCount.map(Double.init) ?? length * packetRate(stream)
            total += packets * (isCoarse(stream.timeBase) ? 12 : 4) + min(packets, frames) * 20
        }
        return UInt64(min(total * 1.05, Double(512 << 20)))
    }

    private static func isCoarse(_ timeBase: Rational) -> Bool {
        timeBase.denominator <= 1000 || timeBase.denominator == 90_000
    }

    /// Packets per second; codecs have between 256 and 2048 samples per packet.
    private static func packetRate(_ stream: StreamInfo) -> Double {
        stream.kind == .audio ? Double(stream.sampleRate ?? 48_000) / 960 : 2
    }
}
