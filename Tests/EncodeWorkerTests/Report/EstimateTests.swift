import Testing

@testable import EncodeWorker

struct EstimateTests {
    private func video(_ name: String, before: UInt64, after: UInt64, cpu: Double) -> Estimate.Video {
        var video = Estimate.Video(name: name, bytesBefore: before)
        (video.bytesAfter, video.cpuSeconds, video.crf) = (after, cpu, 25.25)
        return video
    }

    @Test(
        "a task's size is that of the template's parameter",
        arguments: [("4vcpu-8gb", 4, 8), ("16vcpu-120gb", 16, 120)])
    func size(text: String, vCPUs: Double, gigabytes: UInt64) {
        #expect(TaskSize(text) == TaskSize(vCPUs: vCPUs, memoryBytes: gigabytes << 30))
        #expect(["4", "4vcpu", "4-8", "vcpu-8gb", "xvcpu-8gb", "0vcpu-8gb"].allSatisfy { TaskSize($0) == nil })
    }

    @Test("time and cost are those of a task for each video, and add up")
    func sums() throws {
        let size = try #require(TaskSize("2vcpu-4gb"))
        var estimate = Estimate(size, Prices(vCPUHour: 0.02, gigabyteHour: 0.002))
        estimate.add(video("a.mp4", before: 1_000_000, after: 250_000, cpu: 6480))
        estimate.add(video("b.mp4", before: 1_000_000, after: 750_000, cpu: 0))
        estimate.add(Estimate.Video(name: "c.mp4", error: "no video"))
        // 6480 s on 1.8 of 2 processors, and 15 s around it.
        #expect(estimate.videos[0].wallSeconds == 3615)
        let cost = try #require(estimate.videos[0].cost)
        #expect(abs(cost - 0.048 * 3615 / 3600) < 1e-9)
        let lines = estimate.text.split(separator: "\n")
        #expect(lines.count == 5 && lines[1].contains("75.0 %") && lines[3].contains("no video"))
        #expect(lines[4].hasPrefix("all") && lines[4].contains("50.0 %"))
        #expect(try estimate.json().contains("\"bytesAfter\" : 1000000"))
    }
}
