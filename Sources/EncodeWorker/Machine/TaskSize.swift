import AWSCore

/// The processors and the memory that a task is billed for.
struct TaskSize: Sendable, Equatable {
    var vCPUs: Double
    var memoryBytes: UInt64

    /// The size that Amazon ECS reports for the task, else the control group's limits, else the whole machine.
    static func find(_ environment: AWSEnvironment) -> TaskSize {
        let task = TaskMetadata.limits(environment)
        return TaskSize(
            vCPUs: task?.vCPUs ?? Cgroup.processors ?? Double(Machine.processorCount),
            memoryBytes: task?.memoryMiB.map { $0 << 20 } ?? Cgroup.memory ?? Machine.memory)
    }
}
