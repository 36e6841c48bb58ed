import AWSCore
import Glibc

// S3Bench read|print|write BUCKET KEY [BYTES]: one transfer through ObjectReader or ObjectWriter; settings from the
// environment. `print` writes what it reads to standard output.

func show(_ bytes: UnsafeRawBufferPointer, on descriptor: Int32) {
    var done = 0
    while done < bytes.count, case let count = write(descriptor, bytes.baseAddress! + done, bytes.count - done),
        count > 0
    {
        done += count
    }
}

func readObject(_ client: S3Client, _ place: ObjectLocation, _ buffer: UnsafeMutableRawBufferPointer, prints: Bool)
    throws
{
    let reader = try ObjectReader(client, place)
    var offset: UInt64 = 0
    while case let count = try reader.read(at: offset, into: buffer), count > 0 {
        if prints { show(UnsafeRawBufferPointer(rebasing: buffer[..<count]), on: 1) }
        offset += UInt64(count)
    }
    guard offset == reader.size else { throw AWSError(.transport, message: "read \(offset) of \(reader.size) bytes") }
}

func writeObject(_ client: S3Client, _ place: ObjectLocation, _ buffer: UnsafeMutableRawBufferPointer, size: UInt64)
    throws
{
    for index in buffer.indices { buffer[index] = UInt8(truncatingIfNeeded: index &* 31) }
    let writer = ObjectWriter(client, place)
    var offset: UInt64 = 0
    while offset < size {
        let count = Int(min(size - offset, UInt64(buffer.count)))
        try writer.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: offset)
        offset += UInt64(count)
    }
    _ = try writer.finish()
}

let arguments = CommandLine.arguments
let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
do {
    let client = S3Client(try AWSConfiguration())
    let place = ObjectLocation(bucket: arguments[2], key: arguments[3])
    switch arguments[1] {
    case "write": try writeObject(client, place, buffer, size: UInt64(arguments[4]) ?? 0)
    case let mode: try readObject(client, place, buffer, prints: mode == "print")
    }
} catch {
    Array("\(error)\n".utf8).withUnsafeBytes { show($0, on: 2) }
    exit(1)
}
