import FoundationEssentials
import TestSupport
import Testing

/// `EncodeWorker estimate` as a whole.
@Suite("Bucket / estimate") struct EstimateTests {
    private struct Answer: Decodable {
        struct Video: Decodable {
            var name: String
            var bytesAfter: Int?
            var cpuSeconds: Double?
            var cost: Double?
            var error: String?
        }
        var videos: [Video]
        var total: Video
    }

    @Test("each video of a folder has a size and a cost, the sum too, and nothing is written")
    func folder() throws {
        let folder = try TemporaryFolder()
        _ = try FFmpeg.make(
            folder("input/long.mp4"),
            FFmpeg.video("160x96", seconds: 64) + FFmpeg.tone(seconds: 64) + FFmpeg.h264 + ["-g", "25"])
        _ = try FFmpeg.make(folder("input/short.mp4"), FFmpeg.video("160x96", seconds: 1) + FFmpeg.h264)
        try FileBytes.write("no video".utf8, to: folder("input/z.mp4"))
        let outcome = try Worker.run(["estimate", folder.path, "--preset", "ultrafast", "--json"])
        #expect(outcome.end == .exit(10) && outcome.error == "")
        let answer = try JSONDecoder().decode(Answer.self, from: Data(outcome.output.utf8))
        #expect(answer.videos.count == 3 && answer.videos[2].error != nil)
        #expect(try folder.files() == ["input/long.mp4", "input/short.mp4", "input/z.mp4"])
        for (video, name) in zip(answer.videos, ["long", "short"]) {
            try Worker.encode(folder("input/\(name).mp4"), folder("\(name).mp4"))
            let bytes = try FileBytes.read(folder("\(name).mp4")).count
            let expected = try #require(video.bytesAfter)
            // The synthetic clip's motion is even; a short output is mostly its container.
            #expect(name == "short" || abs(Double(expected - bytes)) < 0.15 * Double(bytes), "\(expected), \(bytes)")
            #expect(video.cpuSeconds ?? 0 > 0 && video.cost ?? 0 > 0)
        }
        #expect(answer.total.bytesAfter == answer.videos.compactMap(\.bytesAfter).reduce(0, +))
    }
}
