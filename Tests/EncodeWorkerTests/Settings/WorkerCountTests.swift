import AWSCore
import ArgumentParser
import Media
import Testing

@testable import EncodeWorker

struct WorkerCountTests {
    @Test(
        "auto follows processors and memory",
        arguments: [(1, 64, 1), (2, 64, 1), (5, 64, 1), (6, 64, 2), (16, 64, 5), (64, 12, 4), (64, 1, 1)])
    func automatic(processors: Int, gibibytes: UInt64, count: Int) {
        #expect(WorkerCount.automatic(processors: processors, memory: gibibytes << 30) == count)
    }

    @Test("one video is one process's unless more are asked for")
    func oneVideo() {
        #expect(WorkerCount.automatic.processes(ofOneVideo: true) == 1)
        #expect(WorkerCount.count(3).processes(ofOneVideo: true) == 3)
        #expect(WorkerCount.count(3).processes(ofOneVideo: false) == 3)
    }

    @Test(
        "the option, else the variable",
        arguments: [("4", "2", .count(4)), (nil, "2", .count(2))] as [(String?, String, WorkerCount)])
    func setting(option: String?, variable: String, value: WorkerCount) throws {
        let arguments = option.map { ["--workers", $0] } ?? []
        let environment = AWSEnvironment(["REELPRESS_WORKERS": variable])
        #expect(try SettingsOptions.parse(arguments).resolve(environment).workers == value)
    }

    @Test("no other number", arguments: ["0", "-1", "257", "many"])
    func refused(text: String) throws {
        #expect(throws: ValidationError.self) {
            try SettingsOptions.parse(["--workers=\(text)"]).resolve(AWSEnvironment([:]))
        }
    }

    @Test("one line for all videos")
    func line() {
        let running = [
            "input/b.mp4": TranscodeProgress(frames: 10, seconds: 5, duration: 20, bytes: 1),
            "input/a.ts": TranscodeProgress(frames: 7, seconds: 1, duration: nil, bytes: 1),
        ]
        #expect(PoolProgress.text(running, done: 3, of: 9) == "3 of 9  a.ts frame 7  b.mp4 25.0 %")
    }
}
