import CLinux

/// Processors that this process may run on.
enum ProcessorCount {
    static var available: Int { max(1, Int(reelpress_processor_count())) }
}
