extension ISOTrack {
    /// The sample descriptions of uncompressed audio as QuickTime has them: bytes of the same length, by their offsets.
    ///
    /// Source: ISO/IEC 23003-5, 5 (ipcm, fpcm, pcmC); Apple, "QuickTime File Format", Sound Sample Descriptions (enda).
    ///
    /// - Throws: the source's error.
    static func uncompressedAudio(in source: any ByteSource) throws -> [(offset: UInt64, bytes: [UInt8])] {
        var changes: [(offset: UInt64, bytes: [UInt8])] = []
        for track in try tracks(in: source) {
            for entry in try entries(of: track, in: source) where ["ipcm", "fpcm"].contains(entry.type) {
                // Fields of a sound sample entry come before its boxes.
                guard entry.content.count > 28,
                    let box = try boxes(in: entry.content.lowerBound + 28..<entry.content.upperBound, of: source).first(
                        where: { $0.type == "pcmC" && $0.content.count >= 6 })
                else { continue }
                // Version and flags, format_flags, PCM_sample_size.
                let fields = try source.bytes(at: box.content.lowerBound, 6)
                let isLittleEndian = fields[4] & 1 != 0
                let names = [
                    "ipcm16": isLittleEndian ? "sowt" : "twos", "ipcm24": "in24", "ipcm32": "in32", "fpcm32": "fl32",
                    "fpcm64": "fl64",
                ]
                guard let name = names["\(entry.type)\(fields[5])"] else { continue }
                changes.append((entry.range.lowerBound + 4, Array(name.utf8)))
                // Current versions accept `pcmC` with the standard's names only.
                let order = isLittleEndian ? Array("enda".utf8) + [0, 1] : Array("free".utf8)
                changes.append((box.range.lowerBound + 4, order))
            }
        }
        return changes
    }

    /// A track's sample descriptions.
    static func entries(of track: Range<UInt64>, in source: any ByteSource) throws -> [BoxWalk<any Error>.Box] {
        // Version, flags and entry_count come first.
        guard let table = try descend(["mdia", "minf", "stbl", "stsd"], from: track, in: source), table.count > 8
        else { return [] }
        return try boxes(in: table.lowerBound + 8..<table.upperBound, of: source)
    }
}
