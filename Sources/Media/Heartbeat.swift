internal import Synchronization

/// Signs of life of one job: who works beats, who watches counts.
final class Heartbeat: Sendable {
    private let count = Atomic<Int>(0)
    private let place = Atomic<Int>(Place.elsewhere.rawValue)
    private let pauses = Atomic<Int>(0)

    /// Where the thread is that reads the source.
    enum Place: Int, Sendable {
        case elsewhere
        /// Inside libavformat or libavcodec.
        case library
        /// Waiting for the source's bytes.
        case source
    }

    /// Something got done: bytes came, a picture was decoded or encoded.
    func beat() { count.wrappingAdd(1, ordering: .relaxed) }

    var beats: Int { count.load(ordering: .relaxed) }

    /// Set by the thread that reads and decodes, around its calls.
    func enter(_ new: Place) { place.store(new.rawValue, ordering: .relaxed) }

    var currentPlace: Place { Place(rawValue: place.load(ordering: .relaxed)) ?? .elsewhere }

    /// Work that gives no signs of life, such as moving a finished file.
    func pause() { pauses.wrappingAdd(1, ordering: .relaxed) }

    func resume() {
        pauses.wrappingSubtract(1, ordering: .relaxed)
        beat()
    }

    var isPaused: Bool { pauses.load(ordering: .relaxed) > 0 }
}
