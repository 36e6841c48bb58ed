import Synchronization
import Testing

@testable import Threads

@Suite("A queue of work") struct WorkQueueTests {
    private struct Failure: Error, Equatable { var number: Int }

    /// What was performed, in order; and a gate that holds the work back.
    private final class Record: Sendable {
        private let state = Monitor((done: [Int](), running: 0, isOpen: false))

        var done: [Int] { state.withLock { $0.done } }
        func perform(_ number: Int) { state.withLock { $0.done.append(number) } }
        func open() { state.withLock { $0.isOpen = true } }
        func waitAtGate() {
            state.withLock { $0.running += 1 }
            _ = state.wait(atMost: 20, until: { $0.isOpen })
            state.withLock { $0.running -= 1 }
        }
        func waits(forRunning count: Int) -> Bool { state.wait(atMost: 20, until: { $0.running == count }) }
    }

    @Test("One thread performs requests in the order in which they were added") func order() throws {
        let record = Record()
        let queue = WorkQueue<Int, Never>(named: "a test", threads: 1) { number, _ in record.perform(number) }
        for number in 0..<500 { try queue.add(number) }
        queue.finish()
        #expect(record.done == Array(0..<500))
    }

    @Test("Several threads perform every request once") func completeness() throws {
        let record = Record()
        let queue = WorkQueue<Int, Never>(named: "a test", threads: 8) { number, _ in record.perform(number) }
        for number in 0..<2000 { try queue.add(number) }
        queue.finish()
        #expect(record.done.sorted() == Array(0..<2000))
    }

    @Test("Threads are started only for requests that would wait, up to the limit") func laziness() throws {
        let record = Record()
        let queue = WorkQueue<Int, Never>(named: "a test", threads: 3) { _, _ in record.waitAtGate() }
        #expect(queue.threadCount == 0)
        for number in 1...5 {
            try queue.add(number)
            #expect(queue.threadCount == min(number, 3))
            #expect(record.waits(forRunning: min(number, 3)))
        }
        record.open()
        queue.finish()
    }

    @Test("An idle thread takes the next request: no second one is started") func reuse() throws {
        let record = Record()
        let queue = WorkQueue<Int, Never>(named: "a test", threads: 3) { number, _ in record.perform(number) }
        for number in 0..<20 {
            try queue.add(number)
            queue.wait(forFewerThan: 1)
        }
        #expect(queue.threadCount == 1)
        queue.finish()
    }

    @Test("A failure drops the requests that wait and is thrown to all who wait") func failure() throws {
        let record = Record()
        let queue = WorkQueue<Int, Failure>(named: "a test", threads: 1) { (number, cancellation) throws(Failure) in
            record.perform(number)
            if number == 2 { throw Failure(number: number) }
            record.waitAtGate()
        }
        for number in 1...5 { try queue.add(number) }
        #expect(record.waits(forRunning: 1))
        record.open()
        #expect(throws: Failure(number: 2)) { try queue.wait(forFewerThan: 1) }
        try queue.add(6)
        #expect(throws: Failure(number: 2)) { try queue.finish() }
        #expect(record.done == [1, 2] && queue.cancellation.isCancelled)
    }

    @Test("A failure cancels the requests that run") func failureCancels() throws {
        let queue = WorkQueue<Int, Failure>(named: "a test", threads: 2) { (number, cancellation) throws(Failure) in
            if number == 1 { throw Failure(number: number) }
            while !cancellation.isCancelled {}
        }
        try queue.add(0)
        try queue.add(1)
        #expect(throws: Failure(number: 1)) { try queue.finish() }
    }

    @Test("Waiting for room ends when a request does") func room() throws {
        let record = Record()
        let queue = WorkQueue<Int, Never>(named: "a test", threads: 2) { number, _ in
            record.waitAtGate()
            record.perform(number)
        }
        for number in 0..<3 { try queue.add(number) }
        queue.wait(forFewerThan: 4)
        #expect(record.done.isEmpty)
        record.open()
        queue.wait(forFewerThan: 1)
        #expect(record.done.count == 3)
        queue.finish()
    }

    @Test("Cancelling while requests wait drops them and ends those that run") func cancellation() throws {
        let record = Record()
        let queue = WorkQueue<Int, Never>(named: "a test", threads: 2) { number, cancellation in
            record.perform(number)
            while !cancellation.isCancelled {}
        }
        for number in 0..<50 { try queue.add(number) }
        queue.cancel()
        #expect(Set(record.done).isSubset(of: [0, 1]))
        try queue.add(50)
        queue.wait(forFewerThan: 1)
        queue.finish()
        #expect(!record.done.contains(50))
    }

    @Test("An outer cancellation reaches the work") func outerCancellation() throws {
        let outer = Cancellation()
        let queue = WorkQueue<Int, Never>(named: "a test", threads: 1, within: outer) { _, cancellation in
            while !cancellation.isCancelled {}
        }
        try queue.add(0)
        outer.cancel()
        queue.finish()
    }

    @Test("No thread is left after finish, cancel or deinit") func noThreadIsLeft() throws {
        // The work holds the only other reference to this: it is released when the last thread has ended.
        final class Token: Sendable {}
        weak var token: Token?
        for ending in 0..<3 {
            do {
                let held = Token()
                token = held
                let queue = WorkQueue<Int, Never>(named: "a test", threads: 4) { _, cancellation in
                    withExtendedLifetime(held) { while ending > 0, !cancellation.isCancelled {} }
                }
                for number in 0..<4 { try queue.add(number) }
                if ending == 0 { queue.finish() } else if ending == 1 { queue.cancel() }
            }
            #expect(token == nil)
        }
    }
}
