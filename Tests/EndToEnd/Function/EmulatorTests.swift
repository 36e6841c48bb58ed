import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// `bootstrap` and the function in AWS's own emulator of the Runtime API, with Batch on moto.
///
/// The script and the binary are in one folder, which the script's first line names in place of Lambda's.
@Suite("Function / AWS's emulator") struct EmulatorTests {
    private struct Answer: Decodable {
        struct Record: Decodable {
            var key: String?
            var jobId: String?
            var skipped: String?
        }
        var records: [Record]
    }

    private struct Failure: Decodable {
        var errorType: String
        var errorMessage: String
    }

    private let folder: TemporaryFolder
    private let root: String

    init() throws {
        folder = try TemporaryFolder()
        root = folder.path
        let script = try String(decoding: FileBytes.read("\(Tool.root)/bootstrap"), as: UTF8.self)
        let moved = script.replacing("#!/var/task/", with: "#!\(root)/")
        try #require(moved != script)
        try FileBytes.write(Array(moved.utf8), to: folder("bootstrap"))
        try #require(chmod(folder("bootstrap"), 0o755) == 0)
        try #require(symlink(Function.path, folder("TriggerFunction")) == 0)
    }

    /// Starts the emulator and sends it events, one after the other.
    private func invoke(_ events: [[UInt8]], _ changes: [String: String] = [:]) throws -> [[UInt8]] {
        let port = Socket.freePort()
        let api = Socket.freePort()
        var environment = BatchServer.environment.merging(changes) { $1 }
        environment["AWS_LAMBDA_FUNCTION_TIMEOUT"] = "20"
        environment["LAMBDA_TASK_ROOT"] = root
        let emulator = try Command(
            [
                "\(Tool.root)/.venv/rie/aws-lambda-rie", "--runtime-interface-emulator-address", "127.0.0.1:\(port)",
                "--runtime-api-address", "127.0.0.1:\(api)", "--log-level", "error", "\(root)/bootstrap", "handler",
            ],
            environment: environment
        ).start()
        defer { emulator.send(SIGTERM) }
        try Wait.until("the emulator's port", within: 10) {
            guard let socket = Socket(connectingTo: port) else { return false }
            socket.shut()
            return true
        }
        let url = "http://127.0.0.1:\(port)/2015-03-31/functions/function/invocations"
        return try events.enumerated().map { number, event in
            let file = folder("event-\(number).json")
            try FileBytes.write(event, to: file)
            let sent = try Command(["curl", "-s", "--data-binary", "@\(file)", url]).run()
            try #require(sent.end == .exit(0), "\(sent.error)")
            return Array(sent.output.utf8)
        }
    }

    @Test("Events become Batch jobs") func events() throws {
        let names = ["s3-put", "s3-several", "s3-odd-keys", "s3-test", "eventbridge-object-created"]
        let answers = try invoke(names.map(Function.event)).map {
            try JSONDecoder().decode(Answer.self, from: Data($0))
        }
        #expect(answers.map(\.records.count) == [1, 7, 6, 0, 1])
        #expect(answers[0].records[0].jobId != nil)
        #expect(answers[1].records.map { $0.skipped == nil } == [true, true, false, false, false, false, false])
        #expect(answers[2].records.allSatisfy { $0.jobId != nil })
        let job = try #require(answers[2].records[1].jobId)
        let described = String(decoding: try BatchServer.job(job), as: UTF8.self)
        #expect(described.contains("input/preserve/a+b=c & d, 100%.mp4"))
    }

    @Test("Bad events are errors that name the field") func badEvents() throws {
        let events = [
            "{", "{}", #"{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"object":{}}}]}"#,
        ]
        let good = try Function.event("s3-put")
        let answers = try invoke(events.map { Array($0.utf8) } + [good])
        let failures = try answers.dropLast().map { try JSONDecoder().decode(Failure.self, from: Data($0)) }
        #expect(failures.map(\.errorType) == ["InvalidEvent", "InvalidEvent", "RecordsFailed"])
        #expect(failures[0].errorMessage.contains("at byte 1"))
        #expect(failures[1].errorMessage.contains("Records, detail-type and"))
        #expect(failures[2].errorMessage == "the record could not be submitted: Records[0].s3.bucket is missing")
        #expect(try JSONDecoder().decode(Answer.self, from: Data(answers[3])).records[0].jobId != nil)
    }

    @Test("A missing setting is named") func missingSetting() throws {
        let answer = try invoke([Function.event("s3-put")], ["JOB_DEFINITION": ""])
        let failure = try JSONDecoder().decode(Failure.self, from: Data(answer[0]))
        #expect(failure.errorMessage.hasPrefix("JOB_DEFINITION is not set"))
    }
}
