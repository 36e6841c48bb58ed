/// A movie some of whose boxes are called "free", which everybody skips.
///
/// libavformat from 7.1 on refuses a whole movie for a clean aperture that reaches over the picture's edge, or is none.
public final class ClapHidingSource: ByteSource {
    private let source: any ByteSource
    /// Where the names stand.
    private let names: [UInt64]

    /// - Returns: nil where the source is no movie with clean apertures.
    /// - Throws: what the source threw.
    public init?(cleanAperturesOf source: any ByteSource) throws {
        names = try ISOTrack.cleanApertures(in: source)
        guard !names.isEmpty else { return nil }
        self.source = source
    }

    public var size: UInt64 { source.size }

    public func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = try source.read(at: offset, into: buffer)
        let range = offset..<offset + UInt64(count)
        for name in names {
            for (index, letter) in "free".utf8.enumerated() where range.contains(name + UInt64(index)) {
                buffer[Int(name + UInt64(index) - offset)] = letter
            }
        }
        return count
    }
}
