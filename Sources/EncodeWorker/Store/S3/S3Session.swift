import AWSCore
import Findings
import JobReport
import Threads

/// What all jobs of a process share for S3: connections, credentials, and the properties of new objects.
final class S3Session: Sendable {
    /// Its calls end when the process is interrupted.
    let client: S3Client
    /// Its calls don't: for reports, which are written after an interruption too.
    let lasting: S3Client
    private let settings: Settings

    /// Attempts of one call: a job that takes hours outlasts a bad minute of the network.
    private static let maxAttempts = 10

    /// - Throws: `ReportedError` if no region is set, or one of AWS's variables is invalid.
    init(_ settings: Settings, _ environment: AWSEnvironment, interruption: Cancellation) throws {
        var configuration: AWSConfiguration
        do { configuration = try AWSConfiguration(environment) } catch {
            throw ReportedError(error, .open, isSource: false)
        }
        let usual = RetryPolicy().maxAttempts
        if environment["AWS_MAX_ATTEMPTS"] == nil, configuration.retry.maxAttempts == usual {
            configuration.retry.maxAttempts = Self.maxAttempts
        }
        self.settings = settings
        client = S3Client(configuration, cancellation: interruption)
        lasting = S3Client(configuration)
    }

    /// An output's properties.
    func options(_ contentType: String?, _ metadata: OutputMetadata) -> ObjectOptions {
        var options = options(contentType)
        options.metadata = S3Metadata.fields(metadata)
        options.storageClass = settings.storageClass
        return options
    }

    /// A report's properties.
    func options(_ contentType: String?) -> ObjectOptions {
        var options = ObjectOptions()
        options.contentType = contentType
        options.kmsKeyID = settings.kmsKeyID
        return options
    }

    /// What all calls so far have transferred.
    var traffic: Traffic {
        let (main, other) = (client.traffic, lasting.traffic)
        return Traffic(
            requests: main.requests + other.requests, bytesReceived: main.bytesReceived + other.bytesReceived,
            bytesSent: main.bytesSent + other.bytesSent)
    }
}
