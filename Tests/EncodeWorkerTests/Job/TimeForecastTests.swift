import Findings
import Testing

@testable import EncodeWorker

/// Which jobs are given up because of their time-out, with a time-out of a day.
struct TimeForecastTests {
    private let day = TimeLimit(seconds: 86_400)

    /// Encodes a frame every ten seconds.
    ///
    /// - Parameters:
    ///   - hours: that all of the video takes.
    ///   - rate: changes the speed, by the share that is encoded; 1 leaves it.
    ///   - pause: seconds without progress at a time.
    /// - Returns: the time when the job is given up, in seconds, and the error; nil if it may end.
    private func giveUp(
        _ hours: Double, rate: (Double) -> Double = { _ in 1 }, pause: (at: Double, seconds: Double)? = nil
    ) -> (time: Double, error: ReportedError)? {
        var forecast = TimeForecast(day)
        var (time, share) = (20.0, 0.0)
        while share < 1, time < 86_400 {
            if let error = forecast.note(share, at: time) { return (time, error) }
            if let pause, time < pause.at, time + 10 >= pause.at { time += pause.seconds }
            time += 10
            share = min(1, share + 10 / (hours * 3600) * rate(share))
        }
        return nil
    }

    @Test("a job that needs much longer than its time-out is given up after two percent")
    func tooSlow() throws {
        let (time, error) = try #require(giveUp(72))
        #expect(5100...5400 ~= time)
        #expect(error.code == .tooSlow && ExitStatus(error) == .permanent)
        #expect(
            error.message == "2 % of the video took 1:27:20: all of it would take about 72:00:20, but the job's "
                + "time-out is 24:00:00")
        #expect(error.advice.contains("JobTimeout") && error.advice.contains("WorkerSize"))
    }

    @Test("two percent in less than five minutes are too early", arguments: [0.03, 0.02])
    func early(share: Double) {
        var forecast = TimeForecast(TimeLimit(seconds: 100))
        #expect(forecast.note(0, at: 0) == nil)
        for second in stride(from: 10, through: 290, by: 10) {
            #expect(forecast.note(share * Double(second) / 290, at: Double(second)) == nil)
        }
        var later: ReportedError?
        for second in stride(from: 300, through: 400, by: 10) where later == nil {
            later = forecast.note(share * Double(second) / 290, at: Double(second))
        }
        #expect((later != nil) == (share >= 0.02))
    }

    @Test("a job that could still end goes on", arguments: [1, 12, 23, 25, 29.5])
    func inTime(hours: Double) { #expect(giveUp(hours) == nil) }

    @Test("a slow start does not decide about the rest")
    func slowStart() {
        // Ten times slower for the first percent.
        #expect(giveUp(15, rate: { $0 < 0.01 ? 0.1 : 1 }) == nil)
    }

    @Test("a job that becomes slow is given up then")
    func slowEnd() throws {
        let (time, _) = try #require(giveUp(15, rate: { $0 < 0.4 ? 1 : 0.1 }))
        #expect(time > 6 * 3600)
    }

    @Test("an outage is no slowness", arguments: [120.0, 1500, 5300])
    func outage(at: Double) { #expect(giveUp(22, pause: (at, 1800)) == nil) }
}
