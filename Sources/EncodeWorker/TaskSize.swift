import AWSCore
import Glibc

/// The processors and the memory that the task is billed for.
struct TaskSize: Sendable, Equatable {
    var vCPUs: Double
    var memoryBytes: UInt64

    /// What Amazon ECS says of the task, else the limits of the control group, else the whole machine.
    static func find() -> TaskSize {
        let task = TaskMetadata.limits(.process)
        return TaskSize(
            vCPUs: task?.vCPUs ?? ControlGroup.processors ?? Double(ProcessorCount.available),
            memoryBytes: task?.memoryMiB.map { $0 << 20 } ?? ControlGroup.memory ?? physicalMemory)
    }

    private static var physicalMemory: UInt64 { UInt64(sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))) }
}
