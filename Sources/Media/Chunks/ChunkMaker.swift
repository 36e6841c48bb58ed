/// Who encoded a chunk, and what it took: for the report of the job that makes the output.
public struct ChunkMaker: Sendable, Codable, Hashable {
    /// Distinguishes the process from all others.
    public var worker: String
    /// Whether it helps another process, which makes the output.
    public var isHelper: Bool
    /// The job of AWS Batch; nil elsewhere.
    public var job: String?
    /// Of that job, from 1.
    public var attempt: Int?
    /// Of the task that is billed; nil if none is.
    public var vCPUs: Double?
    public var memoryBytes: UInt64?
    /// Seconds from the worker's start until the chunk was encoded.
    public var elapsed = 0.0

    public init(
        worker: String, isHelper: Bool, job: String? = nil, attempt: Int? = nil, vCPUs: Double? = nil,
        memoryBytes: UInt64? = nil
    ) {
        self.worker = worker
        self.isHelper = isHelper
        self.job = job
        self.attempt = attempt
        self.vCPUs = vCPUs
        self.memoryBytes = memoryBytes
    }
}
