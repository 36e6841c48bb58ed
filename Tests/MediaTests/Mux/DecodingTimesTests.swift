import TestSupport
import Testing

@testable import Media

@Suite("Decoding times")
struct DecodingTimesTests {
    private func times(_ presentation: [Int64], delay: Int) -> [Int64] {
        var times = DecodingTimes(delay: delay)
        var decoding: [Int64] = []
        for (index, time) in presentation.enumerated() {
            decoding += times.add(time)
            #expect(decoding.count <= index + 1)
        }
        return decoding + times.finish()
    }

    @Test("Without B-frames, a frame is decoded when it is shown")
    func withoutBFrames() {
        #expect(times([0, 1, 2, 7], delay: 0) == [0, 1, 2, 7])
    }

    @Test("With a B-pyramid, decoding runs two frames ahead")
    func pyramid() {
        // I P B b b: shown 0 4 2 1 3.
        #expect(times([0, 4, 2, 1, 3, 8, 6, 5, 7], delay: 2) == [-2, -1, 0, 1, 2, 3, 4, 5, 6])
    }

    @Test("With variable frame rate, the first frames run ahead by the first distances")
    func variableRate() {
        #expect(times([0, 40, 30, 10, 35], delay: 2) == [-30, -20, 0, 10, 30])
    }

    @Test("One frame and two frames have no room for a delay", arguments: [1, 2])
    func few(frames: Int) {
        let presentation = Array([Int64(5), 9].prefix(frames))
        #expect(times(presentation, delay: 2) == presentation)
        #expect(times([], delay: 2) == [])
    }

    @Test("Two frames out of order run ahead by one frame")
    func twoReordered() {
        #expect(times([9, 5], delay: 2) == [1, 5])
    }

    @Test("Fewer frames than it takes to be certain get the usual delay")
    func short() {
        #expect(times([0, 3, 1], delay: 2) == [-3, -2, 0])
        #expect(times([0, 2, 1, 3], delay: 1) == [-1, 0, 1, 2])
    }

    @Test("DTS grow, and no frame is decoded after it is shown, in random orders of variable rate", arguments: 0..<200)
    func random(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let delay = Int.random(in: 0...2, using: &generator)
        let count = Int.random(in: 1...60, using: &generator)
        var sorted: [Int64] = [Int64.random(in: -1000...1000, using: &generator)]
        while sorted.count < count {
            sorted.append(sorted[sorted.count - 1] + Int64.random(in: 1...5000, using: &generator))
        }
        // Any order in which no frame comes more than `delay` places late.
        var waiting = Array(sorted.indices)
        var order: [Int64] = []
        while !waiting.isEmpty {
            let overdue = waiting[0] + delay <= order.count
            let next = overdue ? 0 : Int.random(in: 0..<waiting.count, using: &generator)
            order.append(sorted[waiting.remove(at: next)])
        }
        let decoding = times(order, delay: delay)
        #expect(decoding.count == count)
        #expect(zip(decoding, decoding.dropFirst()).allSatisfy(<))
        #expect(zip(decoding, order).allSatisfy(<=))
    }
}
