import Glibc
import TestSupport
import Testing

/// Mutated files of every container go through the engine, in processes that may crash. Each ends in a refusal with a
/// reason or in an output with the frames that the engine reports. More cases by FUZZ_RUNS, from FUZZ_FIRST on; another
/// build of the engine, as one with AddressSanitizer, by FUZZ_BINARY; all in chunks by FUZZ_CHUNKS.
@Suite("Hostile / fuzz") struct FuzzTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func setting(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    private static let runs = setting("FUZZ_RUNS").flatMap { Int($0) } ?? 120
    private static let first = setting("FUZZ_FIRST").flatMap { Int($0) } ?? 1
    private static let binary = Tool.built("MediaFuzz", override: "FUZZ_BINARY")
    private static let batch = 500
    /// Cases that once ended in a wrong output or in a failed verification.
    private static let known = [
        2228, 2355, 3069, 3578, 4155, 7664, 7927, 8378, 10936, 11515, 13936, 14446, 15954, 18241,
    ]

    private struct Counts {
        var cases = 0
        var refused = 0
        var encoded = 0
        var crashes = 0
        var hangs = 0
        /// Processes that held more memory at their end than after a quarter of their cases.
        var growth = 0
        var mismatches = 0
        var probed = 0
    }

    @Test("Every mutated source ends in a refusal or in a right output", .timeLimit(.minutes(60))) func cases() throws {
        _ = folder("seeds/x")
        _ = folder("outputs/x")
        try FuzzSources.make(in: folder("seeds"))
        var counts = Counts()
        var next = Self.first
        while next < Self.first + Self.runs {
            let count = min(Self.batch, Self.first + Self.runs - next)
            next = try run(next, count, &counts)
        }
        for number in Self.known { _ = try run(number, 1, &counts) }
        try probe(&counts)
        print(
            "fuzz suite: \(counts.cases) cases, \(counts.refused) refused, \(counts.encoded) encoded, "
                + "crashes \(counts.crashes), hangs \(counts.hangs), growth \(counts.growth), "
                + "mismatches \(counts.mismatches) (\(counts.probed) outputs probed)")
        #expect(counts.cases == Self.runs + Self.known.count)
        #expect(counts.crashes == 0 && counts.hangs == 0 && counts.growth == 0 && counts.mismatches == 0)
        #expect(counts.encoded > 0 && counts.refused > 0)
    }

    /// - Returns: the case to go on with.
    private func run(_ first: Int, _ count: Int, _ counts: inout Counts) throws -> Int {
        // AddressSanitizer keeps 256 MiB of freed memory by default, which would count as growth.
        let command = Command(
            [Self.binary, folder("seeds"), "\(first)", "\(count)", folder("outputs")],
            environment: [
                "ASAN_OPTIONS": "detect_leaks=0:quarantine_size_mb=64",
                "FUZZ_MEMORY": Self.setting("FUZZ_MEMORY") ?? "1024",
            ].merging(Self.setting("FUZZ_CHUNKS").map { ["FUZZ_CHUNKS": $0] } ?? [:]) { $1 })
        let outcome = try command.run(within: 1800)
        var last = first
        for line in outcome.output.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count >= 2 else { continue }
            if words[0] == "grown", let grown = Int(words[1]), grown > 200 {
                counts.growth += 1
                Issue.record("cases from \(first) on: \(grown) MiB more at the end")
            }
            guard let number = Int(words[0]) else { continue }
            switch words[1] {
            case "begin":
                counts.cases += 1
                last = number
            case "refused": counts.refused += 1
            case "encoded": counts.encoded += 1
            default:
                counts.mismatches += 1
                Issue.record("case \(line)")
            }
        }
        guard outcome.end != .exit(0) else { return first + count }
        if outcome.end == .signal(SIGALRM) { counts.hangs += 1 } else { counts.crashes += 1 }
        Issue.record("case \(last): \(outcome.end) \(outcome.error.prefix(2000))")
        return last + 1
    }

    /// Counts the frames of the outputs with another program.
    private func probe(_ counts: inout Counts) throws {
        for name in try folder.files(below: "outputs") {
            guard let wanted = name.split(separator: "-").last?.split(separator: ".").first else { continue }
            let outcome = try Command([
                "ffprobe", "-v", "error", "-select_streams", "v:0", "-count_packets", "-show_entries",
                "stream=nb_read_packets", "-of", "default=noprint_wrappers=1:nokey=1", "\(folder.path)/outputs/\(name)",
            ]).run()
            counts.probed += 1
            let found = outcome.output.split(whereSeparator: \.isWhitespace).first
            if found != wanted {
                counts.mismatches += 1
                Issue.record("\(name): ffprobe counts \(found ?? "nothing")")
            }
        }
    }
}
