import Containers
import Glibc

// Prints the tables of docs/cost.md, with --hours only the first, and writes the plot to the path in the arguments.

func row(_ cells: [String]) { print("| " + cells.joined(separator: " | ") + " |") }

func head(_ cells: [String]) {
    row(cells)
    row(cells.map { _ in "---" })
}

func fixed(_ value: Double, _ digits: Int) -> String {
    let scale = pow(10, Double(digits))
    let whole = Int((value * scale).rounded())
    if digits == 0 { return "\(whole)" }
    let fraction = String(whole % Int(scale))
    return "\(whole / Int(scale))." + String(repeating: "0", count: digits - fraction.count) + fraction
}

func minutes(_ seconds: Double) -> String { fixed(seconds / 60, seconds < 6000 ? 2 : 1) }

let rates = [0.0, 0.05, 0.2]
let sizes = [
    ("1080p", Resolution(width: 1920, height: 1080), "steelblue"),
    ("2160p", Resolution(width: 3840, height: 2160), "firebrick"),
]
var lines: [Chart.Line] = []
head(["video", "tasks", "ideal", "min at 0 %", "5 %", "20 %", "cost at 0 %", "5 %", "20 %"])
for (name, size, color) in sizes {
    func cells(_ first: [String], _ model: Model, ideal: Bool) -> [Outcome] {
        let outcomes = rates.map { rate in
            var model = model
            model.interruptions = rate
            return Outcome(size, model)
        }
        row(
            first + [ideal ? minutes(outcomes[0].ideal) : ""] + outcomes.map { minutes($0.time) }
                + outcomes.map { "$" + fixed($0.cost, 4) })
        return outcomes
    }
    var before = Model()
    before.resumes = false
    before.helpers = 0
    _ = cells([name, "1, no resume"], before, ideal: false)
    var (quiet, rough, ideal): ([(Int, Double)], [(Int, Double)], [(Int, Double)]) = ([], [], [])
    for tasks in [1, 4, 8, 16, 32] {
        var model = Model()
        model.helpers = tasks - 1
        let outcomes = cells([name, "\(tasks)"], model, ideal: true)
        quiet.append((tasks, outcomes[0].time / 60))
        rough.append((tasks, outcomes[2].time / 60))
        ideal.append((tasks, outcomes[0].ideal / 60))
    }
    lines.append(.init(label: "\(name), 20 % interruptions/h", color: color, points: rough))
    lines.append(.init(label: "\(name), none", color: color, isDashed: true, points: quiet))
    lines.append(.init(label: "\(name), ideal", color: "gray", isDashed: true, points: ideal))
}
if let path = CommandLine.arguments.dropFirst().first(where: { !$0.hasPrefix("-") }), let file = fopen(path, "w") {
    fputs(Chart(lines: lines).svg, file)
    fclose(file)
}
if CommandLine.arguments.contains("--hours") { exit(0) }
print()
head(["MaxVcpus", "jobs", "days for all", "cost", "hours of a video", "of the slowest 5 %"])
for vcpus in [16, 256, 4000] {
    let kinds = [("one, no resume", false, 0), ("one", true, 0), ("one and helpers", true, 15)]
    for (name, resumes, helpers) in kinds {
        var model = Model()
        model.slots = vcpus / Int(model.vcpus)
        (model.resumes, model.helpers, model.interruptions) = (resumes, helpers, 0.05)
        let library = Library(model)
        row([
            "\(vcpus)", name, fixed(library.days, library.days < 10 ? 2 : 1), "$" + fixed(library.cost, 0),
            fixed(library.mean, 2), fixed(library.late, 1),
        ])
    }
}
