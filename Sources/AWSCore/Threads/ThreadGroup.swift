import Threads

/// Threads that run the same function until it returns. The owner of the group joins them.
struct ThreadGroup: ~Copyable {
    private var threads: [OwnedThread] = []

    var count: Int { threads.count }

    /// Starts one more thread; without memory or threads left, there is one fewer.
    mutating func start(_ body: @escaping @Sendable () -> Void) {
        if let thread = try? OwnedThread(named: "a transfer", body) { threads.append(thread) }
    }

    /// Waits for all of them.
    mutating func join() {
        for thread in threads { thread.join() }
        threads = []
    }
}
