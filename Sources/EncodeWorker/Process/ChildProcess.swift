import AWSCore
import CLinux
import Glibc
import JobReport

/// This program again, with the same arguments, in another process that dies with this one.
///
/// The parent survives to report an OOM kill or a codec crash. The child ends with the thread that starts it: that one has
/// to wait for it. Source: prctl(2), PR_SET_PDEATHSIG.
struct ChildProcess {
    private static let variable = "REELPRESS_SUPERVISOR"

    /// How it ended.
    enum End: Equatable {
        case exit(Int32)
        case signal(Int32)
        /// The system killed it because memory ran out.
        case outOfMemory
    }

    private let process: pid_t
    private let killsBefore: Int
    private let startedAt = SystemClock.monotonic()

    /// In a child process: makes the system kill it when its parent ends.
    ///
    /// - Returns: whether this is such a process.
    static func dieWithParent(_ environment: AWSEnvironment) -> Bool {
        guard let parent = environment[variable].flatMap({ Int32($0) }) else { return false }
        _ = reelpress_die_with_parent()
        // The parent may have ended before that call.
        if getppid() != parent { _exit(ExitStatus.transient.rawValue) }
        return true
    }

    /// - Parameters:
    ///   - variables: set in addition to those of this process.
    ///   - output: the descriptor of its standard output; nil for this process's.
    ///   - isApart: whether it is in a process group of its own, which a terminal's Ctrl-C doesn't reach.
    /// - Returns: nil if no process can be started.
    init?(_ variables: [String: String] = [:], output: Int32? = nil, isApart: Bool) {
        killsBefore = Cgroup.oomKills
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let output { posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        if isApart { posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP)) }
        // A signal between the start of the process and its registration would not reach it.
        let process: pid_t? = Interruption.withSignalsBlocked {
            var process = pid_t()
            let code = Self.withEnvironment(variables) {
                posix_spawn(&process, "/proc/self/exe", &actions, &attributes, CommandLine.unsafeArgv, $0)
            }
            guard code == 0 else { return nil }
            Interruption.add(process)
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
        var inherited: [UnsafeMutablePointer<CChar>] = []
        var names: Set<String> = []
        var next = environ
        while let text = next.pointee {
            let name = String(String(cString: text).prefix { $0 != "=" })
            names.insert(name)
            if own[name] == nil { inherited.append(text) }
            next += 1
        }
        // A crash is reported in one line; Swift's backtrace has hundreds, for those who ask for it.
        if !names.contains("SWIFT_BACKTRACE") { own["SWIFT_BACKTRACE"] = "enable=no" }
        let added = own.map { strdup("\($0.key)=\($0.value)") }
        defer { for text in added { free(text) } }
        var all = added + inherited + [nil]
        return all.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
    }

    /// Waits for its end.
    ///
    /// - Returns: how it ended, and what it used of the machine. Source: getrusage(2).
    func wait() -> (end: End, usage: Usage) {
        var status: Int32 = 0
        var resources = rusage()
        var information = siginfo_t()
        while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        // From `wait4` on, the system may give the process's number to another one.
        Interruption.remove(process)
        while wait4(process, &status, 0, &resources) < 0, errno == EINTR {}
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        let usage = Usage(
            wallSeconds: SystemClock.monotonic() - startedAt,
            cpuSeconds: seconds(resources.ru_utime) + seconds(resources.ru_stime),
            peakResidentBytes: UInt64(resources.ru_maxrss) << 10)
        let signal = status & 0x7F
        if signal == 0 { return (.exit(status >> 8 & 0xFF), usage) }
        let isOutOfMemory = signal == SIGKILL && Cgroup.oomKills > killsBefore
        return (isOutOfMemory ? .outOfMemory : .signal(signal), usage)
    }
}
