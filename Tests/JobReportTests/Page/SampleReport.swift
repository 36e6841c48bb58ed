import Findings
import JobReport

/// Reports of all kinds of ends.
enum SampleReport {
    static func done(_ key: String = "input/preserve/holiday/beach.mov") -> Report {
        var source = Report.Item(key: key, etag: "e", bytes: 812_345_678)
        source.duration = 184.2
        var output = Report.Item(key: "output/preserve/holiday/beach.mp4", bytes: 287_000_000)
        var video = Report.Stream(index: 0, kind: "video", codec: "h264")
        (video.width, video.height, video.frameRate, video.pixelFormat) = (1920, 1080, 25, "yuv420p")
        var audio = Report.Stream(index: 1, kind: "audio", codec: "aac")
        (audio.channels, audio.sampleRate, audio.language) = (2, 48000, "eng")
        let subtitle = Report.Stream(index: 2, kind: "subtitle", codec: "dvd_subtitle")
        source.streams = [video, audio, subtitle]
        video.codec = "hevc"
        output.streams = [video, audio]
        var usage = Usage(wallSeconds: 321.5, cpuSeconds: 612.25, peakResidentBytes: 412_000_000)
        (usage.speed, usage.framesPerSecond) = (0.57, 14.3)
        var frames = Report.Frames()
        (frames.decoded, frames.encoded, frames.written, frames.compared) = (4605, 4605, 4605, 24)
        return Report(
            status: .done, exitCode: 0, startedAt: "2026-11-02T03:04:05Z", finishedAt: "2026-11-02T03:09:27Z",
            source: source, output: output, saved: Report.Saved(before: 812_345_678, after: 287_000_000),
            frames: frames,
            quality: Report.Quality(lumaPSNR: 45.21, lumaSSIM: 0.9876), settings: EncodeOptionsTests.options,
            resources: usage,
            cost: Cost(
                vCPUs: 4, memoryBytes: 8_000_000_000, vCPUSeconds: 1286, gigabyteSeconds: 2572, vCPUHourPrice: 0.01334,
                gigabyteHourPrice: 0.00146, estimate: 0.0058),
            s3: Traffic(requests: 130, bytesReceived: 812_400_000, bytesSent: 287_100_000),
            versions: Report.Versions(
                reelpress: "1.0.0", x265: "3.5+1-f0c1022b6", x265Build: "[Linux][GCC 12.2.0][64 bit] 8bit+10bit",
                ffmpeg: "5.1.6"),
            notes: [
                .streamDropped(
                    stream: 2, streamKind: "subtitle", codec: "dvd_subtitle", reason: .unsupportedByContainer("mp4")),
                .titleLost(stream: 1, title: "Commentary"),
            ])
    }

    static func ended(_ status: Report.Status, exitCode: Int32 = 0) -> Report {
        var report = done()
        (report.status, report.exitCode) = (status, exitCode)
        if [.failed, .interrupted, .running, .skipped].contains(status) {
            (report.output, report.saved, report.quality, report.frames) = (nil, nil, nil, nil)
        }
        if [.failed, .interrupted].contains(status) {
            report.error = Report.Failure(
                stage: "demux", code: "truncated-source", message: "the source ends early", advice: "upload it again")
        }
        if status == .running {
            report.progress = Report.Progress(
                percent: 41.7, frames: 1920, framesPerSecond: 14.2, expectedEnd: "2026-11-02T03:12:00Z")
            report.chunks = Report.Chunks(total: 12, done: 5, foundDone: 2, made: 3, takenOver: 0, again: 0)
        }
        return report
    }
}
