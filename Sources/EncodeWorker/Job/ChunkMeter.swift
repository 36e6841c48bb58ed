import Media
import Synchronization

/// The progress of a video whose chunks are encoded by several threads, and perhaps by other machines.
final class ChunkMeter: Sendable {
    private struct State: Sendable {
        /// Frames of the chunks that this process is encoding.
        var running: [Int: Int] = [:]
        var done = 0
        var bytes: UInt64 = 0
        var removalError: String?
    }

    private let state = Mutex(State())
    private let count: Int
    private let frameRate: Double
    private let duration: Double?
    private let onProgress: @Sendable (TranscodeProgress) -> Void

    /// - Parameter onProgress: called from one thread at a time.
    init(_ plan: TranscodePlan, _ onProgress: @escaping @Sendable (TranscodeProgress) -> Void) {
        count = plan.chunks.count
        frameRate = plan.frameRate
        duration = plan.source.duration
        self.onProgress = onProgress
    }

    /// Bytes of the chunks that are done.
    var bytes: UInt64 { state.withLock { $0.bytes } }

    /// Why the chunks of a published output are still there.
    var removalError: String? { state.withLock { $0.removalError } }

    func update(_ chunk: Int, frames: Int) {
        report { $0.running[chunk] = frames }
    }

    func note(_ event: ChunkEvent, _ counts: ChunkCounts) {
        report { state in
            (state.done, state.bytes) = (counts.done, counts.bytes)
            switch event {
            case .began(let name): state.running[name.index] = 0
            case .made(let name), .lost(let name): state.running[name.index] = nil
            case .notCleaned(let error): state.removalError = error
            case .looked: break
            }
        }
    }

    /// Chunks are about equally long.
    private func report(_ change: (inout State) -> Void) {
        state.withLock { state in
            change(&state)
            let running = state.running.values.reduce(0, +)
            let finished = (duration ?? 0) * Double(state.done) / Double(count)
            onProgress(
                TranscodeProgress(
                    frames: Int(finished * frameRate) + running, seconds: finished + Double(running) / frameRate,
                    duration: duration, bytes: state.bytes))
        }
    }
}
