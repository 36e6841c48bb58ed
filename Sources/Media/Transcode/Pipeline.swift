import Synchronization
import Threads

/// The queues between the stages of one transcode, and the first error of any of them.
final class Pipeline: Sendable {
    /// Frames that may wait in a queue, however small. More would let the copied streams run ahead of the video by more
    /// than libavformat waits for it, and the order of the output's packets would depend on timing.
    private static let mostFrames = 16

    /// Frames as the decoder gives them.
    let decoded: BoundedQueue<Frame>
    /// Frames as the encoder takes them.
    let filtered: BoundedQueue<FilteredFrame>
    /// Access units and copied packets for the assembly.
    let coded = BoundedQueue<CodedUnit>(capacity: 8 << 20)
    let cancellation: Cancellation

    private let failure = Mutex<(any Error)?>(nil)

    /// - Parameter readsAhead: whether frames are decoded before the encoder takes them. A sample of a video ends where
    ///   the encoder says, and frames that wait then were decoded in vain.
    init(_ cancellation: Cancellation, readsAhead: Bool = true) {
        self.cancellation = cancellation
        let most = readsAhead ? Self.mostFrames : 1
        decoded = BoundedQueue(capacity: 4 << 20, most: most)
        filtered = BoundedQueue(capacity: 4 << 20, most: most)
    }

    /// Ends the first stages without an error: no more frames are wanted.
    func endInput() {
        decoded.cancel()
        filtered.cancel()
    }

    /// Runs a stage; its error ends all of them.
    func attempt(_ stage: () throws -> Void) {
        do { try stage() } catch { fail(error) }
    }

    /// Keeps the first error and stops every stage.
    func fail(_ error: any Error) {
        failure.withLock { first in if first == nil { first = error } }
        decoded.cancel()
        filtered.cancel()
        coded.cancel()
    }

    func rethrow() throws {
        if let first = failure.withLock({ $0 }) { throw first }
    }
}

/// One element of the last queue.
enum CodedUnit: ~Copyable, Sendable {
    case accessUnit(AccessUnit)
    /// A packet of a copied stream, with the index of the source's stream.
    case copied(Packet)
    /// A packet of the main video with this PTS was read: where copied packets are in the source's order.
    case read(Int64)
}
