import CXPSNR
import Containers
import TestSupport
import Testing
import Threads

@testable import Media

struct SnapshotKeeperTests {
    /// Frames in coding order, of which every 40th is worse than all before.
    private func snapshots(_ frames: Int, limit: Int, isNoise: Bool = false) throws -> Snapshots {
        let source = MemorySource(try Clips.bytes("bikes"))
        let plan = try TranscodePlan(source, TranscodeSettings(threads: 1), cancellation: Cancellation())
        var keeper = try #require(SnapshotKeeper(plan.video, limit: limit))
        var random = SeededGenerator(seed: 1)
        let samples = (0..<plan.video.paddedSize.width * plan.video.paddedSize.height).map { _ in
            isNoise ? UInt8.random(in: 0...255, using: &random) : 128
        }
        samples.withUnsafeBufferPointer { samples in
            let plane = reelpress_plane(
                start: samples.baseAddress, stride: plan.video.paddedSize.width, bytes_per_sample: 1)
            let planes = XPSNR.Planes(luma: plane, cb: plane, cr: plane)
            // Two of each three change places, as with B-frames.
            for number in (1...frames).map({ $0 % 3 == 0 ? $0 : $0 % 3 == 1 ? min($0 + 1, frames) : $0 - 1 }) {
                let error = number % 40 == 39 ? 0.01 + Double(number) / 1e6 : 0.005
                let quality = FrameQuality(luma: error, cb: error, cr: error)
                keeper.consider(number, at: Double(number), quality, planes, planes)
            }
        }
        return try keeper.snapshots()
    }

    @Test("the worst frame and others at equal distances are kept, whatever the length", arguments: [30, 200, 1000])
    func kept(frames: Int) throws {
        let found = try snapshots(frames, limit: 6)
        let times = found.others.map(\.time)
        #expect(2...6 ~= times.count && times.first == 5)
        #expect(Set(zip(times, times.dropFirst()).map { $1 - $0 }).count == 1, "\(times)")
        #expect(times.last.map { Double(frames) - $0 < Double(frames) / 2 } == true)
        let last = stride(from: 39, through: frames, by: 40).map(Double.init).last
        #expect(found.worst.map { $0.time == last || last == nil } == true)
    }

    @Test("a chunk keeps its worst frame and one more") func chunk() throws {
        let found = try snapshots(250, limit: 1)
        #expect(found.worst?.time == 239 && found.others.map(\.time) == [5])
    }

    @Test("a thumbnail is a small JPEG, of noise too", arguments: [false, true]) func thumbnail(isNoise: Bool) throws {
        let bytes = try #require(try snapshots(1, limit: 1, isNoise: isNoise).worst?.thumbnail)
        #expect(bytes.starts(with: [0xFF, 0xD8]) && bytes.count <= 1200)
    }
}
