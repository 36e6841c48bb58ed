import Containers
import Findings
import Media

/// The notes on a transcode, in the report's order.
enum TranscodeNotes {
    /// What the plan leaves out or changes.
    static func planned(_ transcode: borrowing Transcode) -> [Note] {
        var notes = transcode.plan.dropped.map { stream in
            Note.other(
                text: "stream \(stream.index) (\(stream.codec) \(stream.kind.rawValue)) was dropped: \(stream.reason)")
        }
        let (size, encoded) = (transcode.outputSize, transcode.encodedSize)
        if size != encoded { notes.append(.padded(from: Note.Size(size), to: Note.Size(encoded))) }
        return notes + transcode.notes.map { .other(text: $0) }
    }

    /// What the transcode found and did.
    ///
    /// - Parameter isFaststart: whether the output's index is before its media data.
    static func made(
        _ result: TranscodeResult, from source: MediaInfo, _ plan: OutputPlan, isFaststart: Bool
    ) -> [Note] {
        let frames = result.frames
        var notes: [Note] = []
        func add(_ count: Int, _ note: (Int) -> Note) {
            if count > 0 { notes.append(note(count)) }
        }
        add(frames.retimed) { .timestampsRepaired(frames: $0) }
        add(frames.damaged) { .framesDamaged(frames: $0) }
        add(frames.undecodablePackets) { .packetsUndecodable(packets: $0) }
        add(frames.incompletePackets) { .packetsIncomplete(packets: $0) }
        add(frames.gaps) { .timestampGaps(gaps: $0, missingFrames: frames.missing) }
        notes += result.incompleteEnds.map { .streamEndIncomplete(stream: $0) }
        add(frames.deinterlaced) { .framesDeinterlaced(frames: $0) }
        add(frames.resized) { .framesResized(frames: $0) }
        add(frames.stalePlaces) { .dolbyVisionNotRescaled(frames: $0) }
        add(frames.interlaced - frames.deinterlaced) { .framesKeptInterlaced(frames: $0) }
        notes += result.losses(from: source, plan).map { .other(text: $0) }
        if !isFaststart { notes.append(.notFaststart) }
        return notes
    }
}

extension Note.Size {
    init(_ size: Resolution) { self.init(width: size.width, height: size.height) }
}
