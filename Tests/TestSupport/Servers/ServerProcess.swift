import Glibc

/// A server in a process of its own. It reads a pipe that only this process holds open: when the tests end, however they
/// end, the pipe closes and the server is killed.
public final class ServerProcess: Sendable {
    /// Where it listens on 127.0.0.1.
    public let port: UInt16
    private let lifeline: Int32

    /// Starts a server on a port that it chooses itself, and waits until it accepts connections.
    ///
    /// - Parameters:
    ///   - command: words for a shell. The server listens on port 0 of 127.0.0.1 and writes the address that it got.
    ///   - afterwards: words for a shell, once the server is dead.
    public init(_ command: String, afterwards: String = ":") {
        let (lifeline, output) = (Self.pipe(), Self.pipe())
        self.lifeline = lifeline.writing
        // Only the server holds the pipe of its output, which so ends with it.
        let script = "\(command) </dev/null & exec >/dev/null 2>&1; cat; kill -9 $!; wait $!; \(afterwards)"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, lifeline.reading, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output.writing, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output.writing, STDERR_FILENO)
        var pid = pid_t()
        let words: [UnsafeMutablePointer<CChar>?] = [strdup("/bin/sh"), strdup("-c"), strdup(script), nil]
        let result = posix_spawn(&pid, "/bin/sh", &actions, nil, words, environ)
        posix_spawn_file_actions_destroy(&actions)
        for word in words { free(word) }
        close(lifeline.reading)
        close(output.writing)
        precondition(result == 0, "no shell")
        let answer = Self.port(in: output.reading)
        guard let port = answer.port, Self.accepts(port) else {
            fatalError("the server didn't start: \(command)\n\(answer.text)")
        }
        self.port = port
        // A pipe that is full would stop the server.
        DetachedThread.start {
            while !Self.read(output.reading).isEmpty {}
            close(output.reading)
        }
    }

    deinit { close(lifeline) }

    /// `http://127.0.0.1:port`.
    public var origin: String { "http://127.0.0.1:\(port)" }

    /// A pipe that another server, started later, does not hold open.
    private static func pipe() -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        precondition(Glibc.pipe(&ends) == 0, "no pipe")
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// Reads what the server writes until it has named its port, or has ended.
    private static func port(in descriptor: Int32) -> (port: UInt16?, text: String) {
        let address = "127.0.0.1:"
        var text = ""
        while true {
            let bytes = read(descriptor)
            text += String(decoding: bytes, as: UTF8.self)
            for part in text.split(separator: address, omittingEmptySubsequences: false).dropFirst() {
                let digits = part.prefix { $0.isNumber }
                if digits.endIndex < part.endIndex, let port = UInt16(digits) { return (port, text) }
            }
            if bytes.isEmpty { return (nil, text) }
        }
    }

    private static func read(_ descriptor: Int32) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 4096) { $1 = max(0, Glibc.read(descriptor, $0.baseAddress, 4096)) }
    }

    /// Some servers write their address a moment before they listen.
    private static func accepts(_ port: UInt16) -> Bool {
        for _ in 0..<600 {
            if let socket = Socket(connectingTo: port) {
                socket.shut()
                return true
            }
            usleep(50_000)
        }
        return false
    }
}
