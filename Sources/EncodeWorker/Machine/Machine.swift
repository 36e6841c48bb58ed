import CLinux
import Glibc

/// The machine as its kernel describes it.
enum Machine {
    /// Chunks that are encoded at once: x265 keeps about three processors busy with one.
    static func chunkLanes(_ processors: Int) -> Int { max(1, (processors + 2) / 3) }

    /// Processors that this process may run on.
    static var processorCount: Int { max(1, Int(reelpress_processor_count())) }

    /// Bytes.
    static var memory: UInt64 { UInt64(sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))) }

    /// Lets `shareHeap` be called while there are threads: by itself, glibc fixes the number of heaps when it makes its
    /// ninth. Source: mallopt(3), `M_ARENA_TEST`.
    static func postponeHeapLimit() { mallopt(M_ARENA_TEST, .max) }

    /// Makes no further heaps for threads: they use those that there are. With a heap for each, what the threads of chunks
    /// leave behind is scattered over many: in 400 chunks, memory grew from 160 to 220 MiB in place of 115 to 120. A video
    /// that is encoded in one piece takes a tenth more memory with a single heap.
    ///
    /// Source: mallopt(3), `M_ARENA_MAX`.
    static func shareHeap() { mallopt(M_ARENA_MAX, 1) }

    /// Gives the kernel back what was freed. Source: malloc_trim(3).
    static func returnFreedMemory() { malloc_trim(0) }

    /// Reads a small file below /proc or /sys.
    ///
    /// - Returns: the lines of its first 64 KiB; none if it can't be read.
    static func lines(of path: String) -> [String] {
        guard let file = fopen(path, "re") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
