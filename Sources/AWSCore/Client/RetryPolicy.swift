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

    /// Standard mode.
    public init(maxAttempts: Int = 3, baseDelay: Int = 1000, maxDelay: Int = 20_000, quota: Int = 500) {
        self.maxAttempts = maxAttempts
        self.baseDelay = baseDelay
        self.maxDelay = maxDelay
        self.quota = quota
    }

    /// Milliseconds before the retry `number` (from 0): full jitter under a doubling limit, but at least what the server
    /// asks for (a minute at most).
    func delay(_ number: Int, serverAsks: Int?) -> Int {
        let limit = min(maxDelay, baseDelay << min(number, 16))
        return max(Int.random(in: 0...max(limit, 1)), min(serverAsks ?? 0, 60_000))
    }
}
