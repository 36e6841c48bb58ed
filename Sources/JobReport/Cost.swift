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
    /// Helpers and earlier attempts that encoded chunks of the output; nil if there were none.
    public var others: Others? {
        didSet { total = others.map { estimate + $0.estimate } }
    }
    /// Of this attempt and the others; nil if there were none.
    public private(set) var total: Double?

    /// The estimate of all tasks.
    var sum: Double { total ?? estimate }

    /// Other tasks that took part, from their start until their last chunk.
    public struct Others: Codable, Sendable, Equatable {
        public var tasks: Int
        public var vCPUSeconds: Double
        public var gigabyteSeconds: Double
        /// US dollars.
        public var estimate: Double

        public init(tasks: Int, vCPUSeconds: Double, gigabyteSeconds: Double, estimate: Double) {
            self.tasks = tasks
            self.vCPUSeconds = vCPUSeconds
            self.gigabyteSeconds = gigabyteSeconds
            self.estimate = estimate
        }
    }

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
