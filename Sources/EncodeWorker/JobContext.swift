/// What a job is told besides its objects and settings: by AWS Batch, and by whoever submitted it.
struct JobContext: Sendable {
    /// The source's ETag when the job was submitted.
    var announcedETag: String?
    var attempt: BatchAttempt?
    /// Whether the source's name says that it is no video, so that it isn't opened.
    var isNoVideo = false
    /// What the machine costs while it works; nil where nobody is billed by the second.
    var prices: Prices?
}
