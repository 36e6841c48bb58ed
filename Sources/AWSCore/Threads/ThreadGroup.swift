import Glibc

/// Threads that run the same function until it returns. Whoever owns the group joins them.
struct ThreadGroup: ~Copyable {
    private var threads: [pthread_t] = []

    var count: Int { threads.count }

    /// Starts one more thread; without memory or threads left, there is one fewer.
    mutating func start(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Body(body))
        let result = pthread_create(&thread, nil, { Body.run($0) }, box.toOpaque())
        if result == 0 { threads.append(thread) } else { box.release() }
    }

    /// Waits for all of them.
    mutating func join() {
        for thread in threads { pthread_join(thread, nil) }
        threads = []
    }

    /// What C carries to the new thread, which releases it.
    private final class Body: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }

        static func run(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
            Unmanaged<Body>.fromOpaque(pointer!).takeRetainedValue().body()
            return nil
        }
    }
}
