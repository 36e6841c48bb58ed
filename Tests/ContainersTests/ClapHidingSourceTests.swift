import TestSupport
import Testing

@testable import Containers

@Suite("Hiding of clean apertures") struct ClapHidingSourceTests {
    private func file(_ extensions: [UInt8]) -> [UInt8] {
        let entry = box("avc1", [UInt8](repeating: 0, count: 78) + extensions)
        let table = box("stsd", [UInt8](repeating: 0, count: 8) + entry)
        let track = box("trak", box("mdia", box("minf", box("stbl", table))))
        return box("mdat", Array("clap".utf8)) + box("moov", track + track)
    }

    @Test("The clean apertures of all tracks are hidden") func allTracks() throws {
        let pasp = box("pasp", [0, 0, 0, 1, 0, 0, 0, 1])
        let aperture = [UInt8](repeating: 0, count: 32)
        let source = MemorySource(file(pasp + box("clap", aperture)))
        let renamed = try #require(try ClapHidingSource(cleanAperturesOf: source))
        #expect(try renamed.bytes(at: 0, Int(source.size)) == file(pasp + box("free", aperture)))
        // Also where a read begins or ends in the middle of a name.
        let bytewise = try (0..<source.size).flatMap { try renamed.bytes(at: $0, 1) }
        #expect(bytewise == file(pasp + box("free", aperture)))
    }

    @Test("Other boxes stay as they are") func others() throws {
        #expect(try ClapHidingSource(cleanAperturesOf: MemorySource(file([]))) == nil)
        #expect(try ClapHidingSource(cleanAperturesOf: MemorySource(Array("clap clap clap".utf8))) == nil)
    }
}
