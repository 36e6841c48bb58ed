import Synchronization
import Threads

/// A first-in, first-out queue between two threads, bounded in bytes and, where it matters, in elements.
///
/// It is open, then either closed (its elements still come out, then `nil`) or cancelled (its elements are dropped and
/// both sides stop waiting at once).
final class BoundedQueue<Element: ~Copyable & Sendable>: Sendable {
    private let state: Monitor<State>

    private struct State: ~Copyable {
        let capacity: Int
        let most: Int
        var ring = Ring<Element>()
        var bytes = 0
        var isClosed = false
        var isCancelled = false
        /// Bytes of the newest element.
        var newest = 0

        func hasRoom(for bytes: Int) -> Bool {
            ring.count == 0 || self.bytes + bytes <= capacity && ring.count < most
        }

        mutating func append(_ slot: consuming Slot<Element>) {
            newest = slot.bytes
            bytes += slot.bytes
            ring.append(slot)
        }

        mutating func takeFirst() -> Element? {
            guard let slot = ring.popFirst() else { return nil }
            bytes -= slot.bytes
            return slot.element
        }
    }

    /// - Parameters:
    ///   - capacity: bytes that may wait; a single element may exceed it.
    ///   - most: elements that may wait.
    init(capacity: Int, most: Int = .max) {
        state = Monitor(State(capacity: capacity, most: most))
    }

    /// Waits for free capacity and appends.
    ///
    /// - Returns: false if the queue was cancelled; the element is dropped then.
    @discardableResult
    func push(_ element: consuming Element, bytes: Int) -> Bool {
        var slot: Slot<Element>? = Slot(element: element, bytes: bytes)
        return state.wait {
            $0.isCancelled || $0.hasRoom(for: bytes)
        } _: { state in
            precondition(!state.isClosed, "a closed queue takes no element")
            guard !state.isCancelled, let slot = slot.take() else { return false }
            state.append(slot)
            return true
        }
    }

    /// Waits until an element like the newest would fit, or until the queue is cancelled: who waits before making an
    /// element, and not with it in hand, keeps one less in memory.
    func waitForRoom() {
        state.wait {
            $0.isCancelled || $0.hasRoom(for: $0.newest)
        } _: { _ in
        }
    }

    /// Appends without waiting, before the first `pop`, to prime a pipeline.
    func prefill(_ element: consuming Element, bytes: Int) {
        var slot: Slot<Element>? = Slot(element: element, bytes: bytes)
        state.withLock { state in
            guard let slot = slot.take() else { return }
            state.append(slot)
        }
    }

    /// Bytes that wait.
    var byteCount: Int { state.withLock { $0.bytes } }

    /// Waits for an element and takes it out.
    ///
    /// - Returns: nil if the queue is closed and empty, or cancelled.
    func pop() -> Element? {
        state.wait {
            $0.isCancelled || $0.isClosed || $0.ring.count > 0
        } _: { state in
            state.takeFirst()
        }
    }

    /// No more elements will be pushed.
    func close() { state.withLock { $0.isClosed = true } }

    /// Drops the elements that wait and wakes both sides.
    func cancel() {
        state.withLock { state in
            state.isCancelled = true
            while let element = state.takeFirst() { _ = element }
        }
    }
}

private struct Slot<Element: ~Copyable>: ~Copyable {
    var element: Element
    var bytes: Int
}

/// A ring buffer of noncopyable elements, which `Array` can't store.
private struct Ring<Element: ~Copyable>: ~Copyable {
    private var slots = UnsafeMutablePointer<Slot<Element>>.allocate(capacity: 16)
    private var capacity = 16
    private var first = 0
    private(set) var count = 0

    deinit {
        for index in 0..<count { (slots + (first + index) % capacity).deinitialize(count: 1) }
        slots.deallocate()
    }

    mutating func append(_ slot: consuming Slot<Element>) {
        if count == capacity { grow() }
        (slots + (first + count) % capacity).initialize(to: slot)
        count += 1
    }

    mutating func popFirst() -> Slot<Element>? {
        guard count > 0 else { return nil }
        let slot = (slots + first).move()
        first = (first + 1) % capacity
        count -= 1
        return slot
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Slot<Element>>.allocate(capacity: capacity * 2)
        for index in 0..<count { (larger + index).initialize(to: (slots + (first + index) % capacity).move()) }
        slots.deallocate()
        slots = larger
        capacity *= 2
        first = 0
    }
}

/// Holds one noncopyable value that is taken once: for another thread, or in an `Array`, which can't store such a value.
final class OneShot<Value: ~Copyable & Sendable>: Sendable {
    private let slot: Mutex<Value?>

    init(_ value: consuming Value) {
        slot = Mutex(value)
    }

    /// The value; it can be taken once.
    func take() -> Value {
        let taken = slot.withLock { slot in slot.take() }
        guard let taken else { preconditionFailure("a one-shot value was taken twice") }
        return taken
    }
}
