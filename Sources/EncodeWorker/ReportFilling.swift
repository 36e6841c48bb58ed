import Containers
import Findings
import Media

extension Report {
    /// The report of a job that has done nothing yet.
    init(of place: JobPlace, _ settings: Settings, _ context: JobContext, startedAt: String = Report.now()) {
        self.init(
            status: .done, exitCode: 0, startedAt: startedAt, finishedAt: startedAt,
            source: Item(key: place.sourceName), settings: settings.used(place.policy),
            resources: Resources(wallSeconds: 0, cpuSeconds: 0, peakResidentBytes: 0), job: context.attempt,
            versions: Versions(reelpress: Version.reelpress, ffmpeg: Libraries.ffmpegVersion))
    }

    /// Enters what a transcode did.
    mutating func take(_ result: TranscodeResult) {
        frames = Frames(result.frames, compared: result.comparedFrames)
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
        if result.frames.gaps > 0 {
            notes.append(
                "the source's times jump at \(result.frames.gaps) places, as if \(result.frames.missing) pictures were missing"
            )
        }
        for stream in result.incompleteEnds {
            notes.append(
                "stream \(stream) ends in the middle of a packet: its recording was stopped there, or it is cut off")
        }
        let kept = result.frames.interlaced - result.frames.deinterlaced
        if result.frames.deinterlaced > 0 {
            notes.append("\(result.frames.deinterlaced) interlaced pictures were deinterlaced")
        }
        if result.frames.resized > 0 {
            notes.append("\(result.frames.resized) pictures of other sizes were fitted into the first one's")
        }
        if result.frames.unscaledRPUs > 0 {
            notes.append(
                "Dolby Vision of \(result.frames.unscaledRPUs) pictures can't be read: its black bars are the source's")
        }
        if kept > 0 { notes.append("\(kept) interlaced pictures were encoded as they are") }
    }

    /// Enters that the source is the better output.
    mutating func keep(_ reason: Kept, _ larger: Larger) {
        kept = reason
        status = larger == .skip ? .skipped : .kept
        let words =
            switch reason {
            case .larger: "output would be larger"
            case .efficient: "the source is HEVC already, of few bits a pixel"
            }
        notes.append("\(status.rawValue): \(words)")
    }

    /// Enters that there is to be no output, and why.
    mutating func skip(_ reason: String) {
        status = .skipped
        notes.append("skipped: \(reason)")
    }

    /// Enters what the last job found.
    mutating func repeatSkip(_ before: Report) {
        (status, kept, source, notes) = (before.status, before.kept, before.source, before.notes)
    }

    /// Enters how fast the work went.
    mutating func measure(_ wall: Double) {
        guard wall > 0, status == .done, let frames, let duration = output?.duration ?? source.duration else { return }
        resources.speed = duration / wall
        resources.framesPerSecond = Double(frames.written) / wall
    }

    /// Enters an error, and takes back what was entered of an output that isn't published.
    mutating func fail(_ error: any Error, _ exit: ExitStatus) {
        status = exit == .interrupted ? .interrupted : .failed
        (output, saved, kept, frames, quality) = (nil, nil, nil, nil, nil)
        resources.speed = nil
        resources.framesPerSecond = nil
        if let error = error as? ReportedError {
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
            (versions, output, kept) = (before.versions, before.output, before.kept)
        } else {
            output = Item(key: key)
        }
        output?.bytes = size
        saved = source.bytes.map { Saved(before: $0, after: size) }
    }
}

extension Report.Traffic {
    /// What was moved since a moment before.
    func since(_ before: Self?) -> Self {
        guard let before else { return self }
        return Self(
            requests: requests - before.requests, bytesReceived: bytesReceived - before.bytesReceived,
            bytesSent: bytesSent - before.bytesSent)
    }
}

extension Report.Saved {
    init(before: UInt64, after: UInt64) {
        bytes = Int64(before) - Int64(after)
        percent = before > 0 ? Double(bytes) * 100 / Double(before) : 0
    }
}
