import Testing

@testable import Media

@Suite struct RenamedBoxesTests {
    private final class Bytes: ByteSource {
        let bytes: [UInt8]
        init(_ bytes: [UInt8]) { self.bytes = bytes }
        var size: UInt64 { UInt64(bytes.count) }
        func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
            let count = min(buffer.count, bytes.count - min(bytes.count, Int(offset)))
            buffer.copyBytes(from: bytes[Int(offset)..<Int(offset) + count])
            return count
        }
    }

    private func box(_ kind: String, _ content: [UInt8]) -> [UInt8] {
        let size = UInt32(content.count + 8)
        return withUnsafeBytes(of: size.bigEndian) { Array($0) } + Array(kind.utf8) + content
    }

    private func movie(_ extensions: [UInt8]) -> [UInt8] {
        let entry = box("avc1", [UInt8](repeating: 0, count: 78) + extensions)
        let table = box("stsd", [UInt8](repeating: 0, count: 8) + entry)
        let track = box("trak", box("mdia", box("minf", box("stbl", table))))
        return box("mdat", Array("clap".utf8)) + box("moov", track + track)
    }

    @Test func theAperturesOfAllTracksAreNoneAnyMore() throws {
        let shape = box("pasp", [0, 0, 0, 1, 0, 0, 0, 1])
        let aperture = [UInt8](repeating: 0, count: 32)
        let source = Bytes(movie(shape + box("clap", aperture)))
        let renamed = try #require(try RenamedBoxes(cleanAperturesOf: source))
        #expect(try renamed.bytes(at: 0, source.bytes.count) == movie(shape + box("free", aperture)))
        // Also where a read begins or ends in the middle of a name.
        let bytewise = try (0..<source.bytes.count).flatMap { try renamed.bytes(at: UInt64($0), 1) }
        #expect(bytewise == movie(shape + box("free", aperture)))
    }

    @Test func othersStayAsTheyAre() throws {
        #expect(try RenamedBoxes(cleanAperturesOf: Bytes(movie([]))) == nil)
        #expect(try RenamedBoxes(cleanAperturesOf: Bytes(Array("clap clap clap".utf8))) == nil)
    }
}
