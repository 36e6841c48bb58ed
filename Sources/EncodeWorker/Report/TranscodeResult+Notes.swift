import Findings
import Media

extension TranscodeResult {
    /// What the transcode found and did, and what the output's container could not keep, in the report's order.
    ///
    /// - Parameter isFaststart: whether the output's index is before its media data.
    func notes(_ plan: TranscodePlan, isFaststart: Bool) -> [Note] {
        var notes: [Note] = []
        func add(_ count: Int, _ note: (Int) -> Note) {
            if count > 0 { notes.append(note(count)) }
        }
        add(frames.retimed) { .timestampsRepaired(frames: $0) }
        add(frames.damaged) { .framesDamaged(frames: $0) }
        add(frames.undecodablePackets) { .packetsUndecodable(packets: $0) }
        add(frames.incompletePackets) { .packetsIncomplete(packets: $0) }
        add(frames.gaps) { .timestampGaps(gaps: $0, missingFrames: frames.missing) }
        notes += incompleteEnds.map { .streamEndIncomplete(stream: $0) }
        add(frames.deinterlaced) { .framesDeinterlaced(frames: $0) }
        add(frames.resized) { .framesResized(frames: $0) }
        add(frames.unscaledRPUs) { .dolbyVisionNotRescaled(frames: $0) }
        add(frames.interlaced - frames.deinterlaced) { .framesKeptInterlaced(frames: $0) }
        notes += losses(plan)
        if !isFaststart { notes.append(.notFaststart) }
        return notes
    }
}
