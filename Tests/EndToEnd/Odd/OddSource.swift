import TestSupport
import Testing

/// Edits bytes of small files that ffmpeg or mkvmerge made into legal ones that neither can make.
enum OddSource {
    /// Writes a copy of a file in which every occurrence of some bytes is replaced.
    static func replacing(_ changes: [(old: [UInt8], new: [UInt8])], in path: String, as name: String) throws -> String
    {
        var bytes = try FileBytes.read(path)
        for (old, new) in changes {
            try #require(bytes.firstRange(of: old) != nil)
            bytes.replace(old, with: new)
        }
        try FileBytes.write(bytes, to: name)
        return name
    }

    /// Sets fields of 4 bytes in all boxes of some types, at an offset in the boxes' contents.
    static func setting(_ value: UInt32, of boxes: [(type: String, offset: Int)], in path: String) throws {
        var file = try FileBytes.read(path)
        for (type, offset) in boxes {
            let places = file.ranges(of: Array(type.utf8)).map { $0.upperBound + offset }
            try #require(!places.isEmpty)
            for place in places { file.replaceSubrange(place..<place + 4, with: bytes(value)) }
        }
        try FileBytes.write(file, to: path)
    }

    /// Writes a display matrix into the tracks of an MP4 file: `a`, `b`, `c` and `d` as 16.16 fixed-point numbers.
    ///
    /// Source: ISO/IEC 14496-12, 8.3.2 Track Header Box.
    static func setMatrix(_ cells: [Int32], in path: String) throws {
        for (cell, place) in zip(cells, [0, 4, 12, 16]) {
            try setting(UInt32(bitPattern: cell), of: [("tkhd", 40 + place)], in: path)
        }
    }

    /// Appends bytes to a box of a file whose moov is at its end. In each box of `path`, the first one of the next type
    /// is meant.
    static func append(_ content: [UInt8], to path: [String], in name: String) throws {
        var file = try FileBytes.read(name)
        var range = 0..<file.count
        for type in path {
            let start = try #require(file[range].firstRange(of: Array(type.utf8))).lowerBound - 4
            let size = file[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
            file.replaceSubrange(start..<start + 4, with: bytes(UInt32(size + content.count)))
            range = start + 8..<start + size
        }
        file.insert(contentsOf: content, at: range.upperBound)
        try FileBytes.write(file, to: name)
    }
}
