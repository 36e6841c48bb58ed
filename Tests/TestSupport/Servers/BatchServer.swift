/// AWS Batch on the moto server, asked through boto3.
public enum BatchServer {
    /// The queue that jobs go to.
    public static let queue = "encode"
    /// The job definition.
    public static let definition = "worker"

    /// `http://127.0.0.1:port` of a server that has both.
    public static let origin: String = {
        let origin = MotoServer.shared.origin
        do { _ = try ask(origin, ["setup"]) } catch { fatalError("\(error)") }
        return origin
    }()

    /// The environment in which a client finds it.
    public static var environment: [String: String] {
        [
            "AWS_ENDPOINT_URL_BATCH": origin, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKID",
            "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_CONFIG_FILE": "/dev/null", "JOB_QUEUE": queue, "JOB_DEFINITION": definition,
        ]
    }

    /// What DescribeJobs says of a job, as JSON.
    public static func job(_ id: String) throws -> [UInt8] { try ask(origin, ["job", id]) }

    /// The names of all jobs, as a JSON array.
    public static func names() throws -> [UInt8] { try ask(origin, ["names"]) }

    private static func ask(_ origin: String, _ words: [String]) throws -> [UInt8] {
        let script = "\(Tool.root)/Tests/TestSupport/Servers/batch.py"
        let outcome = try Command([Tool.path("python3"), script, origin] + words).run()
        guard outcome.end == .exit(0) else { throw CommandFailure("\(words): \(outcome.error)") }
        return Array(outcome.output.utf8)
    }
}
