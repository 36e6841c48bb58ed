import JobReport
import Testing

@testable import EncodeWorker

struct PricesTests {
    private let size = TaskSize(vCPUs: 4, memoryBytes: 8 << 30)

    @Test("processors and memory are billed")
    func cost() {
        let cost = Prices(vCPUHour: 0.01, gigabyteHour: 0.002).cost(size, seconds: 1800)
        #expect(cost.vCPUSeconds == 7200 && cost.gigabyteSeconds == 14400)
        #expect(abs(cost.estimate - (0.02 + 0.008)) < 1e-12)
    }

    @Test("at least a minute is billed")
    func shortJob() {
        let (short, minute) = (Prices.usual.cost(size, seconds: 2), Prices.usual.cost(size, seconds: 60))
        #expect(short.estimate == minute.estimate && short.vCPUSeconds == 8)
    }
}
