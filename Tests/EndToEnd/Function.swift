import Glibc
import TestSupport
import Testing

/// The built Lambda function, as a process.
enum Function {
    /// `REELPRESS_FUNCTION`, else the binary beside the test bundle.
    static let path: String = {
        if let path = getenv("REELPRESS_FUNCTION") { return String(cString: path) }
        let bundle = CommandLine.arguments[0]
        let beside = bundle.lastIndex(of: "/").map { "\(bundle[..<$0])/TriggerFunction" } ?? "TriggerFunction"
        return FileBytes.exists(beside) ? beside : "\(Tool.root)/.build/debug/TriggerFunction"
    }()

    /// The function at a Runtime API and a Batch endpoint of the tests.
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
