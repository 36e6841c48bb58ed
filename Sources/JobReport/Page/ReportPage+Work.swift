extension ReportPage {
    /// Attempts, workers, time and money.
    var work: HTML {
        let used = report.resources
        var facts = Facts()
        facts.add("Began", Moment(report.startedAt).html)
        facts.add(report.status == .running ? "Last heard of" : "Ended", Moment(report.finishedAt).html)
        facts.add("Took", Span.text(used.wallSeconds))
        facts.add("Processor time", Span.text(used.cpuSeconds))
        facts.add("Speed", used.speed.map { "\(NumberFormat.decimals($0, 2)) × real time" })
        facts.add("Frames a second", used.framesPerSecond.map { NumberFormat.decimals($0, 1) })
        facts.add("Memory", "\(NumberFormat.bytes(used.peakResidentBytes)) at most")
        addAttempts(to: &facts)
        addFrames(to: &facts)
        addCost(to: &facts)
        return """
            <section aria-labelledby="work"><h2 id="work">Work</h2>
            \(facts.list("facts"))</section>

            """
    }

    private func addAttempts(to facts: inout Facts) {
        if let job = report.job {
            facts.add("Attempt", "\(job.attempt)")
            facts.add("Attempt before", job.previousAttempt.map(Sentence.text))
            facts.add("Crashes in a row", job.crashes.map { "\($0)" })
            facts.add("Job of AWS Batch", job.id)
        }
        guard let chunks = report.chunks else { return }
        facts.add("Chunks", "\(chunks.done) of \(chunks.total) done, \(chunks.made) by this attempt")
        facts.add("Workers", chunks.workers.map { "\($0)" })
        if let helped = chunks.helped, helped > 0 { facts.add("Encoded by helpers", "\(helped)") }
        if let count = chunks.interruptions, count > 0 { facts.add("Interruptions of helpers", "\(count)") }
        if chunks.foundDone > 0 { facts.add("Done before", "\(chunks.foundDone)") }
        if chunks.takenOver > 0 { facts.add("Taken over", "\(chunks.takenOver)") }
        if chunks.again > 0 { facts.add("Encoded again", "\(chunks.again)") }
        if chunks.attempts > 1 { facts.add("Attempts with chunks", "\(chunks.attempts)") }
        if chunks.secondsLost > 0 { facts.add("Time lost", Span.text(chunks.secondsLost)) }
    }

    private func addFrames(to facts: inout Facts) {
        guard let frames = report.frames else { return }
        facts.add("Frames", Grouped.text(frames.written))
        facts.add("Frames compared", "\(frames.compared)")
        for (name, count) in [
            ("Damaged frames", frames.damaged), ("Deinterlaced frames", frames.deinterlaced),
            ("Resized frames", frames.resized), ("Retimed frames", frames.retimed),
        ] where count > 0 {
            facts.add(name, Grouped.text(count))
        }
    }

    private func addCost(to facts: inout Facts) {
        if let cost = report.cost {
            let task = "\(NumberFormat.shortest(cost.vCPUs)) vCPU, \(NumberFormat.bytes(cost.memoryBytes))"
            facts.add("Cost", "\(Money.dollars(cost.estimate)) for \(task)")
            facts.add(
                "Other tasks",
                cost.others.map {
                    "\($0.tasks), \(Span.text($0.vCPUSeconds)) of vCPUs, \(Money.dollars($0.estimate))"
                })
        }
        if let traffic = report.s3 {
            facts.add(
                "S3",
                "\(Grouped.text(traffic.requests)) requests, \(NumberFormat.bytes(traffic.bytesReceived)) received, "
                    + "\(NumberFormat.bytes(traffic.bytesSent)) sent")
        }
    }

    /// The settings and the versions of the libraries.
    var settings: HTML {
        let (settings, versions) = (report.settings, report.versions)
        var facts = Facts()
        facts.add("Policy", settings.policy)
        facts.add("CRF", NumberFormat.shortest(settings.crf))
        facts.add("Quality target", settings.qualityTarget.map { "\(NumberFormat.shortest($0)) dB" })
        facts.add("Preset", settings.preset)
        facts.add("Container", settings.container)
        facts.add("Interlaced", settings.interlaced)
        facts.add("Errors", settings.errors)
        facts.add("If larger", settings.larger.rawValue)
        facts.add("Skip HEVC below", "\(NumberFormat.shortest(settings.skipHEVCBelow)) bits per pixel")
        facts.add("x265 parameters", settings.x265Params)
        facts.add("Reelpress", versions.reelpress)
        facts.add("x265", versions.x265)
        facts.add("x265 build", versions.x265Build)
        facts.add("FFmpeg", versions.ffmpeg)
        return """
            <section aria-labelledby="settings"><h2 id="settings">Settings and versions</h2>
            \(facts.list("facts"))</section>

            """
    }
}
