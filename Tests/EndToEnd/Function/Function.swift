import TestSupport
import Testing

/// The built Lambda function, as a process.
enum Function {
    /// `REELPRESS_FUNCTION`, else the binary next to the test bundle.
    static let path = Tool.built("TriggerFunction", override: "REELPRESS_FUNCTION")

    /// Starts the function with a Runtime API and a Batch endpoint of the tests.
    static func start(
        at api: FakeRuntimeAPI,
        batch: String,
        _ changes: [String: String] = [:]
    ) throws -> RunningCommand {
        let environment = [
            "AWS_LAMBDA_RUNTIME_API": api.address, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKID",
            "AWS_SECRET_ACCESS_KEY": "secret", "AWS_ENDPOINT_URL_BATCH": batch, "JOB_QUEUE": "encode",
            "JOB_DEFINITION": "worker",
        ]
        return try Command([path], environment: environment.merging(changes) { $1 }).start()
    }

    static func event(_ name: String) throws -> [UInt8] { try FileBytes.read("\(Tool.root)/events/\(name).json") }

    /// A Batch that takes every job at once.
    static func batch() -> ScriptedServer {
        ScriptedServer(keepsRequests: false) { request in
            guard request.method == "POST" else { return .status(404) }
            return .status(
                200, headers: [("Content-Type", "application/json")],
                request.path == "/v1/listjobs" ? #"{"jobSummaryList":[]}"# : #"{"jobId":"job","jobName":"name"}"#)
        }
    }
}
