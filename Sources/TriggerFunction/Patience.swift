import AWSCore
import HTTP

/// How long the function tries to submit a job. AWS Batch takes 50 requests a second from an account ("Service quotas",
/// AWS Batch User Guide), so that jobs of many uploads at once have to wait for each other. Benchmarks/burst simulates
/// that with the values that stand here.
struct Patience {
    /// SubmitJob is repeated until the invocation's time is nearly up, unless `AWS_MAX_ATTEMPTS` ends it before.
    var retry = RetryPolicy(maxAttempts: .max, baseDelay: 1000, maxDelay: 5000, quota: .max)
    /// Batch answers within a second or not at all. A connection that died while the function was frozen must not take
    /// the invocation's time.
    var timeouts = HTTPTimeouts(connect: 2, stall: 5)
    /// Milliseconds of the invocation's time that are kept to report failures: after the deadline nothing can be.
    var reserve = 1500
    /// Tries of ListJobs, which takes its share of the requests and which a job doesn't depend on.
    var listAttempts = 1
    /// Seconds without ListJobs after it was refused because there were too many requests.
    var listPause = 60
}
