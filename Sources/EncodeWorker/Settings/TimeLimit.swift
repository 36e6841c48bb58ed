/// The time after which AWS Batch ends an attempt without another, and when a job may be judged by it.
///
/// Source: AWS Batch User Guide, "Job timeouts".
struct TimeLimit: Sendable, Equatable {
    /// Of the attempt, from its start.
    var seconds: Double
    /// Seconds of encoding before the rate counts.
    var minSeconds = 300.0
    /// The share of the video, from 0 to 1, before the rate counts.
    var minShare = 0.02
    /// A job that needs up to so many times the limit may still get faster, and goes on.
    var margin = 1.25
}
