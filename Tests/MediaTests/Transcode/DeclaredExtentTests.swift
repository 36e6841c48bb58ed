import Containers
import Findings
import FoundationEssentials
import Testing

@testable import Media

@Suite("Declared extent") struct DeclaredExtentTests {
    private func declared(_ fields: String) throws -> DeclaredExtent {
        try JSONDecoder().decode(
            DeclaredExtent.self, from: Data("{\"mainVideo\":0,\"hasEnd\":true,\(fields)}".utf8))
    }

    private func survey(packets: Int = 10, end: Double?, isIncomplete: Bool = false) throws -> PacketSurvey {
        let end = end.map { ",\"end\":\($0)" } ?? ""
        let json = "{\"packets\":[\(packets),\(packets)],\"lastIsIncomplete\":[\(isIncomplete),false]\(end)}"
        return try JSONDecoder().decode(PacketSurvey.self, from: Data(json.utf8))
    }

    /// Headers round, so that a second, or 2 % of a long video, may be missing.
    @Test(
        "A source that ends early is truncated",
        arguments: [
            (100.0, 98.1, true), (100, 97.9, false), (100, 80, false), (5, 4.1, true), (5, 3.9, false), (5, 5.5, true),
        ])
    func endsEarly(declaredEnd: Double, end: Double, isWhole: Bool) throws {
        let declared = try declared("\"end\":\(declaredEnd),\"indexed\":[]")
        let read = try survey(end: end)
        guard !isWhole else { return try declared.checkComplete(read) }
        let error = #expect(throws: ReportedError.self) { try declared.checkComplete(read) }
        #expect(error?.code == .truncatedSource && error?.message.contains("data end at \(end)") == true)
    }

    @Test("A source without a packet that has a timestamp is truncated") func noPackets() throws {
        let declared = try declared("\"end\":10,\"indexed\":[]")
        #expect(throws: ReportedError.self) { try declared.checkComplete(try survey(end: nil)) }
    }

    @Test("An index that lists more frames than there are shows a truncated source") func index() throws {
        let declared = try declared("\"indexedFrames\":11,\"indexed\":[0,1]")
        try declared.checkComplete(try survey(packets: 11, end: nil))
        let error = #expect(throws: ReportedError.self) {
            try declared.checkComplete(try survey(packets: 10, end: nil))
        }
        #expect(error?.message.contains("lists 11 frames, 10 can be read") == true)
        #expect(throws: ReportedError.self) { try declared.checkPresent(try survey(packets: 0, end: nil)) }
    }

    @Test("An incomplete last packet shows a truncated source only where the container has an end") func lastPacket()
        throws
    {
        let read = try survey(end: nil, isIncomplete: true)
        #expect(throws: ReportedError.self) { try declared("\"indexed\":[]").checkComplete(read) }
        let stream = try JSONDecoder().decode(
            DeclaredExtent.self, from: Data("{\"mainVideo\":0,\"hasEnd\":false,\"indexed\":[]}".utf8))
        try stream.checkComplete(read)
    }
}
