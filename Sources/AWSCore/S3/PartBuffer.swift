/// Memory for one part or segment. Whoever holds the reference may use it; it is freed with the last one.
///
/// Sendable although unchecked: ObjectWriter's and ObjectReader's states say which one thread writes to it at a time, and
/// pass it on under their monitor.
final class PartBuffer: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer

    init(capacity: Int) {
        bytes = .allocate(byteCount: capacity, alignment: 4096)
    }

    deinit { bytes.deallocate() }
}
