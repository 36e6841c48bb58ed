import Containers
import Synchronization
import Threads

/// What one thread writes, for another to read in order: a source that can't be sought in.
final class BytePipe: ByteSource {
    /// Unknown until the end: larger than any output.
    let size: UInt64 = 1 << 60
    private let queue = BoundedQueue<[UInt8]>(capacity: 4 << 20)
    /// What was taken from the queue and not read yet; the reading thread's own.
    private let rest = Mutex<ArraySlice<UInt8>>([])

    /// Waits for room; what nobody will read any more is dropped.
    func write(_ bytes: UnsafeRawBufferPointer) {
        if !bytes.isEmpty { queue.push(Array(bytes), bytes: bytes.count) }
    }

    /// There is nothing more to read.
    func close() { queue.close() }

    /// Neither side waits any more.
    func cancel() { queue.cancel() }

    func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        rest.withLock { rest in
            if rest.isEmpty { rest = queue.pop().map { $0[...] } ?? [] }
            let count = min(rest.count, buffer.count)
            buffer[..<count].copyBytes(from: rest.prefix(count))
            rest = rest.dropFirst(count)
            return count
        }
    }
}
