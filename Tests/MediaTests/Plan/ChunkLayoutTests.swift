import Containers
import Testing

@testable import Media

@Suite("Chunk layout") struct ChunkLayoutTests {
    /// A keyframe every two seconds.
    private let regular = (1..<100).map { Double($0) * 2 }

    @Test("Chunks have about the same length") func even() {
        let cuts = ChunkLayout.cuts(regular, duration: 200, length: 48, isExact: false)
        #expect(cuts.map { regular[$0] } == [50, 100, 150])
    }

    @Test("A video that is too short for two chunks is one", arguments: [10.0, 48, 71])
    func short(duration: Double) {
        let points = regular.filter { $0 < duration }
        #expect(ChunkLayout.cuts(points, duration: duration, length: 48, isExact: false).isEmpty)
    }

    @Test("A scene cut that is near is preferred") func sceneCut() {
        // The keyframe at 53.5 follows the one before it after 1.5 s: the encoder saw a scene cut.
        let points = (regular + [53.5]).sorted()
        let cuts = ChunkLayout.cuts(points, duration: 100, length: 50, isExact: false)
        #expect(cuts.map { points[$0] } == [50])
        let near = (regular + [51]).sorted().filter { $0 != 50 }
        #expect(ChunkLayout.cuts(near, duration: 100, length: 50, isExact: false).map { near[$0] } == [51])
    }

    @Test("An exact length is the shortest that the points allow") func exact() {
        let cuts = ChunkLayout.cuts(regular, duration: 200, length: 3, isExact: true)
        #expect(cuts.map { regular[$0] } == (1..<50).map { Double($0) * 4 })
        #expect(ChunkLayout.cuts([5], duration: 5.04, length: 3, isExact: true) == [0])
    }

    @Test("Few points, or none, are no error") func fewPoints() {
        #expect(ChunkLayout.cuts([], duration: 200, length: 48, isExact: false).isEmpty)
        #expect(ChunkLayout.cuts([190], duration: 200, length: 48, isExact: false).isEmpty)
        #expect(ChunkLayout.cuts([100], duration: 200, length: 48, isExact: false) == [0])
    }

    @Test("Larger frames and slower presets make shorter chunks, down to 250 frames")
    func frames() {
        let (hd, uhd) = (Resolution(width: 1920, height: 1080), Resolution(width: 3840, height: 2160))
        #expect(Chunking.automatic.frames(hd, preset: "medium", of: nil) == 375)
        #expect(Chunking.automatic.frames(hd, preset: "medium", of: 90_000) == 375)
        #expect(Chunking.automatic.frames(hd, preset: "veryfast", of: nil) == 1250)
        #expect(Chunking.automatic.frames(uhd, preset: "medium", of: nil) == 250)
        #expect(Chunking.automatic.frames(hd, preset: "ultrafast", of: nil) == 3125)
        #expect(Chunking.frames(10).frames(uhd, preset: "medium", of: 1) == 10)
        #expect(Chunking.off.frames(hd, preset: "medium", of: 1e9) == nil)
    }

    @Test("A video of a few minutes of work is not divided, and the longest one has some thousand chunks")
    func extremes() {
        let hd = Resolution(width: 1920, height: 1080)
        #expect(Chunking.automatic.frames(hd, preset: "medium", of: 3599) == nil)
        #expect(Chunking.automatic.frames(hd, preset: "medium", of: 3600) == 375)
        #expect(Chunking.automatic.frames(hd, preset: "medium", of: 2_000_000) == 2000)
        #expect(Chunking.automatic.frames(hd, preset: "medium", of: .infinity) == 1_000_000_000)
    }
}
