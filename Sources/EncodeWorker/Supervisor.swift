internal import CLinux
internal import Glibc
internal import Synchronization

/// A small process that starts the job in another one, so that there is somebody to tell where the system kills that for
/// want of memory, or a codec crashes. It passes signals on, and the job dies with it.
enum Supervisor {
    private static let variable = "REELPRESS_SUPERVISOR"
    private static let child = Atomic<Int32>(0)

    /// How the job's process ended without an exit code.
    enum End: Equatable {
        case signal(Int32)
        /// The system killed it for want of memory.
        case outOfMemory
    }

    /// There in the supervisor alone, once the job has ended. Set before there is a second thread.
    nonisolated(unsafe) private(set) static var end: End?

    /// The job's start, and what runs from then on.
    static let (startedAt, meter) = (Report.now(), ResourceMeter())

    /// Comes back in the job's own process, or where no other can be started; in the supervisor only for a job that
    /// could not tell its end.
    static func start() {
        if let parent = Environment[variable].flatMap({ Int32($0) }) {
            _ = reelpress_die_with_parent()
            // It may have died before it was heard of.
            if getppid() != parent { _exit(ExitStatus.retry.rawValue) }
            return
        }
        _ = meter
        let killsBefore = ControlGroup.kills
        guard spawn() else { return }
        passSignalsOn()
        var status: Int32 = 0
        while waitpid(child.load(ordering: .sequentiallyConsistent), &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        if signal == 0 { exit(status >> 8 & 0xFF) }
        end = signal == SIGKILL && ControlGroup.kills > killsBefore ? .outOfMemory : .signal(signal)
    }

    private static func spawn() -> Bool {
        setenv(variable, "\(getpid())", 1)
        defer { unsetenv(variable) }
        // A crash is told in one line; whoever wants hundreds of them can ask for them.
        setenv("SWIFT_BACKTRACE", "enable=no", 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A terminal's Ctrl-C reaches the supervisor alone, which passes it on once.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var process = pid_t()
        guard posix_spawn(&process, "/proc/self/exe", nil, &attributes, CommandLine.unsafeArgv, environ) == 0 else {
            return false
        }
        child.store(process, ordering: .sequentiallyConsistent)
        return true
    }

    private static func passSignalsOn() {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { signal in
            let before = errno
            kill(Supervisor.child.load(ordering: .sequentiallyConsistent), signal)
            errno = before
        }
        sigaction(SIGTERM, &action, nil)
        sigaction(SIGINT, &action, nil)
        Interruption.permit()
    }
}
