internal import Glibc
internal import Synchronization

/// A thread that runs one stage of the pipeline, joined by its owner.
final class StageThread: Sendable {
    private let handle: Mutex<pthread_t?>

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// - Parameter name: the stage, for the error where the system has no thread left.
    init(named name: String, _ run: @escaping @Sendable () -> Void) throws {
        var thread = pthread_t()
        let body = Unmanaged.passRetained(Body(run))
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, body.toOpaque())
        guard code == 0 else {
            body.release()
            throw MediaError(.library, .open, "no thread for the \(name) stage: \(String(cString: strerror(code)))")
        }
        handle = Mutex(thread)
    }

    deinit { join() }

    /// Waits for the stage's end. Joining twice is one join.
    func join() {
        let thread = handle.withLock { handle in
            defer { handle = nil }
            return handle
        }
        if let thread { pthread_join(thread, nil) }
    }
}
