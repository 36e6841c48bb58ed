import HTTP
import Synchronization

/// How a failed call is repeated: "Retry behavior", standard mode, AWS SDKs and Tools Reference Guide.
public struct RetryPolicy: Sendable {
    /// Tries of one call, the first among them.
    public var maxAttempts: Int
    /// The first pause's upper limit, in milliseconds; it doubles with each.
    public var baseDelay: Int
    /// The longest pause that backing off makes, in milliseconds.
    public var maxDelay: Int
    /// Tokens that a client may spend on retries before it only tries once: a retry costs 5, after a time-out 10.
    public var quota: Int
    /// Milliseconds for which a client that has reached the service goes on repeating a call that fails, whatever
    /// `maxAttempts` and `quota` say; counted from the call's first failure, or from the last one after which it got
    /// further.
    ///
    /// AWS's SDKs have no such rule: botocore and smithy share one bucket among all calls of a client, which ends work
    /// that an outage only interrupts. The bucket keeps clients from flooding a service that is down. A patient client
    /// is held back by `maxDelay` instead: each of its threads sends one request in half of that, on average. What can
    /// never succeed, such as a wrong address, ends by the bucket and the tries: nothing has succeeded before.
    public var patience: Int

    /// Standard mode.
    public init(
        maxAttempts: Int = 3, baseDelay: Int = 1000, maxDelay: Int = 20_000, quota: Int = 500, patience: Int = 0
    ) {
        self.maxAttempts = maxAttempts
        self.baseDelay = baseDelay
        self.maxDelay = maxDelay
        self.quota = quota
        self.patience = patience
    }

    /// Milliseconds before the retry `number` (from 0): full jitter under a doubling limit, but at least what the server
    /// asks for (a minute at most).
    func delay(_ number: Int, serverAsks: Int?) -> Int {
        let limit = min(maxDelay, baseDelay << min(number, 16))
        return max(Int.random(in: 0...max(limit, 1)), min(serverAsks ?? 0, 60_000))
    }
}

/// The token bucket that keeps a client from flooding a service that is down.
final class RetryQuota: Sendable {
    private let capacity: Int
    private let tokens: Mutex<Int>
    private let isReached = Atomic<Bool>(false)

    init(_ capacity: Int) {
        self.capacity = capacity
        tokens = Mutex(capacity)
    }

    /// Takes tokens; false where there are too few.
    func take(_ cost: Int) -> Bool {
        tokens.withLock {
            guard $0 >= cost else { return false }
            $0 -= cost
            return true
        }
    }

    /// Whether a call of the client has succeeded.
    var hasReachedService: Bool { isReached.load(ordering: .relaxed) }

    /// A call has succeeded.
    func noteSuccess() { isReached.store(true, ordering: .relaxed) }

    /// Gives tokens back after a success: what the last retry cost, or 1 where none was needed.
    func give(_ cost: Int) {
        tokens.withLock { $0 += min(capacity - $0, max(cost, 1)) }
    }
}

/// What one call has left: tries, and the tokens that it took from the client's quota.
struct RetryBudget {
    private let policy: RetryPolicy
    private let quota: RetryQuota
    private let clock: () -> Int
    private var attempts = 1
    private var corrections = 0
    private var cost = 0
    private var failingSince: Int?

    /// - Parameter clock: milliseconds of a clock that is never set.
    init(_ policy: RetryPolicy, _ quota: RetryQuota, clock: @escaping () -> Int = Backoff.now) {
        self.policy = policy
        self.quota = quota
        self.clock = clock
    }

    /// The call went on where it broke off: what failed before doesn't count any more.
    mutating func restart() {
        attempts = 1
        failingSince = nil
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
        guard error.isRetryable else { return nil }
        let now = clock()
        let since = failingSince ?? now
        failingSince = since
        let pause = policy.delay(attempts - 1, serverAsks: ErrorResponse.delay(head))
        if quota.hasReachedService, now - since + pause < policy.patience {
            attempts += 1
            return pause
        }
        guard attempts < policy.maxAttempts else { return nil }
        let price = error.code == "TimedOut" ? 10 : 5
        guard quota.take(price) else { return nil }
        cost = price
        attempts += 1
        return pause
    }

    func succeeded() {
        quota.noteSuccess()
        quota.give(cost)
    }
}
