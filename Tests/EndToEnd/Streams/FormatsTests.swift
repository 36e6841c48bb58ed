import Glibc
import TestSupport
import Testing

/// A share of the combinations that docs/formats.md lists; `FORMATS` says how many, `FORMATS_SEED` which.
@Suite("Streams / docs/formats.md") struct FormatsTests {
    private static func number(_ name: String, _ usual: Int) -> Int {
        getenv(name).flatMap { Int(String(cString: $0)) } ?? usual
    }

    @Test("A share of the formats loses nothing without a note") func share() throws {
        let count = Self.number("FORMATS", 5)
        let outcome = try Command([
            Tool.path("python"), "\(Tool.root)/scripts/formats", Worker.path, "--alone", "--share", "\(count)",
            "--seed",
            "\(Self.number("FORMATS_SEED", 1))",
        ]).run(within: Double(120 + count * 60))
        print(outcome.output)
        #expect(outcome.end == .exit(0), "\(outcome.output.suffix(2000))\(outcome.error.suffix(500))")
        #expect(outcome.output.contains(" 0 wrong"))
    }
}
