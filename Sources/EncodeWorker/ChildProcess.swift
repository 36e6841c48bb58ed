import CLinux
import Glibc
import Synchronization

/// This program once more, with the same arguments, in a process of its own that dies with this one.
///
/// Somebody is left then to tell where the system kills it for want of memory, or a codec crashes. One at a time.
struct ChildProcess {
    private static let variable = "REELPRESS_SUPERVISOR"
    private static let current = Atomic<Int32>(0)

    /// How it ended.
    enum End: Equatable {
        case exit(Int32)
        case signal(Int32)
        /// The system killed it for want of memory.
        case outOfMemory
    }

    private let process: pid_t
    private let killsBefore: Int
    private let startedAt = ResourceMeter.wallSeconds()

    /// In a process that another one has started this way: has the system end it together with that one.
    ///
    /// - Returns: whether it is such a process.
    static func dieWithParent() -> Bool {
        guard let parent = Environment[variable].flatMap({ Int32($0) }) else { return false }
        _ = reelpress_die_with_parent()
        // It may have died before it was heard of.
        if getppid() != parent { _exit(ExitStatus.retry.rawValue) }
        return true
    }

    /// - Parameters:
    ///   - variables: beside those of this process.
    ///   - output: the descriptor of its standard output, where that is not this one's.
    ///   - isApart: whether it is in a process group of its own, where a terminal's Ctrl-C doesn't reach it.
    /// - Returns: nil where no process can be started.
    init?(_ variables: [String: String] = [:], output: Int32? = nil, isApart: Bool) {
        killsBefore = ControlGroup.kills
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let output { posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        if isApart { posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP)) }
        // The new one must not miss a signal between its start and its being known.
        let process: pid_t? = Interruption.without {
            var process = pid_t()
            let code = Self.withEnvironment(variables) {
                posix_spawn(&process, "/proc/self/exe", &actions, &attributes, CommandLine.unsafeArgv, $0)
            }
            guard code == 0 else { return nil }
            Self.current.store(process, ordering: .sequentiallyConsistent)
            return process
        }
        guard let process else { return nil }
        self.process = process
    }

    private static func withEnvironment(
        _ variables: [String: String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32
    ) -> Int32 {
        var own = variables
        own[variable] = "\(getpid())"
        // A crash is told in one line; whoever wants hundreds of them can ask for them.
        if Environment["SWIFT_BACKTRACE"] == nil { own["SWIFT_BACKTRACE"] = "enable=no" }
        let added = own.map { strdup("\($0.key)=\($0.value)") }
        defer { for text in added { free(text) } }
        var all = added
        var next = environ
        while let text = next.pointee {
            let name = String(cString: text).prefix { $0 != "=" }
            if own[String(name)] == nil { all.append(text) }
            next += 1
        }
        all.append(nil)
        return all.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
    }

    /// Waits for its end.
    ///
    /// - Returns: that, and what it has used of the machine. Source: getrusage(2).
    func wait() -> (end: End, used: Report.Resources) {
        var status: Int32 = 0
        var usage = rusage()
        var information = siginfo_t()
        while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        // Its number is nobody's from then on.
        Interruption.without {
            while wait4(process, &status, 0, &usage) < 0, errno == EINTR {}
            Self.current.store(0, ordering: .sequentiallyConsistent)
        }
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        let used = Report.Resources(
            wallSeconds: ResourceMeter.wallSeconds() - startedAt,
            cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime),
            peakResidentBytes: UInt64(usage.ru_maxrss) << 10)
        let signal = status & 0x7F
        if signal == 0 { return (.exit(status >> 8 & 0xFF), used) }
        let isOutOfMemory = signal == SIGKILL && ControlGroup.kills > killsBefore
        return (isOutOfMemory ? .outOfMemory : .signal(signal), used)
    }

    /// Sends it a signal, if there is one. Called by signals' handlers.
    static func pass(_ signal: Int32) {
        let before = errno
        let process = current.load(ordering: .sequentiallyConsistent)
        if process > 0 { kill(process, signal) }
        errno = before
    }
}
