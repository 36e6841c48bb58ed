import JobReport
import Testing

struct BatchAttemptTests {
    private func attempt(_ id: String, _ number: Int) -> BatchAttempt? {
        BatchAttempt { ["AWS_BATCH_JOB_ID": id, "AWS_BATCH_JOB_ATTEMPT": "\(number)"][$0] }
    }

    @Test("there is none outside of AWS Batch")
    func outsideOfBatch() {
        #expect(BatchAttempt { _ in nil } == nil)
        #expect(BatchAttempt { $0 == "AWS_BATCH_JOB_ID" ? "j" : nil }?.attempt == 1)
    }

    @Test("crashes are those of the same job's earlier attempts")
    func crashes() throws {
        let third = try #require(attempt("j", 3))
        var reported = try #require(attempt("j", 2))
        #expect(third.crashes(before: reported) == 0 && third.crashes(before: nil) == 0)
        reported.crashes = 2
        #expect(third.crashes(before: reported) == 2)
        // An attempt that left no report says nothing.
        reported.attempt = 1
        #expect(third.crashes(before: reported) == 2)
        reported.attempt = 3
        #expect(third.crashes(before: reported) == 0)
        (reported.attempt, reported.id) = (2, "k")
        #expect(third.crashes(before: reported) == 0)
    }

    @Test("an attempt follows one of the same job whose number is one less")
    func follows() throws {
        let third = try #require(attempt("j", 3))
        #expect(third.follows(attempt("j", 2)))
        #expect(!third.follows(attempt("j", 1)) && !third.follows(attempt("k", 2)) && !third.follows(nil))
    }
}
