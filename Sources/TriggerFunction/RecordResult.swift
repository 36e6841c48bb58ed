import AWSCore

/// What became of one record: an entry of the response and a line of the log.
struct RecordResult {
    enum Fate {
        case submitted(SubmittedJob)
        /// A job for this very version waits or runs already.
        case duplicate(JobDescription)
        case skipped(SkipReason)
        /// - isTemporary: the same record can succeed later.
        case failed(String, isTemporary: Bool)
    }

    /// Nil where it could not be read.
    let record: EventRecord?
    let fate: Fate

    var json: JSONValue {
        var members: [JSONValue.Member] = []
        func add(_ name: String, _ value: String?) {
            if let value { members.append(.init(name: name, value: .string(value))) }
        }
        add("bucket", record?.object.bucket)
        add("key", record?.object.key)
        add("versionId", record?.object.versionID)
        switch fate {
        case .submitted(let job):
            add("jobId", job.id)
            add("jobName", job.name)
        case .duplicate(let job):
            add("jobId", job.id)
            add("jobName", job.name)
            add("skipped", "a job for it is under way")
        case .skipped(let reason): add("skipped", reason.rawValue)
        case .failed(let why, _): add("error", why)
        }
        return .object(members)
    }

    var line: String {
        let subject = record?.object.location ?? "a record"
        return switch fate {
        case .submitted(let job): "submitted \(subject) as job \(job.id), \(job.name)"
        case .duplicate(let job): "skipped \(subject): job \(job.id), \(job.name), is under way"
        case .skipped(let reason): "skipped \(subject): \(reason.rawValue)"
        case .failed(let why, _): "failed \(subject): \(why)"
        }
    }
}
