import EncodeJob

/// Extensions of outputs' names.
enum FileExtension {
    /// A name that has the extension of another: `b.mov` stays, `b.mp4` gets that of `a.mov` added.
    static func added(to name: String, ofThat other: String) -> String {
        guard let own = NameExtension.of(other), NameExtension.of(name)?.lowercased() != own.lowercased() else {
            return name
        }
        return "\(name).\(own)"
    }
}
