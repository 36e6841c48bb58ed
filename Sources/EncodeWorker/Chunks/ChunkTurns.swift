import Synchronization
import Threads

/// How many chunks of a process are fed at once. A chunk whose frames are all read gives its turn to the next one while
/// its encoder is drained, so that no processor idles.
final class ChunkTurns: Sendable {
    private let free: Monitor<Int>

    /// Seconds between looks for a cancellation.
    private static let patience = 0.5

    init(_ count: Int) { free = Monitor(count) }

    /// Waits for a turn.
    ///
    /// - Throws: the cancellation's reason.
    func take(_ cancellation: Cancellation) throws -> ChunkTurn {
        while true {
            try cancellation.check()
            _ = free.wait(atMost: Self.patience) { $0 > 0 }
            let isTaken = free.withLock { free in
                guard free > 0 else { return false }
                free -= 1
                return true
            }
            if isTaken { return ChunkTurn(self) }
        }
    }

    fileprivate func giveBack() { free.withLock { $0 += 1 } }
}

/// A turn, which ends once: from any thread, or with its last reference.
final class ChunkTurn: Sendable {
    private let turns: ChunkTurns
    private let isOver = Mutex(false)

    fileprivate init(_ turns: ChunkTurns) { self.turns = turns }

    deinit { end() }

    func end() {
        let ends = isOver.withLock { isOver in
            defer { isOver = true }
            return !isOver
        }
        if ends { turns.giveBack() }
    }
}
