import Glibc

/// A thread that nobody waits for.
enum DetachedThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    static func start(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Body(body))
        let result = pthread_create(
            &thread,
            nil,
            {
                Unmanaged<Body>.fromOpaque($0!).takeRetainedValue().run()
                return nil
            },
            box.toOpaque()
        )
        precondition(result == 0, "no thread")
        pthread_detach(thread)
    }
}
