internal import Media

extension Report {
    /// Enters what a transcode did.
    mutating func take(_ result: TranscodeResult) {
        frames = Frames(result.frames)
        quality = Quality(lumaPSNR: result.statistics.lumaPSNR, lumaSSIM: result.statistics.lumaSSIM)
        versions.x265 = result.statistics.library
        versions.x265Build = result.statistics.libraryBuild
        if result.frames.retimed > 0 {
            notes.append("\(result.frames.retimed) pictures had no time of their own, or one out of order")
        }
        if result.frames.damaged > 0 { notes.append("\(result.frames.damaged) pictures were damaged in the source") }
        if result.frames.undecodablePackets > 0 {
            notes.append("\(result.frames.undecodablePackets) packets of the source's video could not be decoded")
        }
        if result.frames.incompletePackets > 0 {
            notes.append("parts of \(result.frames.incompletePackets) packets of the source's video are missing")
        }
        for stream in result.incompleteEnds {
            notes.append(
                "stream \(stream) ends in the middle of a packet: its recording was stopped there, or it is cut off")
        }
        let kept = result.frames.interlaced - result.frames.deinterlaced
        if result.frames.deinterlaced > 0 {
            notes.append("\(result.frames.deinterlaced) interlaced pictures were deinterlaced")
        }
        if kept > 0 { notes.append("\(kept) interlaced pictures were encoded as they are") }
    }

    /// Notes what will not be in the output as it was.
    mutating func note(_ plan: OutputPlan, _ size: PictureSize, _ encoded: PictureSize) {
        for stream in plan.dropped {
            notes.append("stream \(stream.index) (\(stream.codec) \(stream.kind.rawValue)) left out: \(stream.reason)")
        }
        if size != encoded { notes.append("padded from \(size) to \(encoded): HEVC 4:2:0 has even dimensions") }
    }

    /// Enters an error, and takes back what was entered of an output that isn't published.
    mutating func fail(_ error: any Error, _ exit: ExitStatus) {
        status = exit == .interrupted ? .interrupted : .failed
        (output, saved, frames, quality) = (nil, nil, nil, nil)
        resources.speed = nil
        resources.framesPerSecond = nil
        if let error = error as? MediaError {
            self.error = Failure(
                stage: error.stage.rawValue, code: error.code.rawValue, message: error.message, advice: error.advice)
        } else {
            self.error = Failure(stage: "job", code: "unknown", message: "\(error)", advice: "try again")
        }
    }

    /// Enters an output that was there before, with what its own report said of it.
    mutating func reuse(_ key: String, _ size: UInt64, _ place: JobPlace) {
        let before = place.previousReport()
        status = .unchanged
        if let before, before.output?.key == key {
            (source, frames, quality, notes) = (before.source, before.frames, before.quality, before.notes)
            (versions, output) = (before.versions, before.output)
        } else {
            output = Item(key: key)
        }
        output?.bytes = size
        saved = source.bytes.map { Saved(before: $0, after: size) }
    }
}

extension Report.Saved {
    init(before: UInt64, after: UInt64) {
        bytes = Int64(before) - Int64(after)
        percent = before > 0 ? Double(bytes) * 100 / Double(before) : 0
    }
}
