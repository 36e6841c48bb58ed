internal import EncodeJob
internal import Media

/// The objects of one job: where the source is, where output and report go.
struct JobPlace {
    let sources: any ObjectStore
    let outputs: any ObjectStore
    let reports: any ObjectStore
    let source: String
    let report: String?
    let policy: Policy
    private let names: @Sendable (Container) -> [String]
    private let mayReplace: Bool

    /// A source in a bucket, laid out as the product lays it out.
    init(_ keys: JobKeys, in store: any ObjectStore) {
        sources = store
        outputs = store
        reports = store
        source = keys.source
        report = keys.report
        policy = keys.policy
        mayReplace = false
        names = { [keys.output($0.fileExtension), keys.distinctOutput($0.fileExtension)] }
    }

    /// One source to one output that somebody named.
    ///
    /// - Parameter replacing: whether the output may be there already.
    init(
        _ source: (store: any ObjectStore, key: String), to output: (store: any ObjectStore, key: String),
        report: String?, policy: Policy, replacing: Bool
    ) {
        sources = source.store
        outputs = output.store
        reports = output.store
        self.source = source.key
        self.report = report
        self.policy = policy
        mayReplace = replacing
        names = { _ in [output.key] }
    }

    /// An output that is there already and is just what this job would make.
    func finished(_ wanted: OutputMetadata) throws -> (key: String, size: UInt64)? {
        guard !mayReplace else { return nil }
        for container in Container.allCases {
            for name in names(container) {
                guard let found = try outputs.describe(name), let owner = try owner(of: name, found) else { continue }
                if owner.source == wanted.source, owner.sourceETag == wanted.sourceETag,
                    owner.settings == wanted.settings
                {
                    return (name, found.size)
                }
            }
        }
        return nil
    }

    /// The first name that is free or holds an older output of the same source.
    func outputName(_ container: Container, _ source: String) throws -> (key: String, isOwn: Bool) {
        let candidates = names(container)
        for name in candidates {
            guard let found = try outputs.describe(name) else { return (name, mayReplace) }
            if try mayReplace || owner(of: name, found)?.source == source { return (name, true) }
        }
        throw MediaError(
            .inputOutput, .mux, "\(candidates.joined(separator: " and ")) belong to other sources",
            advice: "rename the source")
    }

    /// Whose an output is: its own metadata say so, or the report of this job where the store keeps no metadata.
    private func owner(of name: String, _ found: ObjectDescription) throws -> OutputMetadata? {
        if let metadata = found.metadata { return metadata }
        guard let before = previousReport(), before.output?.key == name, before.output?.bytes == found.size,
            let etag = before.source.etag
        else { return nil }
        return OutputMetadata(
            source: before.source.key, sourceETag: etag, settings: before.settings.digest,
            version: before.versions.reelpress)
    }

    /// The report of the last job for this source; nil if there is none that can be read.
    func previousReport() -> Report? {
        guard let report, let object = try? reports.open(report), object.bytes.size < 1 << 20 else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(object.bytes.size))
        let count = (try? bytes.withUnsafeMutableBytes { try object.bytes.read(at: 0, into: $0) }) ?? 0
        return count == bytes.count ? Report.reading(bytes) : nil
    }
}
