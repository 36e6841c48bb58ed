import TestSupport
import Testing

@testable import Containers

@Suite("Index of fragments") struct FragmentIndexTests {
    private func long(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

    private func full(_ type: String, version: UInt8 = 0, flags: UInt32 = 0, _ fields: [UInt32]) -> [UInt8] {
        box(type, [version] + Array(long(flags).dropFirst()) + fields.flatMap(long))
    }

    private var movie: [UInt8] {
        let defaults = full("trex", [1, 1, 0, 0, 0x101_0000]) + full("trex", [2, 1, 0, 0, 0])
        return box("ftyp", []) + box("moov", full("mvhd", [0]) + box("mvex", defaults))
    }

    private func track(_ header: [UInt8], time: [UInt8], _ run: [UInt8]) -> [UInt8] { box("traf", header + time + run) }

    @Test("Each fragment has its offset, and its tracks' first times and kinds of samples") func plain() throws {
        let first = box(
            "moof",
            full("mfhd", [1])
                + track(
                    full("tfhd", [1]), time: full("tfdt", [90]), full("trun", flags: 5, [3, 0, 0x200_0000]))
                + track(
                    full("tfhd", flags: 0x1, [2, 0, 7]), time: full("tfdt", version: 1, [1, 2]), full("trun", [1])))
        let second = box(
            "moof",
            full("mfhd", [2]) + track(full("tfhd", [1]), time: full("tfdt", [180]), full("trun", [3]))
                + track(full("tfhd", [2]), time: [], full("trun", [0])))
        let head = movie
        let bytes = head + first + box("mdat", [1, 2]) + second + box("mdat", [3])
        let index = try #require(try FragmentIndex(MemorySource(bytes)))
        let runs = [
            FragmentIndex.Run(decodingTime: 90, isSync: true),
            FragmentIndex.Run(decodingTime: 1 << 32 + 2, isSync: true),
            FragmentIndex.Run(decodingTime: 180, isSync: false),
        ]
        let expected = [
            FragmentIndex.Fragment(offset: UInt64(head.count), runs: [1: runs[0], 2: runs[1]]),
            FragmentIndex.Fragment(offset: UInt64(head.count + first.count + 10), runs: [1: runs[2]]),
        ]
        #expect(index.fragments == expected)
    }

    @Test(
        "A sample's flags are its own, its fragment's or its track's",
        arguments: [
            // First sample's, each sample's, the fragment's, the track's.
            ([0x4, 1, 0x101_0000], 0x20, [1, 0], false), ([0x4, 1, 0], 0x20, [1, 0x1_0000], true),
            ([0x701, 1, 9, 10, 20, 0x101_0000], 0x20, [1, 0], false), ([0x700, 1, 10, 20, 0], 0, [1], true),
            ([0, 1], 0x38, [1, 10, 20, 0x200_0000], true), ([0, 1], 0x23, [1, 0, 7, 1, 0x1_0000], false),
            ([0, 1], 0, [1], false), ([0x1, 1, 9], 0, [2], true),
        ] as [([UInt32], UInt32, [UInt32], Bool)])
    func flags(run: [UInt32], headerFlags: UInt32, header: [UInt32], isSync: Bool) throws {
        let fragment = track(
            full("tfhd", flags: headerFlags, header), time: full("tfdt", [5]),
            full("trun", flags: run[0], Array(run.dropFirst())))
        let index = try FragmentIndex(MemorySource(movie + box("moof", fragment)))
        let expected = [Int(header[0]): FragmentIndex.Run(decodingTime: 5, isSync: isSync)]
        #expect(index?.fragments.first?.runs == expected)
    }

    @Test("Without fragments, without times and in damaged files there is none") func none() throws {
        let run = full("trun", [1])
        let whole = box("moof", track(full("tfhd", [1]), time: full("tfdt", [5]), run))
        #expect(try FragmentIndex(MemorySource(movie + whole)) != nil)
        let others = [
            movie, whole, movie + box("moof", track(full("tfhd", [1]), time: [], run)),
            movie + box("moof", track([], time: full("tfdt", [5]), run)),
            movie + box("moof", track(full("tfhd", [1]), time: full("tfdt", version: 1, [5]), run)),
            movie + whole.dropLast(), movie + box("moof", [0, 0, 0, 99] + Array("traf".utf8)),
        ]
        for bytes in others { #expect(try FragmentIndex(MemorySource(Array(bytes))) == nil) }
    }
}
