import Containers
import Findings
import Media
import TestSupport
import Threads

/// One damaged file on its way through the engine.
struct FuzzCase {
    let number: UInt64
    let seeds: [(name: String, bytes: [UInt8])]
    /// Whether the file is left as it is.
    let isSound: Bool
    /// Whether it is encoded in chunks of 10 frames where it can be; else every fourth one is.
    let isChunked: Bool

    enum End {
        case refused(ReportedError)
        case encoded(frames: Int, bytes: [UInt8], container: Container)
        /// What must not be.
        case wrong(String)
    }

    var seed: (name: String, bytes: [UInt8]) { seeds[Int(number % UInt64(seeds.count))] }

    var mutated: [UInt8] {
        if isSound { return seed.bytes }
        var random = SeededGenerator(seed: number ^ 0xF022)
        return Mutation(of: seed.bytes, with: seeds.randomElement(using: &random)!.bytes, seed: number).bytes
    }

    private var settings: TranscodeSettings {
        var random = SeededGenerator(seed: number ^ 0x5E77)
        let containers: [Container?] = [nil, .mp4, .matroska]
        let container = containers.randomElement(using: &random)!
        var settings = TranscodeSettings(
            encoder: EncoderSettings(preset: "ultrafast"),
            sizeLimit: number % 3 == 0 ? Resolution(width: 64, height: 36) : nil,
            container: isSound ? nil : container,
            // Most go on however damaged they are: that is where the work is.
            damageTolerance: number % 4 == 0 ? 0.01 : 1e9, threads: Int.random(in: 1...3, using: &random))
        if isChunked || number % 4 == 3 { settings.chunking = .frames(10) }
        return settings
    }

    func run(_ cancellation: Cancellation) -> End {
        do {
            let (source, settings) = (MemorySource(mutated), settings)
            let transcode = try Transcode(source, settings, cancellation: cancellation)
            let container = transcode.plan.output.container
            let sink = MemorySink()
            let plan = try transcode.plan.divided(source, settings, cancellation: cancellation)
            var chunked: TranscodeResult?
            if plan.isChunked { chunked = try encodeChunks(plan, source, settings, sink, cancellation) }
            // What decodes differently after a seek is encoded in one piece.
            let result = if let chunked { chunked } else { try transcode.run(into: sink) }
            var bytes = sink.bytes
            if !result.isFaststart {
                let moved = MemorySink()
                try Faststart.copy(MemorySource(bytes), to: moved)
                bytes = moved.bytes
            }
            if let violation = sink.violations.first { return .wrong("sink: \(violation)") }
            _ = try OutputCheck.verify(MemorySource(bytes), result.expectation, cancellation: cancellation)
            return .encoded(frames: result.frames.written, bytes: bytes, container: container)
        } catch let error as ReportedError {
            let isOurs = error.code == .verification || error.message.isEmpty
            return isOurs ? .wrong("\(error.code) \(error)") : .refused(error)
        } catch {
            return .wrong("not a clear error: \(error)")
        }
    }

    /// - Returns: nil if a chunk never continues the one before it.
    private func encodeChunks(
        _ plan: TranscodePlan, _ source: MemorySource, _ settings: TranscodeSettings, _ sink: MemorySink,
        _ cancellation: Cancellation
    ) throws -> TranscodeResult? {
        func encode(_ chunk: Int, _ leadIn: Int) throws -> [UInt8] {
            let file = MemorySink()
            let encoding = try ChunkEncoding(
                source, plan, chunk: chunk, leadIn: leadIn, settings, cancellation: cancellation)
            _ = try encoding.run(into: file)
            return file.bytes
        }
        var chunks = try plan.chunks.indices.map { try encode($0, 1) }
        var leadIns = chunks.map { _ in 1 }
        while true {
            do {
                let assembly = try ChunkAssembly(
                    plan, chunks.map { MemorySource($0) }, damageTolerance: settings.damageTolerance)
                return try assembly.run(into: sink, cancellation: cancellation)
            } catch let mismatch as SeamMismatch {
                leadIns[mismatch.chunk] *= 2
                guard leadIns[mismatch.chunk] <= 8 else { return nil }
                chunks[mismatch.chunk] = try encode(mismatch.chunk, leadIns[mismatch.chunk])
            }
        }
    }
}
