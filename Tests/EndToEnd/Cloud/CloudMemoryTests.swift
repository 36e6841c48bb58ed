import Glibc
import TestSupport
import Testing

/// Memory doesn't grow with the source.
@Suite("Cloud / memory") struct CloudMemoryTests {
    /// Writes a source of black, uncompressed frames into rclone's folder, as a sparse file.
    private func lay(_ name: String, in bucket: CloudBucket, bytes: Int) throws {
        let (width, height) = (320, 240)
        let frames = bytes / (width * height * 3 / 2)
        let path = "\(S3Servers.rcloneFolder)/\(bucket.name)/input/\(name)"
        let black = "color=black:size=\(width)x\(height):rate=25,format=yuv420p,lutyuv=y=0:u=0:v=0"
        // Into the file itself, so that it gets an index; nearly all of its bytes are zero.
        let make = """
            mkdir -p "$(dirname "$1")" && ffmpeg -nostdin -v error -y -f lavfi -i \(black) -frames:v \(frames) \
                -c:v rawvideo -pix_fmt yuv420p -f matroska "$1" && fallocate --dig-holes "$1"
            """
        let outcome = try Command(["bash", "-c", "set -o pipefail; \(make)", "bash", path]).run(within: 600)
        try #require(outcome.end == .exit(0), "\(outcome.error)")
    }

    private func peak(_ bucket: CloudBucket, _ name: String, _ settings: [String: String]) throws -> Int {
        let outcome = try bucket.job("input/\(name)", settings).run(within: 1800)
        try #require(outcome.end == .exit(0), "\(outcome.error)")
        let report = try bucket.report("preserve/\(name)")
        #expect(report.status == "done")
        return report.resources.peakResidentBytes
    }

    @Test("Memory doesn't grow with the source's size", .timeLimit(.minutes(40)), arguments: ["off", "20"])
    func sourceSize(chunks: String) throws {
        let bucket = try CloudBucket(.rclone)
        let huge = Soak.isOn ? 3 << 30 : 150 << 20
        try lay("small.mkv", in: bucket, bytes: 30 << 20)
        try lay("huge.mkv", in: bucket, bytes: huge)
        let settings = ["REELPRESS_CHUNKS": chunks]
        let small = try peak(bucket, "small.mkv", settings)
        let large = try peak(bucket, "huge.mkv", settings)
        print("peak memory, chunks \(chunks): \(small >> 20) MiB for 30 MiB, \(large >> 20) MiB for \(huge >> 20) MiB")
        // The peak is where chunks overlap, which depends on timing: the more of them, the higher the highest.
        #expect(Double(large) <= Double(small) * (chunks == "off" ? 1.1 : 1.3))
        _ = try Command(["rm", "-f", "\(S3Servers.rcloneFolder)/\(bucket.name)/input/huge.mkv"]).run()
    }
}
