public import Containers
import Findings
public import Threads

/// A chunk whose first frames differ from what the chunk before it saw there, or whose file is damaged: it has to be made
/// again, decoded from further ahead.
public struct SeamMismatch: Error, Sendable, Equatable {
    /// The chunk's index.
    public var chunk: Int
}

/// Makes the output from the chunks of a plan. The source is not read again.
public struct ChunkAssembly {
    private let plan: TranscodePlan
    private let readers: [ChunkReader]
    private let total: ChunkFacts
    /// The counts of what was decoded.
    private let decoded: FrameCounts

    /// Reads the facts of all chunks and proves the seams.
    ///
    /// - Parameters:
    ///   - chunks: the files of all chunks, in order.
    ///   - tolerance: the share of the source's frames that may be damaged, 0 to 1.
    /// - Throws: `SeamMismatch`; `ReportedError` where the source is damaged or truncated, or a chunk can't be read.
    public init(_ plan: TranscodePlan, _ chunks: [any ByteSource], damageTolerance tolerance: Double) throws {
        self.plan = plan
        var snapshots: Snapshots?
        readers = try chunks.enumerated().map { index, chunk in
            let reader: ChunkReader
            do { reader = try ChunkReader(chunk) } catch is DamagedChunk { throw SeamMismatch(chunk: index) }
            if let taken = reader.takeSnapshots() { snapshots = snapshots.map { $0 + taken } ?? taken }
            return reader
        }
        guard readers.count == plan.chunks.count, let first = readers.first else {
            throw ReportedError(.library, .mux, "\(readers.count) of \(plan.chunks.count) chunks are there")
        }
        for (index, reader) in readers.enumerated() {
            guard reader.header.index == index, reader.facts.index == index else { throw SeamMismatch(chunk: index) }
            guard reader.header.headers == first.header.headers else {
                throw ReportedError(.library, .mux, "chunk \(index) has other parameter sets than the first")
            }
        }
        for (previous, reader) in zip(readers, readers.dropFirst())
        where !reader.facts.seams.continues(previous.facts.seams) {
            throw SeamMismatch(chunk: reader.facts.index)
        }
        var total = first.facts
        for reader in readers.dropFirst() { total = total + reader.facts }
        total.statistics.snapshots = snapshots
        self.total = total
        decoded = try total.survey.check(against: total.declared, tolerance: tolerance)
    }

    /// Who encoded the chunks, in order; without those of which it isn't known.
    public var makers: [ChunkMaker] { readers.compactMap(\.facts.maker) }

    /// Muxes the chunks, reads the output back and verifies it: it may be published when this returns.
    ///
    /// - Parameter onProgress: called after every access unit.
    /// - Throws: `SeamMismatch`, or the first error; the sink's content is invalid then.
    public func run(
        into sink: any ByteSink, cancellation: Cancellation, onProgress: (TranscodeProgress) -> Void = { _ in }
    ) throws -> TranscodeResult {
        var assembly = try Assembly(plan, readers[0].header.headers, into: sink, cancellation: cancellation)
        for reader in readers {
            while let unit = try next(of: reader) {
                try cancellation.check()
                cancellation.progress.step()
                switch consume unit {
                case .read: break
                case .copied(let packet): try assembly.add(copied: packet)
                case .accessUnit(let unit):
                    try assembly.add(unit)
                    onProgress(assembly.progress)
                }
            }
        }
        let output = try assembly.finish()
        guard assembly.times == total.times else {
            throw ReportedError(.library, .mux, "the chunks have other timestamps than their facts")
        }
        var frames = total.counts + decoded
        frames.written = assembly.times.count
        var result = try TranscodeResult(output, total.survey, total.statistics, frames)
        result.chunks = zip(plan.chunks, readers).map { chunk, reader in
            ChunkSummary(index: chunk.index, start: plan.start(of: chunk), quality: reader.facts.statistics.quality)
        }
        return result
    }
}

extension ChunkAssembly {
    private func next(of reader: ChunkReader) throws -> CodedUnit? {
        do { return try reader.next() } catch is DamagedChunk { throw SeamMismatch(chunk: reader.facts.index) }
    }
}

extension ChunkFacts {
    /// The facts of two chunks, one after the other.
    static func + (one: ChunkFacts, other: ChunkFacts) -> ChunkFacts {
        var sum = one
        sum.counts = one.counts + other.counts
        sum.statistics = one.statistics + other.statistics
        sum.survey = one.survey + other.survey
        sum.times = one.times + other.times
        return sum
    }
}
