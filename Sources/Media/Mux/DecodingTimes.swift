/// Derives DTS from the PTS of frames in decoding order, so that chunks that were encoded separately form one stream.
///
/// A frame's DTS is the PTS of the frame that is `delay` places earlier in presentation order; the first frames' DTS
/// run ahead by the time between the first frame and the one `delay` places later. DTS grow strictly where PTS differ,
/// and none is after its frame's PTS.
struct DecodingTimes: Sendable {
    private let delay: Int
    /// PTS that gave no DTS yet, ascending.
    private var waiting: [Int64] = []
    private var count = 0
    /// The PTS of the first frames in decoding order, while there are too few to derive any DTS.
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
