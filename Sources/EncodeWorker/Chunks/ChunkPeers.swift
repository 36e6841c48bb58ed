import Synchronization

/// The processes that a lead has started and that live, by their names as `ChunkWorker` has them. A chunk that one of
/// them has claimed is being made; once it has ended, the lead takes the chunk over.
final class ChunkPeers: Sendable {
    private struct State {
        var living: Set<String> = []
        var observers: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    var living: Set<String> { state.withLock { $0.living } }

    func started(_ name: String) { state.withLock { _ = $0.living.insert(name) } }

    /// Call it once nothing of the process's can reach the store any more.
    func ended(_ name: String) {
        let observers = state.withLock { state in
            state.living.remove(name)
            return state.observers
        }
        for observer in observers { observer() }
    }

    /// - Parameter observer: called after a process has ended, on that thread.
    func observe(_ observer: @escaping @Sendable () -> Void) { state.withLock { $0.observers.append(observer) } }
}
