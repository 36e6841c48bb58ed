extension String {
    /// Whether the other text is a part of this one. The standard library's own search brings its engine for regular
    /// expressions along, which makes a small program larger and later.
    func holds(_ part: String) -> Bool {
        let (bytes, part) = (Array(utf8), Array(part.utf8))
        guard !part.isEmpty, bytes.count >= part.count else { return part.isEmpty }
        return (0...(bytes.count - part.count)).contains { bytes[$0..<($0 + part.count)].elementsEqual(part) }
    }
}
