import AWSCore
import Findings
import JobReport
import Threads

/// What all jobs of a process share for S3: connections, credentials, and the properties of new objects.
final class S3Session: Sendable {
    /// Its calls end when the process is interrupted. An outage as long as a job may stand still costs no encode.
    let client: S3Client
    /// Its calls don't: for reports, which are written after an interruption too.
    let lasting: S3Client
    private let settings: Settings

    /// As long as nothing has succeeded, and for reports: a bad minute of the network.
    static let usualRetry = RetryPolicy(maxAttempts: 10)

    /// - Parameter retry: how calls are repeated, unless the environment says how often.
    /// - Throws: `ReportedError` if no region is set, or one of AWS's variables is invalid.
    init(
        _ settings: Settings, _ environment: AWSEnvironment, interruption: Cancellation,
        retry: RetryPolicy = usualRetry
    ) throws {
        var configuration: AWSConfiguration
        do { configuration = try AWSConfiguration(environment) } catch {
            throw ReportedError(error, .open, isSource: false)
        }
        var patient = configuration
        if environment["AWS_MAX_ATTEMPTS"] == nil, configuration.retry.maxAttempts == RetryPolicy().maxAttempts {
            configuration.retry = retry
            patient.retry = retry
            patient.retry.patience = Int(clamping: Int64(settings.stallTimeout * 1000))
        }
        self.settings = settings
        client = S3Client(patient, cancellation: interruption)
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
