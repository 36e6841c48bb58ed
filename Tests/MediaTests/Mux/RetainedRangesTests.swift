import Testing

@testable import Media

@Suite("Ranges of the output that stay in memory")
struct RetainedRangesTests {
    private let data = [UInt8](0..<200)

    private func take(_ retained: inout RetainedRanges, _ range: Range<Int>, of keyframe: Int? = nil) {
        data[range].withUnsafeBytes { retained.take($0, at: UInt64(range.lowerBound), of: keyframe) }
    }

    private func shown(_ retained: RetainedRanges) -> [ClosedRange<UInt8>] {
        retained.runs(movedBy: 0).map { run in
            #expect(run.bytes == Array(data[Int(run.offset)..<Int(run.end)]))
            return run.bytes[0]...run.bytes[run.bytes.count - 1]
        }
    }

    @Test("The beginning, the end and the buffers of samples are retained, and nothing else")
    func retained() {
        var retained = RetainedRanges()
        take(&retained, 0..<10)
        retained.retain(15, from: 10)
        take(&retained, 10..<20)
        take(&retained, 20..<40)
        take(&retained, 40..<60, of: 0)
        take(&retained, 60..<70)
        retained.retain(nil, from: 70)
        take(&retained, 70..<200)
        #expect(shown(retained) == [10...24, 40...59, 70...199])
    }

    @Test("A sample that begins inside of the retained beginning is one run with it")
    func adjacent() {
        var retained = RetainedRanges()
        retained.retain(30, from: 0)
        take(&retained, 0..<20)
        take(&retained, 20..<50, of: 0)
        take(&retained, 50..<100)
        #expect(shown(retained) == [0...49])
    }

    @Test("Keyframes that are samples no longer are dropped")
    func dropped() {
        var retained = RetainedRanges()
        retained.retain(5, from: 0)
        take(&retained, 0..<10)
        for keyframe in 0..<4 { take(&retained, 10 + keyframe * 20..<20 + keyframe * 20, of: keyframe) }
        retained.drop(allBut: 2)
        take(&retained, 100..<110, of: 4)
        #expect(shown(retained) == [0...4, 10...19, 50...59, 100...109])
    }

    @Test("Runs move with the room in front of them")
    func moved() {
        var retained = RetainedRanges()
        retained.retain(5, from: 10)
        take(&retained, 10..<20)
        #expect(retained.runs(movedBy: 1000).map(\.offset) == [1010])
    }
}
