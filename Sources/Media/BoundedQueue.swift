internal import Glibc

/// A first-in, first-out queue between two threads, bounded in bytes.
///
/// It is open, then either closed (what is in it still comes out, then `nil`) or cancelled (what is in it is dropped,
/// both sides stop waiting at once).
final class BoundedQueue<Element: ~Copyable & Sendable>: @unchecked Sendable {
    // Sendable: every stored property below is touched only with `lock` held.
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private let capacity: Int
    private var ring: UnsafeMutablePointer<Slot>
    private var slots = 16
    private var first = 0
    private var count = 0
    private var bytes = 0
    private var isClosed = false
    private var isCancelled = false

    private struct Slot: ~Copyable {
        var element: Element
        var bytes: Int
    }

    /// - Parameter capacity: bytes that may wait; one element always may, however large.
    init(capacity: Int) {
        self.capacity = capacity
        lock = .allocate(capacity: 1)
        changed = .allocate(capacity: 1)
        ring = .allocate(capacity: slots)
        pthread_mutex_init(lock, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        dropAll()
        ring.deallocate()
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(lock)
        changed.deallocate()
        lock.deallocate()
    }

    /// Waits for room and appends.
    ///
    /// - Returns: false if the queue was cancelled; the element is dropped then.
    @discardableResult
    func push(_ element: consuming Element, bytes elementBytes: Int) -> Bool {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        while !isCancelled, count > 0, bytes + elementBytes > capacity { pthread_cond_wait(changed, lock) }
        precondition(!isClosed, "a closed queue takes nothing more")
        guard !isCancelled else { return false }
        append(element, elementBytes)
        pthread_cond_broadcast(changed)
        return true
    }

    /// Appends without waiting, before anybody takes out: how a pipeline is primed.
    func prefill(_ element: consuming Element, bytes elementBytes: Int) {
        pthread_mutex_lock(lock)
        append(element, elementBytes)
        pthread_mutex_unlock(lock)
    }

    /// Bytes that wait.
    var byteCount: Int {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return bytes
    }

    /// Waits for an element and takes it out.
    ///
    /// - Returns: nil if the queue is closed and empty, or cancelled.
    func pop() -> Element? {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        while !isCancelled, !isClosed, count == 0 { pthread_cond_wait(changed, lock) }
        guard count > 0 else { return nil }
        let slot = takeFirst()
        pthread_cond_broadcast(changed)
        return slot.element
    }

    /// Nothing more will be pushed.
    func close() {
        pthread_mutex_lock(lock)
        isClosed = true
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(lock)
    }

    /// Drops what waits and wakes both sides.
    func cancel() {
        pthread_mutex_lock(lock)
        isCancelled = true
        dropAll()
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(lock)
    }

    private func append(_ element: consuming Element, _ elementBytes: Int) {
        if count == slots { grow() }
        (ring + (first + count) % slots).initialize(to: Slot(element: element, bytes: elementBytes))
        count += 1
        bytes += elementBytes
    }

    private func takeFirst() -> Slot {
        let slot = (ring + first).move()
        first = (first + 1) % slots
        count -= 1
        bytes -= slot.bytes
        return slot
    }

    private func dropAll() {
        while count > 0 { _ = takeFirst() }
    }

    private func grow() {
        let larger = UnsafeMutablePointer<Slot>.allocate(capacity: slots * 2)
        for index in 0..<count { (larger + index).initialize(to: (ring + (first + index) % slots).move()) }
        ring.deallocate()
        ring = larger
        slots *= 2
        first = 0
    }
}
