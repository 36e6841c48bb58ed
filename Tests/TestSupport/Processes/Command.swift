import Glibc

/// A program to run, with nothing on its standard input.
public struct Command: Sendable {
    /// The program, looked up in PATH, and its arguments.
    public var arguments: [String]
    /// Variables beside the few that every program gets.
    public var environment: [String: String]

    /// What a run inherits; all else of this process's environment stays away.
    private static let inherited = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH"]

    /// Nothing runs yet.
    public init(_ arguments: [String], environment: [String: String] = [:]) {
        self.arguments = arguments
        self.environment = environment
    }

    /// Runs to the end.
    ///
    /// - Throws: `CommandFailure` if it doesn't start, or has to be killed because it takes too long.
    public func run(within seconds: Double = 240) throws -> CommandOutcome {
        try start().wait(within: seconds)
    }

    /// Starts in a process group of its own, with every signal as by default.
    public func start() throws -> RunningCommand {
        let output = try CapturedText()
        let error = try CapturedText()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.descriptor, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, error.descriptor, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (all, none) = (sigset_t(), sigset_t())
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        let flags = Int32(POSIX_SPAWN_SETPGROUP) | Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
        posix_spawnattr_setflags(&attributes, Int16(flags))
        posix_spawnattr_setpgroup(&attributes, 0)

        var process = pid_t()
        let program = arguments.first ?? ""
        let code = Self.withCStrings(arguments) { arguments in
            Self.withCStrings(variables) { variables in
                posix_spawnp(&process, program, &actions, &attributes, arguments, variables)
            }
        }
        guard code == 0 else { throw CommandFailure("\(arguments): \(String(cString: strerror(code)))") }
        return RunningCommand(process, arguments, output: output, error: error)
    }

    private var variables: [String] {
        var all = environment
        for name in Self.inherited where all[name] == nil { all[name] = getenv(name).map { String(cString: $0) } }
        return all.map { "\($0.key)=\($0.value)" }.sorted()
    }

    private static func withCStrings<Result>(
        _ strings: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) throws -> Result
    ) rethrows -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return try body(copies + [nil])
    }
}

/// Why there is no outcome of a command.
public struct CommandFailure: Error, CustomStringConvertible {
    /// What went wrong, naming the command.
    public let description: String

    /// Says what went wrong.
    public init(_ description: String) { self.description = description }
}
