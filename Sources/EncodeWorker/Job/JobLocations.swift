import AWSCore
import Containers
import EncodeJob
import Findings
import JobReport
import Media

/// The locations of one job's objects: its source, output and report.
struct JobLocations: Sendable {
    let sources: any ObjectStore
    let outputs: any ObjectStore
    let reports: any ObjectStore
    let source: String
    /// The source's name in messages, reports and its output's metadata.
    let sourceName: String
    /// Nil if its key is too long for the store.
    let report: String?
    let policy: ResolutionPolicy
    /// The names that an encoded output may have, in order of preference; none if all are too long for the store.
    let outputNames: @Sendable (Container) -> [String]
    /// The names that a copy of the source may have.
    let copyNames: [String]
    /// Where the chunks of a long video are stored; its parent ends with a slash.
    let work: (store: any WorkStore, parent: String)
    /// The output's name where the caller has chosen it, as a part of the work's identity.
    let workOutput: String?
    /// The only output that may be replaced even if it belongs to another source.
    private let replaceable: String?

    /// A source in a bucket, with the names that every bucket has.
    init(_ keys: JobKeys, in store: any ObjectStore) {
        sources = store
        outputs = store
        reports = store
        source = keys.source
        sourceName = keys.source
        report = store.allows(keys.report) ? keys.report : nil
        policy = keys.policy
        replaceable = nil
        work = (store, WorkFolder.inBucket)
        workOutput = nil
        outputNames = {
            [keys.output($0.fileExtension), keys.distinctOutput($0.fileExtension)].filter { store.allows($0) }
        }
        copyNames = [keys.copy, keys.distinctCopy].filter { store.allows($0) }
    }

    /// One source to one output with a given name.
    ///
    /// - Parameter replacing: whether the output may be there already.
    init(
        _ source: (store: any ObjectStore, key: String, name: String), to output: (store: any ObjectStore, key: String),
        report: (store: any ObjectStore, key: String), policy: ResolutionPolicy, replacing: Bool
    ) {
        sources = source.store
        outputs = output.store
        reports = report.store
        self.source = source.key
        sourceName = source.name
        self.report = report.key
        self.policy = policy
        replaceable = replacing ? output.key : nil
        work = (
            output.store, output.store.isBucket ? WorkFolder.inBucket : WorkFolder.parent(nextTo: output.key)
        )
        workOutput = output.key
        outputNames = { _ in [output.key] }
        copyNames = [FileExtension.added(to: output.key, of: source.key)].filter { output.store.allows($0) }
    }

    /// What went over the network so far; nil if all objects are local.
    var traffic: Traffic? { outputs.traffic ?? sources.traffic ?? reports.traffic }

    /// The report's page, next to the report; nil if there is no report.
    var page: String? { report.map { NameExtension.of($0) == "json" ? "\($0.dropLast(5)).html" : "\($0).html" } }

    /// Every name that an output of the source may have.
    var allNames: [String] {
        var names: [String] = []
        for name in Container.allCases.flatMap({ outputNames($0) }) + copyNames
        where !names.contains(where: { $0.utf8.elementsEqual(name.utf8) }) {
            names.append(name)
        }
        return names
    }

    /// An existing output that is the one that this job would make.
    func finished(_ identity: OutputIdentity) throws -> (key: String, size: UInt64)? {
        guard replaceable == nil else { return nil }
        for name in allNames {
            guard let found = try outputs.describe(name), let owner = try owner(of: name, found) else { continue }
            if identity.matches(owner, bytes: found.size) { return (name, found.size) }
        }
        return nil
    }

    /// The first name that is free or belongs to an older output of the same source.
    ///
    /// - Throws: `ReportedError` of code `input-output` if there is none, `limit` if no name is short enough.
    func outputName(_ candidates: [String], _ metadata: OutputMetadata) throws -> OutputName {
        if candidates.isEmpty {
            throw ReportedError(
                .limit, .mux,
                "the output's name would be too long (S3's keys have 1,024 bytes at most, names of files 255)",
                advice: "rename the source")
        }
        for name in candidates {
            if name == replaceable { return OutputName(key: name, replaces: .anything) }
            guard let found = try outputs.describe(name) else { return OutputName(key: name, replaces: .nothing) }
            if let owner = try owner(of: name, found), owner.hasSameSource(as: metadata) {
                return OutputName(key: name, replaces: .object(etag: found.etag))
            }
        }
        if candidates.count == 1 {
            throw ReportedError(
                .inputOutput, .mux, "\(candidates[0]) exists already", advice: "remove it, or name another output")
        }
        throw ReportedError(
            .inputOutput, .mux, "\(candidates.joined(separator: " and ")) belong to other sources",
            advice: "rename the source")
    }

    /// - Throws: `ReportedError` if the source that was opened was deleted or replaced, so that its output is of no use
    ///   any more. An older version that was requested is not out of date because there is a newer one.
    func check(_ opened: OpenedObject) throws {
        guard let current = try sources.describe(source) else {
            throw ReportedError(
                .noSource, .job, "\(sourceName) was deleted during the job", advice: "upload it again")
        }
        guard opened.newerETag == nil, current.etag != opened.etag else { return }
        throw overwritten(.job)
    }

    /// - Parameter stage: where that was seen.
    func overwritten(_ stage: ReportedError.Stage) -> ReportedError {
        ReportedError(
            .modifiedSource, stage, "\(sourceName) was overwritten during the job",
            advice: "start it again for the new version")
    }

    /// The owner of an output by its metadata; in a store without metadata, by the last job's report.
    private func owner(of name: String, _ found: ObjectDescription) throws -> OutputMetadata? {
        if let metadata = found.metadata { return metadata }
        guard let before = previousReport(), before.output?.key == name, before.output?.bytes == found.size,
            let etag = before.source.etag
        else { return nil }
        return OutputMetadata(
            source: before.source.key, sourceETag: ETag(etag), settings: before.settings.digest(copying: before.kept),
            version: before.versions.reelpress)
    }

    /// The page of the last job for this source; nil if there is none that can be read.
    func previousPage() -> [UInt8]? { page.flatMap { try? reports.contents($0, limit: ReportPage.maxBytes) } }

    /// The report of the last job for this source; nil if there is none that can be read.
    func previousReport() -> Report? {
        guard let report, let bytes = try? reports.contents(report, limit: Report.maxBytes) else { return nil }
        return Report(json: bytes)
    }
}

/// Extensions of outputs' names.
enum FileExtension {
    /// A name with another's extension: for `a.mov`, `b.mov` stays and `b.mp4` becomes `b.mp4.mov`.
    static func added(to name: String, of other: String) -> String {
        guard let own = NameExtension.of(other), NameExtension.of(name)?.lowercased() != own.lowercased() else {
            return name
        }
        return "\(name).\(own)"
    }
}
