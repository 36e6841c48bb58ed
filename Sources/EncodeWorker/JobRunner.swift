internal import Media

/// Runs jobs one after the other and tells people how they go.
struct JobRunner {
    let settings: Settings

    func run(_ place: JobPlace) -> (report: Report, status: ExitStatus) {
        let line = ProgressLine(place.source)
        let showsProgress = settings.log != .quiet
        let job = Job(place: place, settings: settings, cancellation: Interruption.cancellation) { progress in
            if showsProgress { line.update(progress) }
        }
        let end = job.run()
        line.clear()
        if let error = end.report.error {
            let advice = error.advice.isEmpty ? "" : ": \(error.advice)"
            let subject = error.message.contains(place.source) ? "" : "\(place.source): "
            StandardError.write("\(subject)\(error.message)\(advice)\n")
        } else if end.status != .done {
            for note in end.report.notes.suffix(1) { StandardError.write("\(place.source): \(note)\n") }
        }
        return end
    }
}
