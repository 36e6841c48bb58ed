@testable import AWSCore

/// Reproducible bytes, and the two ways through S3.
enum Pattern {
    static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                buffer[index] = UInt8(truncatingIfNeeded: state >> 56)
            }
            initialized = count
        }
    }

    static func write(_ bytes: [UInt8], _ writer: ObjectWriter, step: Int) throws {
        try bytes.withUnsafeBytes { buffer in
            for start in stride(from: 0, to: buffer.count, by: step) {
                let piece = UnsafeRawBufferPointer(rebasing: buffer[start..<min(start + step, buffer.count)])
                try writer.write(piece, at: UInt64(start))
            }
        }
    }

    static func read(_ reader: ObjectReader) throws -> [UInt8] {
        var result = [UInt8](repeating: 0, count: Int(reader.size))
        try result.withUnsafeMutableBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                let target = UnsafeMutableRawBufferPointer(
                    rebasing: buffer[offset..<min(offset + 300_000, buffer.count)])
                let count = try reader.read(at: UInt64(offset), into: target)
                precondition(count > 0)
                offset += count
            }
        }
        return result
    }
}
