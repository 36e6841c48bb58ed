public import Findings

/// What happened to one source, for people and programs that read it afterwards. docs/report.md documents the fields.
public struct Report: Sendable {
    public var status: Status
    public var exitCode: Int32
    /// ISO 8601, UTC.
    public var startedAt: String
    public var finishedAt: String
    public var source: Item
    public var output: Item?
    public var saved: Saved?
    /// Why the output is a copy of the source, or why there is none.
    public var kept: CopyReason?
    public var frames: Frames?
    public var quality: Quality?
    /// Only where a CRF was searched for a target.
    public var search: Search?
    /// Frames that the page shows.
    public var snapshots: [Snapshot]?
    /// A small image of the video, for the summary.
    public var thumbnail: Thumbnail?
    /// Only of a job that still runs.
    public var progress: Progress?
    /// Only of a video that is encoded in chunks.
    public var chunks: Chunks?
    public var settings: EncodeOptions
    public var resources: Usage
    /// The job of AWS Batch.
    public var job: BatchAttempt?
    /// In AWS Batch only.
    public var cost: Cost?
    /// Only if source, output or report are in S3; without the request that writes the report.
    public var s3: Traffic?
    public var versions: Versions
    /// What is not in the output, or not as it was in the source.
    public var notes: [Note]
    public var error: Failure?

    public enum Status: String, Codable, Sendable {
        /// The job has not ended, or was killed: `finishedAt` is when it was last heard of.
        case running
        case done, failed, interrupted
        /// An output of this source and these settings existed already.
        case unchanged
        /// The output is a copy of the source; `kept` says why.
        case kept
        /// Nothing was published; `kept` or a note says why.
        case skipped
    }

    public init(
        status: Status, exitCode: Int32, startedAt: String, finishedAt: String, source: Item, output: Item? = nil,
        saved: Saved? = nil, kept: CopyReason? = nil, frames: Frames? = nil, quality: Quality? = nil,
        chunks: Chunks? = nil, settings: EncodeOptions, resources: Usage, job: BatchAttempt? = nil, cost: Cost? = nil,
        s3: Traffic? = nil,
        versions: Versions, notes: [Note] = [], error: Failure? = nil
    ) {
        self.status = status
        self.exitCode = exitCode
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.source = source
        self.output = output
        self.saved = saved
        self.kept = kept
        self.frames = frames
        self.quality = quality
        self.chunks = chunks
        self.settings = settings
        self.resources = resources
        self.job = job
        self.cost = cost
        self.s3 = s3
        self.versions = versions
        self.notes = notes
        self.error = error
    }
}
