import Glibc
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import AWSCore

/// Every run writes an object and reads it back through a proxy that injects seeded faults. It must end in the right
/// bytes or a clear error. More runs by FAULT_RUNS.
@Suite("Network faults") struct FaultTests {
    private struct Counts {
        var runs = 0
        var faults = 0
        var requests = 0
        var recovered = 0
        var clearErrors = 0
        var wrongBytes = 0
    }

    private final class SharedCounts: Sendable { let value = Mutex(Counts()) }

    private static let runs = max(100, Int(getenv("FAULT_RUNS").map { String(cString: $0) } ?? "") ?? 100)

    @Test("Every seed of faults ends in the right bytes or a clear error", .timeLimit(.minutes(30))) func seeds() {
        let counts = SharedCounts()
        let origin = S3Servers.rclone.port
        let runs = WatchedRuns(count: Self.runs) { Self.run($0, origin, counts) }
        // The longest that a run may take is far below this: 24 faults of 3 s each.
        let (ended, hung) = runs.wait(threads: 16, bound: .seconds(180))
        let total = counts.value.withLock { $0 }
        print(
            "fault suite: \(total.runs) runs, \(total.requests) requests, \(total.faults) faults injected, "
                + "\(total.recovered) runs recovered, \(total.clearErrors) clear errors, "
                + "wrong bytes \(total.wrongBytes), hangs \(hung.count)"
        )
        #expect(hung.isEmpty, "seeds \(hung)")
        #expect(ended == Self.runs && total.runs == Self.runs)
        #expect(total.wrongBytes == 0)
        #expect(total.faults > total.runs)
        #expect(total.recovered > total.clearErrors)
    }

    private static func run(_ seed: UInt64, _ backend: UInt16, _ counts: SharedCounts) {
        var random = SeededGenerator(seed: seed)
        let harshness = [0.2, 0.4, 0.7].randomElement(using: &random)!
        let plan = (0..<24).map { _ in
            Double.random(in: 0..<1, using: &random) < harshness ? Fault.allCases.randomElement(using: &random)! : .none
        }
        let proxy = FaultProxy(to: backend, plan: plan)
        defer { proxy.stop() }
        let isLarge = Int.random(in: 0..<5, using: &random) == 0
        let size = (isLarge ? 8 << 20 : 0) + Int.random(in: 1...(isLarge ? 2_000_000 : 300_000), using: &random)
        let bytes = Pattern.bytes(size, seed: seed)
        var isRight: Bool?
        var failure: AWSError?
        do {
            isRight = try roundTrip(bytes, seed, proxy)
        } catch {
            failure = error as? AWSError
            if failure == nil || failure!.message.isEmpty || failure!.operation.isEmpty {
                Issue.record("seed \(seed): not a clear error: \(error)")
            }
        }
        if isRight == false { Issue.record("seed \(seed): wrong bytes") }
        let (requests, injected) = proxy.total
        counts.value.withLock {
            $0.runs += 1
            $0.requests += requests
            $0.faults += injected
            $0.recovered += isRight == true && injected > 0 ? 1 : 0
            $0.clearErrors += failure == nil ? 0 : 1
            $0.wrongBytes += isRight == false ? 1 : 0
        }
    }

    private static func roundTrip(_ bytes: [UInt8], _ seed: UInt64, _ proxy: FaultProxy) throws -> Bool {
        let configuration = AWSConfiguration(
            region: "us-east-1", credentials: Credentials(accessKeyID: S3Servers.accessKey, secretAccessKey: "secret"),
            endpoint: proxy.origin, retry: RetryPolicy(maxAttempts: seed % 4 == 0 ? 2 : 8, baseDelay: 2, maxDelay: 20),
            timeouts: HTTPTimeouts(connect: 5, stall: 1))
        let client = S3Client(configuration)
        let place = ObjectLocation(bucket: "bucket", key: "fault/\(seed)")
        let writer = ObjectWriter(client, place)
        try Pattern.write(bytes, writer, step: 1_000_000)
        _ = try writer.finish()
        let reader = try ObjectReader(client, place)
        defer { reader.close() }
        let isRight = try Pattern.read(reader) == bytes
        try? client.deleteObject(place)
        return isRight
    }
}
