import HTTP

/// What one call has left: tries, and the tokens that it took from the client's quota.
struct RetryBudget {
    private let policy: RetryPolicy
    private let quota: RetryQuota
    private var attempts = 1
    private var corrections = 0
    private var cost = 0

    init(_ policy: RetryPolicy, _ quota: RetryQuota) {
        self.policy = policy
        self.quota = quota
    }

    /// The call went on where it broke off: what failed before doesn't count any more.
    mutating func restart() {
        attempts = 1
        quota.give(cost)
        cost = 0
    }

    /// Whether one more try with what the refusal taught is due; region and clock are two.
    mutating func corrects() -> Bool {
        corrections += 1
        return corrections <= 3
    }

    /// Milliseconds to wait before the next try; nil where there is none.
    mutating func delay(after error: AWSError, _ head: HTTPResponse) -> Int? {
        guard error.isRetryable, attempts < policy.maxAttempts else { return nil }
        let price = error.code == "TimedOut" ? 10 : 5
        guard quota.take(price) else { return nil }
        cost = price
        attempts += 1
        return policy.delay(attempts - 2, serverAsks: ErrorAnswer.delay(head))
    }

    func succeeded() { quota.give(cost) }
}
