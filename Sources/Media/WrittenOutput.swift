/// An output that was written to its end, and what is known of it without reading its bytes again.
struct WrittenOutput: Sendable {
    let structure: OutputStructure
    /// What was found while it was written, where its container can be read from front to back (Matroska).
    let streamed: OutputReading?
}
