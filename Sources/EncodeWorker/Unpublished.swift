import Synchronization

/// The object that a job is writing at the moment, for whoever has to give it up in its stead.
final class Unpublished: Sendable {
    private let object = Mutex<(any PendingObject)?>(nil)

    func hold(_ pending: any PendingObject) { object.withLock { $0 = pending } }

    func release() { object.withLock { $0 = nil } }

    func discard() { object.withLock { $0 }?.discard() }
}
