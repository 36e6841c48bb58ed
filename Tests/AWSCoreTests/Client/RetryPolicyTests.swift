import HTTP
import Testing

@testable import AWSCore

@Suite("Retry policy") struct RetryPolicyTests {
    @Test("Pauses double up to the limit, with full jitter") func backoff() {
        let policy = RetryPolicy(baseDelay: 100, maxDelay: 1000)
        for (number, limit) in [(0, 100), (1, 200), (2, 400), (3, 800), (4, 1000), (40, 1000), (10_000, 1000)] {
            let delays = (0..<300).map { _ in policy.delay(number, serverAsks: nil) }
            #expect(delays.allSatisfy { 0...limit ~= $0 })
            // Full jitter: from nothing to all of it.
            #expect(delays.min()! < limit / 4 && delays.max()! > limit * 3 / 4)
        }
    }

    @Test("The server's delay is kept, up to a minute") func serverDelay() {
        let policy = RetryPolicy(baseDelay: 1, maxDelay: 1)
        #expect(policy.delay(0, serverAsks: 2500) == 2500)
        #expect(policy.delay(0, serverAsks: 3_600_000) == 60_000)
    }

    private func error(_ code: String = "InternalError", isRetryable: Bool = true) -> AWSError {
        AWSError(.service, code: code, message: "m", isRetryable: isRetryable)
    }

    @Test("The budget ends with the tries") func budget() {
        let policy = RetryPolicy(maxAttempts: 3, baseDelay: 1)
        var budget = RetryBudget(policy, RetryQuota(500))
        let head = HTTPResponse(status: 500)
        #expect(budget.delay(after: error(), head) != nil)
        #expect(budget.delay(after: error(), head) != nil)
        #expect(budget.delay(after: error(), head) == nil)
        // A call that went on where it broke off counts anew.
        budget.restart()
        #expect(budget.delay(after: error(), head) != nil)
    }

    @Test("A client that has reached the service repeats a call until its patience ends") func patience() {
        var time = 0
        let policy = RetryPolicy(maxAttempts: 2, baseDelay: 10, maxDelay: 10, quota: 5, patience: 1000)
        let (quota, head) = (RetryQuota(5), HTTPResponse(status: 503))
        quota.noteSuccess()
        var budget = RetryBudget(policy, quota) { time }
        // The first failure starts the time, at whatever time that is.
        for moment in stride(from: 5000, to: 5990, by: 10) {
            time = moment
            #expect(budget.delay(after: error(), head) != nil)
        }
        time = 6000
        #expect(budget.delay(after: error(), head) == nil)
        // Nothing of that was paid.
        #expect(quota.take(5))
        budget.restart()
        #expect(budget.delay(after: error(), head) != nil)
        time = 6980
        #expect(budget.delay(after: error(), head) != nil)
        #expect(budget.delay(after: error(isRetryable: false), head) == nil)
        time = 7000
        #expect(budget.delay(after: error(), head) == nil)
    }

    @Test("Patience is for clients that have reached the service") func firstCalls() {
        let policy = RetryPolicy(maxAttempts: 3, baseDelay: 1, patience: 1_000_000)
        let quota = RetryQuota(500)
        var budget = RetryBudget(policy, quota)
        let head = HTTPResponse(status: 503)
        for _ in 0..<2 { #expect(budget.delay(after: error(), head) != nil) }
        #expect(budget.delay(after: error(), head) == nil)
        // Another call of the client succeeds meanwhile.
        RetryBudget(policy, quota).succeeded()
        #expect(budget.delay(after: error(), head) != nil)
    }

    @Test("Final errors cost nothing") func finalErrors() {
        let quota = RetryQuota(5)
        var budget = RetryBudget(RetryPolicy(), quota)
        #expect(budget.delay(after: error(isRetryable: false), HTTPResponse(status: 400)) == nil)
        #expect(quota.take(5))
    }

    @Test("A time-out costs double") func timeOuts() {
        let quota = RetryQuota(14)
        var budget = RetryBudget(RetryPolicy(maxAttempts: 9, baseDelay: 1), quota)
        let head = HTTPResponse(status: 0)
        #expect(budget.delay(after: error("TimedOut"), head) != nil)
        #expect(budget.delay(after: error("TimedOut"), head) == nil)
        #expect(quota.take(4) && !quota.take(1))
    }

    @Test("A success gives back the last retry's cost") func successes() {
        let quota = RetryQuota(10)
        var budget = RetryBudget(RetryPolicy(baseDelay: 1), quota)
        _ = budget.delay(after: error(), HTTPResponse(status: 500))
        budget.succeeded()
        #expect(quota.take(10))
        // One for each success without a retry, never above the capacity.
        RetryBudget(RetryPolicy(), quota).succeeded()
        #expect(quota.take(1) && !quota.take(1))
        for _ in 0..<100 { RetryBudget(RetryPolicy(), quota).succeeded() }
        #expect(quota.take(10) && !quota.take(1))
    }
}
