import Containers
import Glibc

/// Ten thousand videos that are uploaded at once.
struct Library {
    let days: Double
    let cost: Double
    /// Hours from the first task of a video to its output, on average, and for one video in twenty at least.
    let mean: Double
    let late: Double

    static let count = 10_000

    init(_ model: Model) {
        var random = Random(7)
        let videos = (0..<Self.count).map { _ in
            // From clips to films: half of them are shorter than twenty minutes. Three in ten are 2160p.
            let duration = min(4 * 3600, max(10, exp(log(1200) + random.normal())))
            let isLarge = random.unit() < 0.3
            let size = Resolution(width: isLarge ? 3840 : 1920, height: isLarge ? 2160 : 1080)
            return Video(size, duration: duration.rounded(), submitted: 0, model, &random)
        }
        var simulation = Simulation(model, seed: 8)
        simulation.run(videos)
        days = (videos.compactMap(\.finished).max() ?? 0) / 86400
        cost = videos.reduce(0) { $0 + $1.billed } * model.price
        let times = videos.map { (($0.finished ?? 0) - ($0.started ?? 0)) / 3600 }.sorted()
        mean = times.reduce(0, +) / Double(times.count)
        late = times[times.count * 19 / 20]
    }
}
