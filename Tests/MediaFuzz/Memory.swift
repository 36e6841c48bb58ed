import CLinux
import Glibc

/// What this process holds of the machine's memory, in bytes. Source: proc(5), status.
enum Memory {
    static var resident: Int { field("VmRSS:") }
    /// What is allocated of the heap, in all arenas; unlike the rest it knows no fragments. Source: mallinfo(3).
    static var allocated: Int { Int(mallinfo2().uordblks) }
    /// The most since `forgetPeak`.
    static var peak: Int { field("VmHWM:") }

    /// Source: proc(5), clear_refs.
    static func forgetPeak() {
        guard let file = fopen("/proc/self/clear_refs", "w") else { return }
        fputs("5", file)
        fclose(file)
    }

    private static func field(_ name: String) -> Int {
        guard let file = fopen("/proc/self/status", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = line.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if text.hasPrefix(name) { return (Int(text.filter(\.isNumber)) ?? 0) * 1024 }
        }
        return 0
    }
}
