import TestSupport
import Testing

/// The built worker, as a process.
enum Worker {
    /// `REELPRESS_WORKER`, else the binary next to the test bundle.
    static let path = Tool.built("EncodeWorker", override: "REELPRESS_WORKER")

    /// The fastest preset makes such small clips larger; most tests want an output all the same.
    private static let encodingAll = ["REELPRESS_LARGER": "keep", "REELPRESS_SKIP_HEVC_BELOW": "0"]

    static func command(_ arguments: [String], environment: [String: String] = [:]) -> Command {
        Command([path] + arguments, environment: encodingAll.merging(environment) { $1 })
    }

    static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> CommandOutcome {
        try command(arguments, environment: environment).run()
    }

    /// Encodes; fails the test unless that succeeds with nothing on standard error.
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
