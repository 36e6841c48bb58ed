/// What AWS Fargate Spot takes for a task's processors and memory, in US dollars an hour.
struct Prices: Sendable, Equatable {
    var vCPUHour: Double
    var gigabyteHour: Double

    /// Half of what Fargate takes on demand in us-east-1 on x86: Spot has cost between 30 and 50 % of it.
    ///
    /// Source: AWS Fargate Pricing.
    static let usual = Prices(vCPUHour: 0.02024, gigabyteHour: 0.0022225)

    /// Fargate bills by the second, a minute at least.
    private static let leastSeconds = 60.0

    func cost(_ size: TaskSize, seconds: Double) -> Report.Cost {
        let billed = max(seconds, Self.leastSeconds)
        let gigabytes = Double(size.memoryBytes) / Double(1 << 30)
        return Report.Cost(
            vCPUs: size.vCPUs, memoryBytes: size.memoryBytes, vCPUSeconds: size.vCPUs * seconds,
            gigabyteSeconds: gigabytes * seconds, vCPUHourPrice: vCPUHour, gigabyteHourPrice: gigabyteHour,
            estimate: (size.vCPUs * vCPUHour + gigabytes * gigabyteHour) * billed / 3600)
    }
}
