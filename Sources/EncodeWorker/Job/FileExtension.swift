import EncodeJob

/// Extensions of outputs' names.
enum FileExtension {
    /// A name with another's extension: for `a.mov`, `b.mov` stays and `b.mp4` becomes `b.mp4.mov`.
    static func added(to name: String, of other: String) -> String {
        guard let own = NameExtension.of(other), NameExtension.of(name)?.lowercased() != own.lowercased() else {
            return name
        }
        return "\(name).\(own)"
    }
}
