import Synchronization
import Threads

/// What the stages of one transcode share: the queues between them, the first error, and what they counted.
final class Pipeline: Sendable {
    /// Pictures as the decoder gives them.
    let decoded = BoundedQueue<Frame>(capacity: 4 << 20)
    /// Pictures as the encoder takes them.
    let scaled = BoundedQueue<Frame>(capacity: 4 << 20)
    /// Access units and copied packets, each with the index of the source's stream.
    let packets = BoundedQueue<Packet>(capacity: 8 << 20)
    let cancellation: Cancellation
    /// Keyframes to look at when the output is read back.
    let samples = VerificationSamples()

    private let failure = Mutex<(any Error)?>(nil)
    private let shared = Mutex(Outcome())

    struct Outcome: Sendable {
        var frames = FrameCounts()
        var statistics: EncodeStatistics?
        /// Streams of the source whose last packet is incomplete.
        var incompleteEnds: [Int] = []
        /// Places where a broadcast's clock jumped.
        var clockJumps = 0
        /// Streams of the source that turned up when the output was being written, by index.
        var lateStreams: [Int: String] = [:]
    }

    init(_ cancellation: Cancellation) {
        self.cancellation = cancellation
    }

    var outcome: Outcome { shared.withLock { $0 } }

    func record(_ change: (inout sending Outcome) -> Void) {
        shared.withLock { change(&$0) }
    }

    /// Runs a stage; its error ends all of them.
    func attempt(_ stage: () throws -> Void) {
        do { try stage() } catch { fail(error) }
    }

    /// Keeps the first error and stops every stage.
    func fail(_ error: any Error) {
        failure.withLock { first in if first == nil { first = error } }
        decoded.cancel()
        scaled.cancel()
        packets.cancel()
    }

    func rethrow() throws {
        if let first = failure.withLock({ $0 }) { throw first }
    }

    /// The second stage.
    func prepareAll(_ preparation: inout FilterStage) throws {
        func pass(_ frame: consuming Frame) {
            let bytes = frame.byteCount
            scaled.push(frame, bytes: bytes)
        }
        while let frame = decoded.pop() { try preparation.prepare(frame, samples: samples) { pass($0) } }
        try rethrow()
        try preparation.finish(samples: samples) { pass($0) }
        record { [whole = preparation.deinterlacedCount, resized = preparation.resizedCount] outcome in
            outcome.frames.deinterlaced = whole
            outcome.frames.resized = resized
        }
        scaled.close()
    }

    /// The third stage.
    func encodeAll(_ encoder: inout HEVCEncoder, mainVideo: Int) throws {
        func pass(_ accessUnit: consuming Packet) {
            cancellation.progress.step()
            accessUnit.streamIndex = mainVideo
            let bytes = accessUnit.byteCount
            packets.push(accessUnit, bytes: bytes)
        }
        while let frame = scaled.pop() {
            try cancellation.check()
            try encoder.encode(frame) { pass($0) }
            cancellation.progress.step()
        }
        try rethrow()
        try encoder.finish { pass($0) }
        let (count, stalePlaces, statistics) = (encoder.framesIn, encoder.stalePlaces, encoder.statistics())
        record { outcome in
            outcome.frames.encoded = count
            outcome.frames.stalePlaces = stalePlaces
            outcome.statistics = statistics
        }
        packets.close()
    }
}
