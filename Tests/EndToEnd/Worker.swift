import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// The built worker, as a process.
enum Worker {
    /// `REELPRESS_WORKER`, else the binary beside the test bundle.
    static let path: String = {
        if let path = getenv("REELPRESS_WORKER") { return String(cString: path) }
        let bundle = CommandLine.arguments[0]
        let beside = bundle.lastIndex(of: "/").map { "\(bundle[..<$0])/EncodeWorker" } ?? "EncodeWorker"
        return FileBytes.exists(beside) ? beside : "\(Tool.root)/.build/debug/EncodeWorker"
    }()

    /// Clips as small as these grow with the fastest preset; most tests are about the output all the same.
    private static let encodingAll = ["REELPRESS_LARGER": "keep", "REELPRESS_SKIP_HEVC_BELOW": "0"]

    static func command(_ arguments: [String], environment: [String: String] = [:]) -> Command {
        Command([path] + arguments, environment: encodingAll.merging(environment) { $1 })
    }

    static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> CommandOutcome {
        try command(arguments, environment: environment).run()
    }

    /// Encodes, and has to succeed without a word on standard error.
    static func encode(
        _ input: String,
        _ output: String,
        _ options: [String] = [],
        at location: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try run(["encode", input, output, "--preset", "ultrafast"] + options)
        #expect(outcome.error == "", sourceLocation: location)
        try #require(outcome.end == .exit(0), "encode \(input)", sourceLocation: location)
    }

    static func bucket(
        _ folder: TemporaryFolder,
        _ options: [String] = [],
        environment: [String: String] = [:]
    ) throws -> CommandOutcome {
        try run(["bucket", folder.path, "--preset", "ultrafast"] + options, environment: environment)
    }
}

/// What the tests read of a report.
struct JobReport: Decodable {
    var status: String
    var exitCode: Int32
    var source: Item
    var output: Item?
    var frames: Frames?
    var error: Failure?
    var notes: [String]

    struct Item: Decodable {
        var key: String
        var bytes: Int?
    }

    struct Frames: Decodable {
        var written: Int
        var compared: Int
    }

    struct Failure: Decodable {
        var stage: String
        var code: String
        var message: String
        var advice: String
    }

    static func read(_ path: String) throws -> JobReport {
        try JSONDecoder().decode(JobReport.self, from: Data(try FileBytes.read(path)))
    }
}
