/// A tag that a source gets once its output is there, so that a rule of the bucket may act on it.
struct SourceTag: Sendable, Equatable {
    var key: String
    var value: String

    /// - Returns: nil if the text is not KEY=VALUE of what S3 takes ("Categorizing your storage using tags", Amazon S3
    ///   User Guide).
    init?(_ text: String) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else { return nil }
        key = String(text[..<equals])
        value = String(text[equals...].dropFirst())
        let isTaken = (key + value).unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || $0.properties.numericType != nil || "+-=._:/@ ".unicodeScalars.contains($0)
        }
        guard isTaken, key.unicodeScalars.count <= 128, value.unicodeScalars.count <= 256, !key.hasPrefix("aws:") else {
            return nil
        }
    }
}
