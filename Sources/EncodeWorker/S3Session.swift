import AWSCore
import Findings
import Media
import Synchronization
import Threads

/// What all jobs of this process share on their way to S3: connections, credentials, and what new objects carry.
final class S3Session: Sendable {
    /// Its calls end with the first signal.
    let client: S3Client
    /// Reports go out through this one also after a signal.
    let lasting: S3Client
    private let settings: Settings

    /// Tries of one call: a job of hours outlasts a bad minute of the network.
    private static let attempts = 10
    private static let made = Mutex<S3Session?>(nil)

    private init(_ settings: Settings) throws {
        let environment = AWSEnvironment.process
        var configuration: AWSConfiguration
        do { configuration = try AWSConfiguration(environment) } catch {
            throw S3Failure.error(error, .open, isSource: false)
        }
        let usual = RetryPolicy().maxAttempts
        if environment["AWS_MAX_ATTEMPTS"] == nil, configuration.retry.maxAttempts == usual {
            configuration.retry.maxAttempts = Self.attempts
        }
        self.settings = settings
        client = S3Client(configuration, cancellation: Interruption.cancellation)
        lasting = S3Client(configuration)
    }

    /// The process's session, made for the first who asks.
    ///
    /// - Throws: `ReportedError` where no region is known, or a variable of AWS's has no sense.
    static func shared(_ settings: Settings) throws -> S3Session {
        try made.withLock { made in
            if let made { return made }
            let session = try S3Session(settings)
            made = session
            return session
        }
    }

    /// What an output carries.
    func options(_ contentType: String?, _ metadata: OutputMetadata) -> ObjectOptions {
        var options = options(contentType)
        options.metadata = S3Metadata.fields(metadata)
        options.storageClass = settings.storageClass
        return options
    }

    /// What a report carries.
    func options(_ contentType: String?) -> ObjectOptions {
        var options = ObjectOptions()
        options.contentType = contentType
        options.kmsKeyID = settings.kmsKeyID
        return options
    }

    /// What all of its calls have moved so far.
    var traffic: Report.Traffic {
        let (main, other) = (client.traffic, lasting.traffic)
        return Report.Traffic(
            requests: main.requests + other.requests, bytesReceived: main.bytesReceived + other.bytesReceived,
            bytesSent: main.bytesSent + other.bytesSent)
    }
}
