/// Works out DTS from the presentation times of frames in decoding order, so that frames that were encoded apart from each
/// other are decoded as one stream.
///
/// A frame is decoded when the frame `delay` places before it in presentation order is shown; the first ones run ahead by
/// the time between the first frame and the one `delay` after it. DTS grow strictly where PTS differ, and none is after
/// its frame's PTS.
struct DecodingTimes: Sendable {
    private let delay: Int
    /// PTS that came and gave no DTS yet, ascending.
    private var waiting: [Int64] = []
    private var count = 0
    /// The PTS of the first frames in decoding order, as long as there are too few to tell any DTS.
    private var early: [Int64] = []

    /// - Parameter delay: no frame comes more than this many places after its place in presentation order.
    init(delay: Int) {
        self.delay = delay
    }

    /// Takes the PTS of the next frame in decoding order.
    ///
    /// - Returns: the DTS that are certain now, of the next frames in decoding order that have none yet.
    mutating func add(_ time: Int64) -> [Int64] {
        count += 1
        let place = waiting.firstIndex { $0 > time } ?? waiting.endIndex
        waiting.insert(time, at: place)
        // The frame of any rank comes at most `delay` places later: the first `delay` + 1 ranks are certain only now.
        let needed = 2 * delay + 1
        if count < needed {
            early.append(time)
            return []
        }
        if count == needed { return first(delay) }
        return [waiting.removeFirst()]
    }

    /// - Returns: the DTS of all frames that have none yet.
    mutating func finish() -> [Int64] {
        if count > delay { return count < 2 * delay + 1 ? first(delay) : [] }
        // Too few frames for the usual delay: the shortest that shows none before it is decoded.
        let sorted = waiting
        let shortest = (0..<max(1, count)).first { delay in
            zip(early, lead(of: sorted, by: delay)).allSatisfy { $0 >= $1 }
        }
        return first(shortest ?? 0)
    }

    /// The DTS of all frames so far, none of which has one.
    private mutating func first(_ delay: Int) -> [Int64] {
        let times = lead(of: waiting, by: delay)
        waiting.removeFirst(max(0, count - delay))
        return times
    }

    private func lead(of sorted: [Int64], by delay: Int) -> [Int64] {
        guard let start = sorted.first else { return [] }
        let lead = sorted[delay] - start
        return sorted[..<delay].map { $0 - lead } + sorted[..<(sorted.count - delay)]
    }
}
