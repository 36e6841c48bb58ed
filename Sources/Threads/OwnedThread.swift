import Glibc
import Synchronization

/// A thread that its owner joins.
///
/// Source: pthreads(7).
public final class OwnedThread: Sendable {
    private let handle: Mutex<pthread_t?>

    /// - Parameters:
    ///   - name: its purpose, for the error.
    ///   - run: called once, on the new thread.
    /// - Throws: `ThreadError` if the system has no thread or memory left.
    public init(named name: String, _ run: @escaping @Sendable () -> Void) throws(ThreadError) {
        handle = Mutex(try Self.create(name, run))
    }

    deinit { join() }

    /// Waits for the thread's end. A second call does nothing.
    public func join() {
        let thread = handle.withLock { handle in
            defer { handle = nil }
            return handle
        }
        if let thread { pthread_join(thread, nil) }
    }

    /// Starts a thread that runs until the process ends.
    ///
    /// - Throws: `ThreadError` if the system has no thread or memory left.
    public static func detach(named name: String, _ run: @escaping @Sendable () -> Void) throws(ThreadError) {
        pthread_detach(try create(name, run))
    }

    private static func create(_ name: String, _ run: @escaping @Sendable () -> Void) throws(ThreadError) -> pthread_t {
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
            throw ThreadError(name: name, code: code)
        }
        return thread
    }

    /// The argument of the new thread's C function, which releases it.
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}

/// The system has no thread left.
public struct ThreadError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The thread's purpose.
    public var name: String
    /// The errno value of pthread_create.
    public var code: Int32

    public var description: String { "no thread for \(name): \(String(cString: strerror(code)))" }
}
