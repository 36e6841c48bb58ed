import JobReport
import Media
import Testing

@testable import EncodeWorker

struct ChunkTeamTests {
    private static func maker(
        _ worker: String, _ job: String?, _ attempt: Int?, elapsed: Double, isHelper: Bool = true
    ) -> ChunkMaker {
        var maker = ChunkMaker(
            worker: worker, isHelper: isHelper, job: job, attempt: attempt, vCPUs: job == nil ? nil : 2,
            memoryBytes: job == nil ? nil : 4 << 30)
        maker.elapsed = elapsed
        return maker
    }

    private static func attempt(_ job: String, _ number: Int) throws -> BatchAttempt {
        let variables = ["AWS_BATCH_JOB_ID": job, "AWS_BATCH_JOB_ATTEMPT": "\(number)"]
        return try #require(BatchAttempt(reading: { variables[$0] }))
    }

    @Test("helpers, their interruptions and the tasks of all others, an earlier attempt among them")
    func several() throws {
        let team = ChunkTeam([
            Self.maker("a", "lead", 1, elapsed: 100, isHelper: false),
            Self.maker("b", "lead", 2, elapsed: 50, isHelper: false),
            Self.maker("c", "array:0", 1, elapsed: 40), Self.maker("c", "array:0", 1, elapsed: 120),
            Self.maker("d", "array:1", 3, elapsed: 30),
        ])
        #expect(team.workers == 4 && team.helped == 3 && team.interruptions == 2)
        let prices = Prices(vCPUHour: 3600, gigabyteHour: 360)
        let others = try #require(team.others(than: try Self.attempt("lead", 2), prices))
        // The first attempt's 100 s, and helpers of 120 and 30 s: a minute is billed at least.
        #expect(others.tasks == 3 && others.vCPUSeconds == 500 && others.gigabyteSeconds == 1000)
        let estimate = 280 * 2.4
        #expect(abs(others.estimate - estimate) < 1e-6)
    }

    @Test("processes of one task are billed once")
    func oneTask() throws {
        let team = ChunkTeam([
            Self.maker("a", "lead", 1, elapsed: 100, isHelper: false), Self.maker("b", "lead", 1, elapsed: 90),
        ])
        #expect(team.workers == 2 && team.helped == 1 && team.interruptions == 0)
        #expect(team.others(than: try Self.attempt("lead", 1), .usual) == nil)
    }

    @Test("outside of AWS Batch workers are counted, and nothing is billed")
    func local() {
        let team = ChunkTeam([
            Self.maker("a", nil, nil, elapsed: 1, isHelper: false), Self.maker("b", nil, nil, elapsed: 1),
        ])
        #expect(team.workers == 2 && team.helped == 1 && team.interruptions == 0)
        #expect(team.others(than: nil, .usual) == nil)
    }
}
