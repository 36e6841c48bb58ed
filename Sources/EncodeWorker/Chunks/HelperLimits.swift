/// How many jobs of AWS Batch may help one job, and where they are submitted.
struct HelperLimits: Sendable, Equatable {
    /// For one video.
    var most: Int
    /// The queue's name or ARN.
    var queue: String
    /// The job definition's name or ARN.
    var definition: String
    /// CPU-seconds that each worker has at least, the lead among them: a task takes a minute to start.
    var leastWork = 500.0

    /// Children of an array job at most: "Array jobs", AWS Batch User Guide.
    static let arrayLimit = 10_000

    /// Helpers that are worth their start.
    ///
    /// - Parameters:
    ///   - seconds: CPU-seconds that are left to do.
    ///   - chunks: that are left to do.
    func count(seconds: Double, chunks: Int) -> Int {
        let shares = seconds / leastWork
        guard shares.isFinite else { return 0 }
        return max(0, min(most, Self.arrayLimit, Int(min(shares, 1e9)) - 1, chunks - 1))
    }
}
