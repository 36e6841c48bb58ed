import AWSCore
import Glibc

/// A process that makes chunks, as its claims name it. Other processes of its machine can see whether it lives: what it
/// has begun is being made. Of a process on another machine nothing is known.
struct ChunkWorker: Sendable, Hashable, Codable {
    /// One boot of one machine, or one container on it; random where the system doesn't say.
    var machine: String
    var process: Int32
    /// When the process was started, in clock ticks since the boot: a later process may have the same number.
    var started: UInt64
    /// For people who look into the folder.
    var host: String
    /// The job of AWS Batch, with its attempt.
    var job: String?

    /// This process.
    init(_ environment: AWSEnvironment) {
        let boot = Machine.lines(of: "/proc/sys/kernel/random/boot_id").first
        let namespace = Self.link("/proc/self/ns/pid")
        machine = boot.flatMap { boot in namespace.map { "\(boot) \($0)" } } ?? Self.randomText()
        process = getpid()
        started = Self.status(of: getpid())?.started ?? 0
        host = Self.hostName
        job = environment["AWS_BATCH_JOB_ID"].map { "\($0) attempt \(environment["AWS_BATCH_JOB_ATTEMPT"] ?? "1")" }
    }

    /// Distinguishes it from all others.
    var name: String { "\(machine) \(process) \(started)" }

    /// Whether it is another process of this one's machine, and lives.
    func isLivingMate(of other: ChunkWorker) -> Bool {
        guard machine == other.machine, self != other, let status = Self.status(of: process) else { return false }
        return status.started == started && !"ZXx".contains(status.state)
    }

    /// Whether it has certainly ended: it ran on the other one's machine, or was an earlier attempt of its job.
    func isGone(for other: ChunkWorker) -> Bool {
        if machine == other.machine { return !isLivingMate(of: other) }
        guard let (id, attempt) = batchJob, let later = other.batchJob else { return false }
        return id == later.id && attempt < later.attempt
    }

    /// Whether both run in AWS Batch, in different jobs.
    func isOfOtherJob(than other: ChunkWorker) -> Bool {
        guard let own = batchJob, let others = other.batchJob else { return false }
        return own.id != others.id
    }

    private var batchJob: (id: Substring, attempt: Int)? {
        let words = job?.split(separator: " ") ?? []
        guard words.count == 3, let attempt = Int(words[2]) else { return nil }
        return (words[0], attempt)
    }

    /// Source: proc(5), stat: state is the third field, starttime the twenty-second.
    private static func status(of process: Int32) -> (state: Character, started: UInt64)? {
        // The second field is a name in parentheses, which may hold blanks.
        let fields = Machine.lines(of: "/proc/\(process)/stat").last?.split(separator: ")").last?.split(separator: " ")
        guard let fields, fields.count > 19, let state = fields[0].first, let started = UInt64(fields[19]) else {
            return nil
        }
        return (state, started)
    }

    /// 128 random bits in hexadecimal digits.
    static func randomText() -> String {
        (0..<2).map { _ in
            let digits = String(UInt64.random(in: 0 ... .max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    private static func link(_ path: String) -> String? {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = bytes.withUnsafeMutableBytes { readlink(path, $0.baseAddress!, $0.count) }
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }

    private static var hostName: String {
        var bytes = [CChar](repeating: 0, count: 256)
        guard gethostname(&bytes, bytes.count - 1) == 0 else { return "" }
        return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
