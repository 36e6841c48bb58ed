import Containers
import Media
import Synchronization
import TestSupport

/// Bytes in memory that count how many of them were read.
final class CountingSource: ByteSource {
    private let inner: MemorySource
    private let count = Atomic<Int>(0)

    init(_ bytes: [UInt8]) {
        inner = MemorySource(bytes)
    }

    var size: UInt64 { inner.size }
    var bytesRead: Int { count.load(ordering: .relaxed) }

    func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let got = try inner.read(at: offset, into: buffer)
        count.wrappingAdd(got, ordering: .relaxed)
        return got
    }
}
