import Synchronization

/// Progress of one job: the threads that work count it, a `Watchdog` watches it.
public final class ProgressCounter: Sendable {
    private let count = Atomic<Int>(0)
    private let place = Atomic<Int>(Place.elsewhere.rawValue)
    private let pauses = Atomic<Int>(0)

    /// What the thread that reads the source is in.
    public enum Place: Int, Sendable {
        case elsewhere
        /// Inside a library that parses or decodes the source.
        case library
        /// Waiting for the source's bytes.
        case source
    }

    public init() {}

    /// Counts one step: bytes came, a frame was decoded or encoded.
    public func step() { count.wrappingAdd(1, ordering: .relaxed) }

    public var steps: Int { count.load(ordering: .relaxed) }

    /// Set by the thread that reads and decodes, around its calls.
    public func enter(_ new: Place) { place.store(new.rawValue, ordering: .relaxed) }

    public var currentPlace: Place { Place(rawValue: place.load(ordering: .relaxed)) ?? .elsewhere }

    /// Begins work that shows no progress, such as moving a finished file.
    public func pause() { pauses.wrappingAdd(1, ordering: .relaxed) }

    public func resume() {
        pauses.wrappingSubtract(1, ordering: .relaxed)
        step()
    }

    public var isPaused: Bool { pauses.load(ordering: .relaxed) > 0 }
}
