import Testing

@testable import Media

@Suite("CRF search")
struct CRFSearchTests {
    /// The mean and the worst spot's XPSNR by CRF.
    struct Curve: Sendable, CustomTestStringConvertible {
        var name: String
        var mean: @Sendable (Double) -> Double
        var worst: @Sendable (Double) -> Double

        init(
            _ name: String, _ mean: @escaping @Sendable (Double) -> Double,
            worst: (@Sendable (Double) -> Double)? = nil
        ) {
            (self.name, self.mean) = (name, mean)
            self.worst = worst ?? { mean($0) - 1 }
        }

        var testDescription: String { name }
    }

    /// Searches to the end.
    private func search(_ curve: Curve, target: Double, probes: Int = 3) throws -> CRFChoice {
        var search = CRFSearch(target: target, maxProbes: probes)
        for _ in 0...probes {
            switch search.next {
            case .done(let choice): return choice
            case .probe(let crf):
                #expect(CRFSearch.range.contains(crf) && crf * 4 == (crf * 4).rounded())
                search.add(CRFProbe(crf: crf, mean: curve.mean(crf), worst: curve.worst(crf)))
            }
        }
        throw NoEnd()
    }

    private struct NoEnd: Error {}

    @Test("the first try is in the middle, and the second where the usual line leads")
    func order() {
        var search = CRFSearch(target: 37, maxProbes: 3)
        #expect(search.next == .probe(crf: 25.5))
        search.add(CRFProbe(crf: 25.5, mean: 36.5, worst: 36))
        #expect(search.next == .probe(crf: 24.5))
    }

    @Test("a search that begins near the CRF needs no second try")
    func begun() {
        var search = CRFSearch(target: 37, maxProbes: 3, first: 24.25)
        #expect(search.next == .probe(crf: 24.25))
        search.add(CRFProbe(crf: 24.25, mean: 37.2, worst: 36))
        guard case .done(let choice) = search.next else {
            Issue.record("another try")
            return
        }
        #expect(choice.crf == 24.5 && choice.probes.count == 1)
    }

    static let lines = [
        Curve("usual") { 40 - 0.55 * ($0 - 20) }, Curve("steep") { 43 - 1.1 * ($0 - 20) },
        Curve("flat") { 38.2 - 0.22 * ($0 - 20) }, Curve("bent") { 39 - 0.06 * ($0 - 21) * ($0 - 21) },
    ]

    @Test("the highest CRF that holds the target is found within one step", arguments: lines)
    func line(curve: Curve) throws {
        let choice = try search(curve, target: 37)
        let held = Array(stride(from: 23.0, through: 28, by: 0.25)).last { curve.mean($0) >= 37 }
        let best = try #require(held)
        #expect(choice.isReached && abs(choice.crf - best) <= 0.25, "\(choice.crf), \(best)")
        #expect(abs(try #require(choice.expected) - curve.mean(choice.crf)) <= 0.15)
        #expect(choice.probes.count <= 3)
    }

    @Test("a target that every CRF holds gives the highest one, and one that none holds the lowest")
    func limits() throws {
        let clean = try search(Curve("clean") { 50 - 0.5 * ($0 - 20) }, target: 37)
        #expect(clean.crf == 28 && clean.isReached)
        let noisy = try search(Curve("noisy") { 34 - 0.5 * ($0 - 20) }, target: 37)
        #expect(noisy.crf == 23 && !noisy.isReached)
        #expect(abs(try #require(noisy.expected) - 32.5) <= 0.1)
    }

    @Test("a spot that is far below the target lowers the CRF")
    func worstSpot() throws {
        let curve = Curve("uneven", { 40 - 0.5 * ($0 - 20) }, worst: { 35.5 - 0.5 * ($0 - 20) })
        let choice = try search(curve, target: 37)
        #expect(choice.isReached && curve.worst(choice.crf) >= 34 - 0.05 && choice.crf == 23)
        #expect(try search(Curve("even", { 40 - 0.5 * ($0 - 20) }), target: 37).crf >= 25.75)
    }

    @Test("noise of a tenth of a decibel costs a quarter of a CRF or two", arguments: 0..<8)
    func noise(seed: Int) throws {
        let curve = Curve("noisy") { crf in
            40 - 0.55 * (crf - 20) + 0.1 * (Double((Int(crf * 4) * 7919 + seed * 104_729) % 21) / 10 - 1)
        }
        let choice = try search(curve, target: 37)
        #expect(choice.isReached && abs(choice.crf - 25.25) <= 0.75, "\(choice.crf)")
    }

    @Test("a curve that rises is taken for flat, and the search ends")
    func rising() throws {
        let above = try search(Curve("rising") { 36 + 0.3 * ($0 - 22) }, target: 37)
        #expect(above.isReached && CRFSearch.range.contains(above.crf) && above.probes.count <= 3)
        let below = try search(Curve("rising") { 34 + 0.1 * ($0 - 22) }, target: 37)
        #expect(!below.isReached && below.crf == 23)
    }

    @Test("a single try decides by the usual line")
    func single() throws {
        let choice = try search(Curve("usual") { 40 - 0.55 * ($0 - 20) }, target: 37, probes: 1)
        #expect(choice.crf == 25.25 && choice.probes.count == 1)
    }
}
