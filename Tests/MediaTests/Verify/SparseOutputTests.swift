import Testing

@testable import Media

@Suite("Sparse output") struct SparseOutputTests {
    private let structure = SparseOutput(
        size: 100, isFaststart: true, data: 10..<100,
        runs: [.init(offset: 50, bytes: [5, 6, 7]), .init(offset: 0, bytes: [1, 2])])

    private func read(_ offset: UInt64, _ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 9, count: count)
        let got = bytes.withUnsafeMutableBytes { structure.read(at: offset, into: $0) }
        return Array(bytes.prefix(got))
    }

    @Test("Retained bytes are read, the rest is zero") func zeros() {
        #expect(read(0, 4) == [1, 2, 0, 0])
        #expect(read(49, 6) == [0, 5, 6, 7, 0, 0])
        #expect(read(51, 1) == [6])
        #expect(read(98, 10) == [0, 0])
        #expect(read(100, 1).isEmpty && read(.max, 1).isEmpty)
    }

    @Test(
        "A sparse output says which bytes are retained",
        arguments: [(50, 53, true), (51, 52, true), (49, 53, false), (50, 54, false), (10, 12, false)])
    func retained(_ from: UInt64, _ to: UInt64, _ isKept: Bool) {
        #expect(structure.retains(from..<to) == isKept)
    }
}
