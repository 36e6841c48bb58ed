import TestSupport

/// A top-level box of an MP4.
struct TopLevelBox {
    var kind: String
    var range: Range<Int>

    static func all(_ bytes: [UInt8]) throws -> [TopLevelBox] {
        var boxes: [TopLevelBox] = []
        var offset = 0
        while offset + 8 <= bytes.count {
            var size = number(bytes[offset..<offset + 4])
            if size == 1, offset + 16 <= bytes.count { size = number(bytes[offset + 8..<offset + 16]) }
            if size == 0 { size = bytes.count - offset }
            guard size >= 8, offset + size <= bytes.count else { throw CommandFailure("no box at byte \(offset)") }
            let kind = String(decoding: bytes[offset + 4..<offset + 8], as: UTF8.self)
            boxes.append(TopLevelBox(kind: kind, range: offset..<offset + size))
            offset += size
        }
        return boxes
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}
