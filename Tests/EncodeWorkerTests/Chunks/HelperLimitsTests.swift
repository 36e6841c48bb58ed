import AWSCore
import Testing

@testable import EncodeWorker

struct HelperLimitsTests {
    private static func limits(_ most: Int, leastWork: Double = 500) -> HelperLimits {
        HelperLimits(most: most, queue: "q", definition: "d", leastWork: leastWork)
    }

    @Test(
        "helpers: so many that each worker has enough work and a chunk, and no more than are wanted",
        arguments: [
            // most, CPU-seconds left, chunks left, helpers
            (15, 0, 0, 0), (15, 499, 2, 0), (15, 999, 2, 0), (15, 1000, 2, 1), (15, 1499, 3, 1), (15, 1500, 3, 2),
            (15, 8000, 17, 15), (15, 8000, 16, 15), (15, 8000, 9, 8), (15, 8000, 1, 0), (15, 1e9, 2000, 15),
            (0, 1e9, 2000, 0), (1, 1e9, 2000, 1), (20_000, 1e9, 50_000, 10_000), (15, .infinity, 20, 0),
            (15, .nan, 20, 0), (15, -5, 20, 0),
        ] as [(Int, Double, Int, Int)])
    func count(most: Int, seconds: Double, chunks: Int, helpers: Int) {
        #expect(Self.limits(most).count(seconds: seconds, chunks: chunks) == helpers)
    }

    @Test("less work for each means more helpers")
    func leastWork() {
        #expect(Self.limits(15, leastWork: 100).count(seconds: 1000, chunks: 20) == 9)
    }

    @Test("the environment has them; without number, queue or definition there are none")
    func environment() throws {
        let all = [
            "REELPRESS_HELPERS": "7", "REELPRESS_HELPER_QUEUE": "q", "REELPRESS_HELPER_DEFINITION": "d",
            "REELPRESS_HELPER_WORK": "60",
        ]
        #expect(try HelperLimits(AWSEnvironment(all)) == Self.limits(7, leastWork: 60))
        for name in ["REELPRESS_HELPERS", "REELPRESS_HELPER_QUEUE", "REELPRESS_HELPER_DEFINITION"] {
            var some = all
            some[name] = nil
            #expect(try HelperLimits(AWSEnvironment(some)) == nil)
        }
        #expect(try HelperLimits(AWSEnvironment(all.merging(["REELPRESS_HELPERS": "0"]) { $1 })) == nil)
        for (name, value) in [
            ("REELPRESS_HELPERS", "10001"), ("REELPRESS_HELPERS", "-1"), ("REELPRESS_HELPER_WORK", "0"),
        ] {
            let error = #expect(throws: ExitError.self) {
                try HelperLimits(AWSEnvironment(all.merging([name: value]) { $1 }))
            }
            #expect(error?.status == .usage && error?.message?.contains(name) == true)
        }
    }
}
