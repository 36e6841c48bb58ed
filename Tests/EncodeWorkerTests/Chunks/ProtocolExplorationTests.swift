import TestSupport
import Testing

@testable import EncodeWorker

struct ProtocolExplorationTests {
    @Test("every schedule ends with one output, of the right chunks, and leaves nothing")
    func exploration() {
        let schedules = Soak.count("PROTOCOL_SCHEDULES", usual: 3000)
        var counts = ProtocolCounts()
        for seed in 0..<UInt64(schedules) {
            var model = ProtocolModel(seed: seed)
            do { try model.run() } catch {
                Issue.record("seed \(seed): \(error)")
                return
            }
            counts.add(model.counts)
        }
        print(
            "protocol: \(counts.schedules) schedules, \(counts.steps) steps, \(counts.crashes) crashes, "
                + "\(counts.encodes) encodes, a lead began at most \(counts.maxRounds) times")
        #expect(counts.crashes > schedules && counts.encodes > schedules)
    }

    @Test(
        "a wrong protocol is caught",
        arguments: [
            (.claimIsLock, [.noEnd]), (.publishWithoutCondition, [.severalOutputs]),
            // What was removed is made again while the plan is there.
            (.planRemovedLast, [.encodedTooOften, .leftBehind]), (.takeoverWithoutClaim, [.encodedTooOften]),
        ] as [(ProtocolModel.Mutation, Set<ProtocolModel.Violation>)])
    func mutations(mutation: ProtocolModel.Mutation, expected: Set<ProtocolModel.Violation>) {
        for seed in 0..<20_000 as Range<UInt64> {
            var model = ProtocolModel(seed: seed, mutation: mutation)
            do { try model.run() } catch {
                print("protocol with \(mutation): \(error) in schedule \(seed + 1)")
                #expect(expected.contains(error))
                return
            }
        }
        Issue.record("no schedule shows it")
    }
}
