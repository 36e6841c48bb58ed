import AWSCore

/// What became of one record. The response and the log say the same.
struct RecordResult {
    enum Fate {
        case submitted(SubmittedJob)
        /// There is a job for this very upload that has not ended.
        case known(JobDescription)
        case skipped(SkipReason)
        case failed(String)
    }

    /// Nil where it could not be read.
    let record: EventRecord?
    let fate: Fate

    var json: JSONValue {
        var members: [JSONValue.Member] = []
        func add(_ name: String, _ value: String?) {
            if let value { members.append(.init(name: name, value: .string(value))) }
        }
        add("bucket", record?.upload.bucket)
        add("key", record?.upload.key)
        add("versionId", record?.upload.versionID)
        switch fate {
        case .submitted(let job):
            add("jobId", job.id)
            add("jobName", job.name)
        case .known(let job):
            add("jobId", job.id)
            add("jobName", job.name)
            add("skipped", "a job for it is under way")
        case .skipped(let reason): add("skipped", reason.rawValue)
        case .failed(let why): add("error", why)
        }
        return .object(members)
    }

    var line: String {
        let subject = record?.upload.location ?? "a record"
        return switch fate {
        case .submitted(let job): "submitted \(subject) as job \(job.id), \(job.name)"
        case .known(let job): "skipped \(subject): job \(job.id), \(job.name), is under way"
        case .skipped(let reason): "skipped \(subject): \(reason.rawValue)"
        case .failed(let why): "failed \(subject): \(why)"
        }
    }
}
