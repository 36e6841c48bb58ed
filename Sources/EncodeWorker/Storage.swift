import ArgumentParser
import Findings

/// Where the names on a command line lead: into a bucket or the file system.
struct Storage {
    private let settings: Settings

    init(_ settings: Settings) {
        self.settings = settings
    }

    /// - Throws: `ValidationError` for a URL without a bucket or key; `ReportedError` where S3 isn't set up.
    func find(_ name: String) throws -> (store: any ObjectStore, key: String) {
        guard let url = ObjectURL(name) else { return (LocalStore(root: ""), name) }
        guard !url.bucket.isEmpty, !url.key.isEmpty else {
            throw ValidationError("\(name) names no object: it is s3://BUCKET/KEY")
        }
        return (S3Store(url.bucket, try S3Session.shared(settings)), url.key)
    }

    /// The store that keys like `input/a.mp4` are of.
    func findBucket(_ name: String) throws -> any ObjectStore {
        guard let url = ObjectURL(name) else { return LocalStore(root: name) }
        guard !url.bucket.isEmpty, url.key.isEmpty else {
            throw ValidationError("\(name) names no bucket: it is s3://BUCKET")
        }
        return S3Store(url.bucket, try S3Session.shared(settings))
    }
}
