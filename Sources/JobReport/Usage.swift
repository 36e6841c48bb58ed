/// What a job used of the machine.
public struct Usage: Codable, Sendable {
    public var wallSeconds: Double
    public var cpuSeconds: Double
    /// Seconds of video per second of work; nil for a job that encoded nothing.
    public var speed: Double?
    /// Nil for a job that encoded nothing.
    public var framesPerSecond: Double?
    public var peakResidentBytes: UInt64

    public init(wallSeconds: Double, cpuSeconds: Double, peakResidentBytes: UInt64) {
        self.wallSeconds = wallSeconds
        self.cpuSeconds = cpuSeconds
        self.peakResidentBytes = peakResidentBytes
    }
}
