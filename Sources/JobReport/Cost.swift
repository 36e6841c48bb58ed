/// What a job's share of a Fargate task costs.
public struct Cost: Codable, Sendable {
    public var vCPUs: Double
    public var memoryBytes: UInt64
    public var vCPUSeconds: Double
    public var gigabyteSeconds: Double
    /// US dollars, like the values after it.
    public var vCPUHourPrice: Double
    public var gigabyteHourPrice: Double
    public var estimate: Double

    public init(
        vCPUs: Double, memoryBytes: UInt64, vCPUSeconds: Double, gigabyteSeconds: Double, vCPUHourPrice: Double,
        gigabyteHourPrice: Double, estimate: Double
    ) {
        self.vCPUs = vCPUs
        self.memoryBytes = memoryBytes
        self.vCPUSeconds = vCPUSeconds
        self.gigabyteSeconds = gigabyteSeconds
        self.vCPUHourPrice = vCPUHourPrice
        self.gigabyteHourPrice = gigabyteHourPrice
        self.estimate = estimate
    }
}
