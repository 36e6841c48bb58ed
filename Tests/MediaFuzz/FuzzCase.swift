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
        return TranscodeSettings(
            encoder: EncoderSettings(preset: "ultrafast"),
            sizeLimit: number % 3 == 0 ? Resolution(width: 64, height: 36) : nil,
            container: isSound ? nil : container,
            // Most go on however damaged they are: that is where the work is.
            damageTolerance: number % 4 == 0 ? 0.01 : 1e9, threads: Int.random(in: 1...3, using: &random))
    }

    func run(_ cancellation: Cancellation) -> End {
        do {
            let transcode = try Transcode(MemorySource(mutated), settings, cancellation: cancellation)
            let container = transcode.plan.output.container
            let sink = MemorySink()
            let result = try transcode.run(into: sink)
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
}
