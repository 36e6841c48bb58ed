import Glibc
import Synchronization
import Testing
import Threads

@testable import Media

@Suite("Bounded queue") struct BoundedQueueTests {
    @Test("A queue keeps its order across threads and ends when it is closed") func order() throws {
        let queue = BoundedQueue<Int>(capacity: 10)
        let producer = try OwnedThread(named: "producer") {
            for number in 0..<5000 { queue.push(number, bytes: 3) }
            queue.close()
        }
        var received: [Int] = []
        while let number = queue.pop() { received.append(number) }
        producer.join()
        #expect(received == Array(0..<5000))
    }

    @Test("A queue holds no more bytes than its capacity") func capacity() throws {
        #expect(try mostBytes(BoundedQueue<Int>(capacity: 10), each: 4) <= 10)
    }

    @Test("A queue holds no more elements than it may, however small they are") func elements() throws {
        #expect(try mostBytes(BoundedQueue<Int>(capacity: 1000, most: 3), each: 1) <= 3)
    }

    /// The most bytes that are seen to wait while a hundred elements go through.
    private func mostBytes(_ queue: BoundedQueue<Int>, each bytes: Int) throws -> Int {
        let producer = try OwnedThread(named: "producer") {
            for number in 0..<100 { queue.push(number, bytes: bytes) }
            queue.close()
        }
        var most = 0
        var count = 0
        while queue.pop() != nil {
            count += 1
            most = max(most, queue.byteCount)
        }
        producer.join()
        #expect(count == 100)
        return most
    }

    @Test("A queue takes one element that is larger than its capacity") func largeElement() {
        let queue = BoundedQueue<Int>(capacity: 10)
        let taken = queue.push(1, bytes: 1000)
        queue.close()
        #expect(taken && queue.pop() == 1 && queue.pop() == nil)
    }

    @Test("Cancelling wakes a waiting writer and drops its element") func cancelledWriter() throws {
        let queue = BoundedQueue<Int>(capacity: 1)
        queue.push(1, bytes: 1)
        let refused = Atomic<Bool>(false)
        let producer = try OwnedThread(named: "producer") {
            refused.store(!queue.push(2, bytes: 1), ordering: .sequentiallyConsistent)
        }
        queue.cancel()
        producer.join()
        let wasRefused = refused.load(ordering: .sequentiallyConsistent)
        #expect(wasRefused)
        #expect(queue.pop() == nil && queue.byteCount == 0)
    }

    @Test("A writer can wait for room before it makes its element", arguments: [true, false])
    func room(isPopped: Bool) throws {
        let queue = BoundedQueue<Int>(capacity: 8)
        queue.waitForRoom()
        queue.push(1, bytes: 4)
        queue.waitForRoom()
        queue.push(2, bytes: 4)
        let goesOn = Atomic<Bool>(false)
        let producer = try OwnedThread(named: "producer") {
            queue.waitForRoom()
            goesOn.store(true, ordering: .sequentiallyConsistent)
        }
        usleep(20_000)
        let wentOnEarly = goesOn.load(ordering: .sequentiallyConsistent)
        if isPopped { #expect(queue.pop() == 1) } else { queue.cancel() }
        producer.join()
        let wentOn = goesOn.load(ordering: .sequentiallyConsistent)
        #expect(!wentOnEarly && wentOn)
    }

    @Test("Cancelling wakes a waiting reader") func cancelledReader() throws {
        let queue = BoundedQueue<Int>(capacity: 1)
        let gotNothing = Atomic<Bool>(false)
        let consumer = try OwnedThread(named: "consumer") {
            gotNothing.store(queue.pop() == nil, ordering: .sequentiallyConsistent)
        }
        queue.cancel()
        consumer.join()
        let nothing = gotNothing.load(ordering: .sequentiallyConsistent)
        #expect(nothing)
    }

    @Test("A queue drops its remaining elements when it is released") func remaining() {
        let probe = LifetimeProbe()
        do {
            let queue = BoundedQueue<LifetimeProbe.Token>(capacity: 100)
            for _ in 0..<20 { queue.prefill(probe.token(), bytes: 1) }
            #expect(probe.alive == 20)
        }
        #expect(probe.alive == 0)
    }
}

/// Counts values that are alive.
private final class LifetimeProbe: Sendable {
    private let count = Atomic<Int>(0)

    var alive: Int { count.load(ordering: .sequentiallyConsistent) }

    struct Token: ~Copyable, Sendable {
        let probe: LifetimeProbe
        deinit { probe.count.subtract(1, ordering: .sequentiallyConsistent) }
    }

    func token() -> Token {
        count.add(1, ordering: .sequentiallyConsistent)
        return Token(probe: self)
    }
}
