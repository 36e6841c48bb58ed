import Glibc

/// The time of one hour of video by the number of tasks, as SVG: both axes are logarithmic.
struct Chart {
    struct Line {
        let label: String
        let color: String
        var isDashed = false
        /// Minutes, by the number of tasks.
        let points: [(tasks: Int, minutes: Double)]
    }

    let lines: [Line]

    private static let (width, height) = (760.0, 420.0)
    private static let (left, right, top, bottom) = (60.0, 220.0, 24.0, 44.0)
    private static let minutes = 4.0...640.0

    private static func x(_ tasks: Int) -> Double { left + log2(Double(tasks)) / 5 * (width - left - right) }

    private static func y(_ minutes: Double) -> Double {
        let share = log(minutes / self.minutes.lowerBound) / log(self.minutes.upperBound / self.minutes.lowerBound)
        return height - bottom - share * (height - top - bottom)
    }

    var svg: String {
        var parts = [
            #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \#(Int(Self.width)) \#(Int(Self.height))" "#
                + #"font-family="sans-serif" font-size="12">"#,
            #"<rect width="100%" height="100%" fill="white"/>"#,
        ]
        for tasks in [1, 2, 4, 8, 16, 32] {
            let x = text(Self.x(tasks))
            parts.append(Self.rule(x, text(Self.top), x, text(Self.height - Self.bottom)))
            parts.append(label("\(tasks)", x, text(Self.height - Self.bottom + 18), anchor: "middle"))
        }
        for minutes in [5, 10, 20, 40, 80, 160, 320] {
            let y = text(Self.y(Double(minutes)))
            parts.append(Self.rule(text(Self.left), y, text(Self.width - Self.right), y))
            parts.append(label("\(minutes) min", text(Self.left - 8), text(Self.y(Double(minutes)) + 4), anchor: "end"))
        }
        let middle = text((Self.left + Self.width - Self.right) / 2)
        parts.append(label("tasks of 4 vCPUs", middle, text(Self.height - 8), anchor: "middle"))
        for (number, line) in lines.enumerated() {
            let points = line.points.map { "\(text(Self.x($0.tasks))),\(text(Self.y($0.minutes)))" }
            let dash = line.isDashed ? #" stroke-dasharray="5 4""# : ""
            let stroke = #"fill="none" stroke="\#(line.color)" stroke-width="2"\#(dash)"#
            parts.append(#"<polyline points="\#(points.joined(separator: " "))" \#(stroke)/>"#)
            let (x, y) = (Self.width - Self.right + 16, Self.top + 12 + Double(number) * 20)
            parts.append(#"<path d="M\#(text(x)) \#(text(y))h24" \#(stroke)/>"#)
            parts.append(label(line.label, text(x + 30), text(y + 4), anchor: "start"))
        }
        return (parts + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    private func text(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    private static func rule(_ x1: String, _ y1: String, _ x2: String, _ y2: String) -> String {
        #"<line x1="\#(x1)" y1="\#(y1)" x2="\#(x2)" y2="\#(y2)" stroke="lightgray"/>"#
    }

    private func label(_ label: String, _ x: String, _ y: String, anchor: String) -> String {
        #"<text x="\#(x)" y="\#(y)" text-anchor="\#(anchor)">\#(label)</text>"#
    }
}
