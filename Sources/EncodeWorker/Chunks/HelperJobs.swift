import AWSCore
import EncodeJob
import Findings
import Threads

/// Jobs of AWS Batch that help this one with the chunks of its video: one array job, submitted once for a plan, whichever
/// attempt or lead does it. Where that fails, the lead does all the work.
///
/// A marker in the folder is created before the submission. A lead that dies between the two leaves its successors without
/// helpers; no order of events leads to two arrays.
final class HelperJobs: Sendable {
    /// Whether Batch has the job.
    private enum Submission {
        case submitted(id: String)
        /// Batch certainly has not.
        case refused(AWSError)
        /// Perhaps it has: the answer is missing.
        case unknown(AWSError)
    }

    /// What the marker has, for people who look into the folder.
    private struct Request: Codable {
        var lead: String
        var count: Int
    }

    private struct State: Sendable {
        var thread: OwnedThread?
        /// Ends the thread's call.
        var cancellation = Cancellation()
        /// Nil while it isn't known.
        var job: String?
        var note: Note?
    }

    /// The end of the job must not wait for Batch: a helper that starts late ends by itself.
    private static let secondsToCancel = 10.0

    private let limits: HelperLimits
    private let keys: JobKeys
    private let bucket: String
    /// The id of the job that is helped.
    private let lead: String
    private let client: BatchClient
    private let interruption: Cancellation
    /// Seconds of trying while Batch refuses because there are too many requests, and the longest pause between tries.
    private let patience: (seconds: Double, pause: Double)
    private let state = Monitor(State())

    /// - Parameters:
    ///   - keys: the source's.
    ///   - lead: the id of the job that is helped.
    ///   - interruption: ends a submission, too.
    init(
        _ limits: HelperLimits, _ keys: JobKeys, bucket: String, lead: String, _ client: BatchClient,
        interruption: Cancellation, patience: (seconds: Double, pause: Double) = (300, 10)
    ) {
        self.limits = limits
        self.keys = keys
        self.bucket = bucket
        self.lead = lead
        self.client = client
        self.interruption = interruption
        self.patience = patience
    }

    /// Submits the job on a thread of its own, unless it was submitted before or is not worth it.
    func start(_ work: ChunkHelpers.Work) {
        let count = limits.count(seconds: work.seconds, chunks: work.left)
        guard count > 0 else { return }
        let cancellation = Cancellation(within: interruption)
        state.withLock { state in
            guard state.thread == nil else { return }
            state.cancellation = cancellation
            state.thread = try? OwnedThread(named: "the submission of helpers") {
                self.request(count, work.folder, cancellation)
            }
            if state.thread == nil { state.note = .helpersMissing(error: "no thread is left") }
        }
    }

    private func request(_ count: Int, _ folder: WorkFolder, _ cancellation: Cancellation) {
        do {
            guard try folder.putNew(.helpers, Request(lead: lead, count: count)) else { return }
        } catch { return note("\(error)") }
        switch submit(count, folder, cancellation) {
        case .submitted(let id):
            state.withLock { $0.job = id }
            // Without it, a later attempt can't cancel those that wait: they end by themselves.
            _ = try? folder.putNew(.helperJob, id)
        case .refused(let error):
            // A later attempt may ask again.
            try? folder.remove(.helpers)
            note("\(error)")
        case .unknown(let error):
            note(error.kind == .cancelled ? "AWS Batch had not answered when they were of no use any more" : "\(error)")
        }
    }

    /// Repeats only what Batch has certainly not taken.
    private func submit(_ count: Int, _ folder: WorkFolder, _ cancellation: Cancellation) -> Submission {
        let job = submission(count, folder)
        let timeUp = Cancellation(within: cancellation, after: patience.seconds)
        var pause = min(1, patience.pause)
        while true {
            do {
                return .submitted(id: try client.submitJob(job, attempts: 1, cancellation: cancellation).id)
            } catch {
                guard error.isThrottling else { return error.isCertain ? .refused(error) : .unknown(error) }
                Backoff.sleep(milliseconds: Int(Double.random(in: pause / 2...pause) * 1000), timeUp)
                if timeUp.isCancelled { return .refused(error) }
                pause = min(pause * 2, patience.pause)
            }
        }
    }

    private func submission(_ count: Int, _ folder: WorkFolder) -> JobSubmission {
        var job = JobSubmission(
            name: "reelpress-helper-\(folder.identity.prefix(16))", queue: limits.queue, definition: limits.definition)
        job.environment = HelperEnvironment(bucket: bucket, plan: folder.planKey).variables
        job.tags = JobTags.make(keys, bucket: bucket, lead: lead)
        job.propagatesTags = true
        if count > 1 { job.arraySize = count }
        return job
    }

    private func note(_ error: String) { state.withLock { $0.note = .helpersMissing(error: error) } }

    /// Ends a submission that is under way.
    func end() {
        let (thread, cancellation) = state.withLock { ($0.thread, $0.cancellation) }
        cancellation.cancel()
        thread?.join()
    }

    /// Cancels the helpers that wait. Those that run find the plan gone.
    func dismiss(_ folder: WorkFolder) {
        end()
        // Of an earlier attempt, or of another lead.
        guard let job = state.withLock({ $0.job }) ?? (try? folder.read(.helperJob, as: String.self)) else { return }
        let timeUp = Cancellation(after: Self.secondsToCancel)
        try? client.cancelJob(job, reason: "the video needs no helpers any more", cancellation: timeUp)
    }

    var notes: [Note] { [state.withLock { $0.note }].compactMap(\.self) }
}

extension ChunkHelpers {
    /// Jobs of AWS Batch.
    init(_ jobs: HelperJobs) {
        self.init(
            start: { jobs.start($0) }, end: { jobs.end() }, dismiss: { jobs.dismiss($0) }, notes: { jobs.notes })
    }
}

extension AWSError {
    /// Whether the service has certainly not done what it was asked for.
    fileprivate var isCertain: Bool {
        kind == .service && 400..<500 ~= status || kind == .configuration || kind == .credentials
    }
}
