import Glibc

/// A server in a process of its own. It reads a pipe that only this process holds open: when the tests end, however they
/// end, the pipe closes and the server is killed.
public final class ServerProcess: Sendable {
    /// Where it listens on 127.0.0.1.
    public let port: UInt16
    private let lifeline: Int32

    /// Starts `command` (words for a shell; `$PORT` is the port) and waits until it accepts connections.
    ///
    /// - Parameter afterwards: words for a shell, once the server is dead.
    public init(_ command: String, afterwards: String = ":") {
        port = Socket.freePort()
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        // Another server that is started later must not hold it open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        lifeline = ends[1]
        let script =
            "PORT=\(port); \(command) >/dev/null 2>&1 </dev/null & cat >/dev/null; kill -9 $!; wait $!; \(afterwards)"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        var pid = pid_t()
        let words: [UnsafeMutablePointer<CChar>?] = [strdup("/bin/sh"), strdup("-c"), strdup(script), nil]
        let result = posix_spawn(&pid, "/bin/sh", &actions, nil, words, environ)
        posix_spawn_file_actions_destroy(&actions)
        for word in words { free(word) }
        close(ends[0])
        precondition(result == 0, "no shell")
        for _ in 0..<600 {
            if let socket = Socket(connectingTo: port) {
                socket.shut()
                return
            }
            usleep(50_000)
        }
        fatalError("the server didn't start: \(command)")
    }

    deinit { close(lifeline) }

    /// `http://127.0.0.1:port`.
    public var origin: String { "http://127.0.0.1:\(port)" }
}
