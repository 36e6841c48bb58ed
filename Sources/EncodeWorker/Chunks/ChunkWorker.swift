import AWSCore
import Glibc

/// A process that makes chunks, as its claims name it.
struct ChunkWorker: Sendable, Hashable, Codable {
    /// The same for a lead and for the processes that it has started, whose lives it knows; never another's.
    var party: String
    /// Distinguishes the processes of a party; the lead's is empty.
    var name: String
    /// For people who look into the folder.
    var host: String
    var process: Int32
    /// The job of AWS Batch, with its attempt.
    var job: String?

    /// A lead, with a new party.
    init(_ environment: AWSEnvironment) {
        self.init(party: Self.randomText(), name: "", environment)
    }

    /// A process that a lead has started.
    init(party: String, name: String, _ environment: AWSEnvironment) {
        self.party = party
        self.name = name
        host = Self.hostName
        process = getpid()
        job = environment["AWS_BATCH_JOB_ID"].map { "\($0) attempt \(environment["AWS_BATCH_JOB_ATTEMPT"] ?? "1")" }
    }

    /// 128 random bits in hexadecimal digits.
    static func randomText() -> String {
        (0..<2).map { _ in
            let digits = String(UInt64.random(in: 0 ... .max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    private static var hostName: String {
        var bytes = [CChar](repeating: 0, count: 256)
        guard gethostname(&bytes, bytes.count - 1) == 0 else { return "" }
        return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
