/// Pairs of a name and a value, as a page lists them.
struct Facts {
    private var items: [HTML] = []

    /// - Parameter value: nil adds nothing.
    mutating func add(_ name: String, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        add(name, HTML(escaping: value))
    }

    mutating func add(_ name: String, _ value: HTML) {
        items.append("<div><dt>\(name)</dt><dd>\(value)</dd></div>")
    }

    var isEmpty: Bool { items.isEmpty }

    /// - Parameter style: the class of the list.
    func list(_ style: HTML) -> HTML { isEmpty ? "" : "<dl class=\"\(style)\">\(items)</dl>\n" }
}

/// How much smaller or larger something became: the largest figure of a page, and a bar.
struct SizeChange {
    /// Bytes.
    var before: UInt64
    var after: UInt64
    /// Of `before`, without a sign.
    var percent: String

    var html: HTML {
        let share = Int((100 * Double(after) / Double(max(before, after, 1))).rounded())
        return """
            <p class="saving"><strong>\(percent)\u{202F}%</strong> \(after > before ? "larger" : "smaller")</p>
            <p class="sizes">\(NumberFormat.bytes(before)) <span aria-label="to">→</span> \(NumberFormat.bytes(after))</p>
            <svg class="share" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">\
            <rect class="whole" width="100" height="1"/><rect class="part" width="\(share)" height="1"/></svg>

            """
    }
}

/// Text as a sentence: begins with a capital, ends with a full stop.
enum Sentence {
    static func text(_ clause: String) -> String {
        guard let first = clause.first, let last = clause.last else { return "" }
        // A name that comes first stays as it is.
        let word = clause.prefix { $0 != " " }
        let isWord = word.allSatisfy { $0.isASCII && $0.isLowercase || $0 == "'" || $0 == "," || $0 == ":" }
        return (isWord ? first.uppercased() + clause.dropFirst() : clause) + (".!?…".contains(last) ? "" : ".")
    }
}

/// A time of day in UTC.
struct Moment {
    /// ISO 8601, as reports have it.
    private let iso: String

    init(_ iso: String) { self.iso = iso }

    /// Such as `2026-11-28 08:25 UTC`.
    var text: String {
        let characters = Array(iso.utf8)
        guard characters.count == 20, characters[10] == UInt8(ascii: "T"), characters[19] == UInt8(ascii: "Z") else {
            return iso
        }
        return "\(iso.prefix(10)) \(iso.dropFirst(11).prefix(5)) UTC"
    }

    /// Without the time zone.
    var short: String { text.hasSuffix(" UTC") ? String(text.dropLast(4)) : text }

    var html: HTML { "<time datetime=\"\(iso)\">\(text)</time>" }
}

/// A length of time.
enum Span {
    /// Such as `12.3 s`, `4 min 05 s`, `1 h 02 min`.
    static func text(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "–" }
        if seconds < 59.95 { return "\(NumberFormat.decimals(seconds, 1))\u{202F}s" }
        let whole = Int(seconds.rounded())
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        if whole < 3600 { return "\(whole / 60)\u{202F}min \(two(whole % 60))\u{202F}s" }
        return "\(whole / 3600)\u{202F}h \(two(whole / 60 % 60))\u{202F}min"
    }
}

/// US dollars.
enum Money {
    /// Such as `$1.20` or `$0.0042`: two digits that matter.
    static func dollars(_ amount: Double) -> String {
        if amount > 0, amount < 0.0001 { return "< $0.0001" }
        return dollars(rounding: amount)
    }

    private static func dollars(rounding amount: Double) -> String {
        "$\(NumberFormat.decimals(amount, amount >= 0.1 || amount <= 0 ? 2 : amount >= 0.01 ? 3 : 4))"
    }
}

/// Numbers of many digits.
enum Grouped {
    /// Such as `1 234 567`.
    static func text(_ number: Int) -> String {
        var digits = Array(String(number.magnitude))
        var index = digits.count - 3
        while index > 0 {
            digits.insert("\u{202F}", at: index)
            index -= 3
        }
        return (number < 0 ? "−" : "") + String(digits)
    }
}
