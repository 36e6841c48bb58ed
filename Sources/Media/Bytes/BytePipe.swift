import Containers
import Synchronization
import Threads

/// A pipe from one thread to another: a source that can only be read in order.
final class BytePipe: ByteSource {
    /// Not the real size, which is unknown until the end: larger than any output.
    let size: UInt64 = 1 << 60
    private let queue = BoundedQueue<[UInt8]>(capacity: 4 << 20)
    /// Bytes taken from the queue and not read yet; only the reading thread uses them.
    private let rest = Mutex<ArraySlice<UInt8>>([])

    /// Waits for space in the queue; after `cancel`, drops the bytes.
    func write(_ bytes: UnsafeRawBufferPointer) {
        if !bytes.isEmpty { queue.push(Array(bytes), bytes: bytes.count) }
    }

    /// Ends the stream: the reader gets 0 bytes after the last one.
    func close() { queue.close() }

    /// Stops both threads from waiting.
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
