import AWSCore
import JobReport

/// Prices of AWS Fargate Spot for a task's processors and memory, in US dollars per hour.
struct Prices: Sendable, Equatable {
    var vCPUHour: Double
    var gigabyteHour: Double

    /// Half of Fargate's on-demand price in us-east-1 on x86: Spot has cost between 30 and 50 % of that.
    ///
    /// Source: AWS Fargate Pricing.
    static let usual = Prices(vCPUHour: 0.02024, gigabyteHour: 0.0022225)

    /// Fargate bills by the second, but at least a minute.
    private static let minSeconds = 60.0

    func cost(_ size: TaskSize, seconds: Double) -> Cost {
        let billed = max(seconds, Self.minSeconds)
        let gigabytes = Double(size.memoryBytes) / Double(1 << 30)
        return Cost(
            vCPUs: size.vCPUs, memoryBytes: size.memoryBytes, vCPUSeconds: size.vCPUs * seconds,
            gigabyteSeconds: gigabytes * seconds, vCPUHourPrice: vCPUHour, gigabyteHourPrice: gigabyteHour,
            estimate: (size.vCPUs * vCPUHour + gigabytes * gigabyteHour) * billed / 3600)
    }
}

/// How the task that runs a job is billed.
struct Billing: Sendable {
    var prices: Prices
    var environment: AWSEnvironment

    /// What is billed.
    var size: TaskSize { TaskSize.find(environment) }

    /// The cost of a job that took `seconds`.
    func cost(seconds: Double) -> Cost { prices.cost(size, seconds: seconds) }
}
