import AWSCore
import Glibc

// S3Bench read|write BUCKET KEY [BYTES]: one transfer through ObjectReader or ObjectWriter; settings from the environment.
let arguments = CommandLine.arguments
let client = S3Client(try AWSConfiguration())
let place = ObjectLocation(bucket: arguments[2], key: arguments[3])
let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
defer { buffer.deallocate() }
for index in buffer.indices { buffer[index] = UInt8(truncatingIfNeeded: index &* 31) }
var offset: UInt64 = 0
if arguments[1] == "read" {
    let reader = try ObjectReader(client, place)
    while case let count = try reader.read(at: offset, into: buffer), count > 0 { offset += UInt64(count) }
    guard offset == reader.size else { fatalError("read \(offset) of \(reader.size) bytes") }
} else {
    let writer = ObjectWriter(client, place)
    let size = UInt64(arguments[4])!
    while offset < size {
        let count = Int(min(size - offset, UInt64(buffer.count)))
        try writer.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: offset)
        offset += UInt64(count)
    }
    _ = try writer.finish()
}
