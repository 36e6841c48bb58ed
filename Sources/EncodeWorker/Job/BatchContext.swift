import AWSCore
import Findings
import JobReport
import Media

/// What AWS Batch and the submitter specify for a job in addition to its objects and settings.
struct BatchContext: Sendable {
    /// The source's ETag when the job was submitted.
    var announcedETag: ETag?
    var attempt: BatchAttempt?
    /// How often the attempts before this one have crashed in a row.
    var crashesBefore = 0
    /// Whether the source's name is not a video's, so that it isn't opened.
    var isNotVideo = false
    /// Nil if the machine is not billed by the second.
    var billing: Billing?
}

/// The report of a job that has ended, and the status that its process ends with.
struct JobEnd: Sendable {
    var report: Report
    var status: ExitStatus
}

extension ChunkMaker {
    /// This process, before it has encoded a chunk.
    init(_ worker: ChunkWorker, isHelper: Bool, _ job: BatchContext) {
        let size = job.billing?.size
        self.init(
            worker: worker.name, isHelper: isHelper, job: job.attempt?.id, attempt: job.attempt?.attempt,
            vCPUs: size?.vCPUs, memoryBytes: size?.memoryBytes)
    }
}
