import AWSCore
import ArgumentParser
import Findings
import Threads

/// Finds the store of a name on the command line: a bucket or the file system. All stores share one session.
final class StoreLocator {
    private let settings: Settings
    private let environment: AWSEnvironment
    private let interruption: Cancellation
    /// Nil until the first bucket.
    private var session: S3Session?

    init(_ settings: Settings, _ environment: AWSEnvironment, interruption: Cancellation) {
        self.settings = settings
        self.environment = environment
        self.interruption = interruption
    }

    /// The store and key of a file or an object.
    ///
    /// - Throws: `ValidationError` for a URL without a bucket or key; `ReportedError` if S3 isn't configured.
    func find(_ name: String) throws -> (store: any ObjectStore, key: String) {
        guard let url = ObjectURL(name) else { return (LocalStore(root: ""), name) }
        guard !url.bucket.isEmpty, !url.key.isEmpty else {
            throw ValidationError("\(name) is not an object's URL: that is s3://BUCKET/KEY")
        }
        return (try bucket(url.bucket), url.key)
    }

    /// The store that keys such as `input/a.mp4` belong to.
    ///
    /// - Throws: `ValidationError` for a URL with a key; `ReportedError` if S3 isn't configured.
    func findBucket(_ name: String) throws -> any ObjectStore {
        guard let url = ObjectURL(name) else { return LocalStore(root: name) }
        guard !url.bucket.isEmpty, url.key.isEmpty else {
            throw ValidationError("\(name) is not a bucket's URL: that is s3://BUCKET")
        }
        return try bucket(url.bucket)
    }

    /// - Parameter version: the version to open instead of the current object of its key.
    /// - Throws: `ReportedError` if S3 isn't configured.
    func bucket(_ name: String, version: ObjectLocation? = nil) throws -> S3Store {
        let session = try session ?? S3Session(settings, environment, interruption: interruption)
        self.session = session
        return S3Store(name, session, version: version)
    }
}

/// `s3://bucket/key`: the key is taken byte for byte, nothing in it is decoded.
struct ObjectURL: Sendable, Equatable {
    var bucket: String
    /// Empty for the bucket itself.
    var key: String

    /// - Returns: nil for any other text, which is a path.
    init?(_ text: String) {
        guard text.utf8.starts(with: Self.scheme.utf8) else { return nil }
        let rest = text.utf8.dropFirst(Self.scheme.utf8.count)
        let bucket = rest.prefix { $0 != UInt8(ascii: "/") }
        self.bucket = String(Substring(bucket))
        key = String(Substring(rest.dropFirst(bucket.count + 1)))
    }

    private static let scheme = "s3://"
}
