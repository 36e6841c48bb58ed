/// The size of a source according to its own headers, for the containers that declare it.
///
/// Sources: "AVI RIFF File Reference" and "OpenDML AVI File Format Extensions" 3.0; RFC 8794 and RFC 9559 (Matroska);
/// "Advanced Systems Format (ASF) Specification" 3.2; SMPTE ST 377-1 (MXF), 7.1; RFC 3533 (Ogg); ISO/IEC 14496-12, 4.2;
/// ISO/IEC 13818-1, 2.4.3.2 and 2.5.3; IEC 61834-2, 11 (DV).
public struct DeclaredSize {
    private let source: any ByteSource

    public init(_ source: any ByteSource) {
        self.source = source
    }

    /// - Returns: bytes of the complete source; nil if its headers don't declare them.
    /// - Throws: the source's error.
    public func declared(_ container: SourceContainer) throws -> UInt64? {
        switch container {
        case .avi: try ofAVI()
        case .matroska: try ofMatroska()
        case .asf: try ofASF()
        case .mxf: try ofMXF()
        case .mpegTS: try ofTransportStream()
        case .mpegPS: try ofProgramStream()
        case .dv: try ofDV()
        case .ogg: try ofOgg()
        case .isoBMFF: try ofMP4()
        case .other: nil
        }
    }

    /// The end of the last RIFF chunk: OpenDML adds further ones to the first.
    private func ofAVI() throws -> UInt64? {
        var end: UInt64?
        var offset: UInt64 = 0
        for _ in 0..<1024 {
            let head = try source.bytes(at: offset, 8)
            guard head.count == 8, head.starts(with: "RIFF".utf8) else { break }
            let size = head[4..<8].littleEndianValue
            // Placeholders of a writer that could not seek back to its header.
            guard size > 0, size != 0xFFFF_FFFF else { break }
            offset += 8 + size + size % 2
            end = offset - size % 2
        }
        return end
    }

    private func ofMatroska() throws -> UInt64? {
        let head = try source.bytes(at: 0, 4096)
        guard let segment = EBMLElement.segment(in: head), let length = segment.size else { return nil }
        let (end, overflow) = UInt64(segment.content).addingReportingOverflow(length)
        return overflow ? nil : end
    }

    /// The file size in the File Properties object, unless the broadcast flag invalidates it.
    private func ofASF() throws -> UInt64? {
        let head = try source.bytes(at: 0, 1 << 16)
        let identifier: [UInt8] = [
            0xA1, 0xDC, 0xAB, 0x8C, 0x47, 0xA9, 0xCF, 0x11, 0x8E, 0xE4, 0x00, 0xC0, 0x0C, 0x20, 0x53, 0x65,
        ]
        guard let start = Self.position(of: identifier, in: head), start + 92 <= head.count else { return nil }
        func number(_ offset: Int, _ length: Int) -> UInt64 {
            head[start + offset..<start + offset + length].littleEndianValue
        }
        let (size, flags) = (number(40, 8), number(88, 4))
        return size > 0 && flags & 1 == 0 ? size : nil
    }

    /// The start of the footer partition, which the header partition declares.
    private func ofMXF() throws -> UInt64? {
        let head = try source.bytes(at: 0, 1 << 16)
        let partition: [UInt8] = [0x06, 0x0E, 0x2B, 0x34, 0x02, 0x05, 0x01, 0x01, 0x0D, 0x01, 0x02, 0x01, 0x01, 0x02]
        guard let start = Self.position(of: partition, in: head), start + 17 < head.count else { return nil }
        let lengthByte = head[start + 16]
        let value = start + 17 + (lengthByte & 0x80 != 0 ? Int(lengthByte & 0x7F) : 0)
        guard value + 32 <= head.count else { return nil }
        let footer = head[value + 24..<value + 32].bigEndianValue
        return footer > 0 && footer < UInt64(Int64.max) ? footer + 16 : nil
    }

    /// All packets have the same size: an incomplete one at the end means that the file was truncated.
    private func ofTransportStream() throws -> UInt64? {
        let head = try source.bytes(at: 0, 1 << 14)
        for size in [188, 192, 204] {
            for start in 0..<min(size, max(0, head.count - 5 * size))
            where (0..<5).allSatisfy({ head[start + $0 * size] == 0x47 }) {
                // A packet of 192 bytes begins with a 4-byte timestamp.
                let origin = UInt64(size == 192 ? max(0, start - 4) : start)
                let rest = (source.size - origin) % UInt64(size)
                return rest == 0 ? source.size : source.size - rest + UInt64(size)
            }
        }
        return nil
    }

    /// Frames have a fixed size, or a multiple of it with more than one channel. The fourth byte signals 525-60 or 625-50.
    private func ofDV() throws -> UInt64? {
        let head = try source.bytes(at: 0, 4)
        guard head.count == 4 else { return nil }
        let frame: UInt64 = head[3] & 0x80 != 0 ? 144_000 : 120_000
        return (source.size + frame - 1) / frame * frame
    }

    /// The end of the last packet after the last pack header, by the packets' lengths.
    private func ofProgramStream() throws -> UInt64? {
        let start = source.size - min(source.size, 1 << 17)
        let tail = try source.bytes(at: start, 1 << 17)
        guard let pack = Self.lastPosition(of: [0, 0, 1, 0xBA], in: tail) else { return nil }
        guard pack + 14 <= tail.count else { return source.size + 1 }
        let isMPEG2 = tail[pack + 4] & 0xC0 == 0x40
        var offset = pack + (isMPEG2 ? 14 + Int(tail[pack + 13] & 7) : 12)
        while offset + 6 <= tail.count {
            // Padding, or the end code.
            guard tail[offset..<offset + 3].elementsEqual([0, 0, 1]), tail[offset + 3] > 0xBA else { return nil }
            offset += 6 + Int(tail[offset + 4..<offset + 6].bigEndianValue)
        }
        return offset > tail.count ? start + UInt64(offset) : nil
    }

    /// The end of the last page, by its segment table.
    private func ofOgg() throws -> UInt64? {
        let start = source.size - min(source.size, 1 << 17)
        let tail = try source.bytes(at: start, 1 << 17)
        guard let page = Self.lastPosition(of: Array("OggS".utf8), in: tail) else { return nil }
        guard page + 27 <= tail.count else { return source.size + 1 }
        let segments = Int(tail[page + 26])
        guard page + 27 + segments <= tail.count else { return source.size + 1 }
        let content = tail[page + 27..<page + 27 + segments].reduce(0) { $0 + Int($1) }
        return start + UInt64(page + 27 + segments + content)
    }

    /// Whether an ISO BMFF file is fragmented.
    ///
    /// - Throws: the source's error.
    public func isFragmented() throws -> Bool {
        var boxes = BoxWalk(0..<source.size, of: source)
        for _ in 0..<64 {
            guard let box = try boxes.next() else { return false }
            if box.type == "moof" { return true }
        }
        return false
    }

    /// Whether the source is an ISO BMFF file without a `moov` box, as one that was truncated before it, or never
    /// finalized.
    ///
    /// - Throws: the source's error.
    public func lacksMoov() throws -> Bool {
        var boxes = BoxWalk(0..<source.size, of: source)
        var isISOBMFF = false
        for _ in 0..<64 {
            guard let box = try boxes.next() else { return isISOBMFF }
            if ["moov", "moof"].contains(box.type) { return false }
            isISOBMFF = isISOBMFF || ["ftyp", "mdat", "wide", "free", "skip"].contains(box.type)
            guard isISOBMFF else { return false }
        }
        return false
    }

    /// The brand of a still image in HEIF; nil for any other source.
    ///
    /// Source: ISO/IEC 23008-12, 10 Image files; AV1 Image File Format, 6 Brands.
    ///
    /// - Throws: the source's error.
    public func stillImageBrand() throws -> String? {
        let brand = String(decoding: try source.bytes(at: 8, 4), as: UTF8.self)
        guard ["heic", "heix", "heim", "heis", "mif1", "avif"].contains(brand) else { return nil }
        var boxes = BoxWalk(0..<source.size, of: source)
        var hasItems = false
        for _ in 0..<64 {
            guard let box = try boxes.next() else { break }
            if box.type == "moov" { return nil }
            if box.type == "meta" { hasItems = true }
        }
        return hasItems && boxes.rest == 0 ? brand : nil
    }

    /// The end of the last box of a file that isn't fragmented: a fragmented one has too many boxes to read each header.
    private func ofMP4() throws -> UInt64? {
        var boxes = BoxWalk(0..<source.size, of: source)
        var end: UInt64?
        for _ in 0..<64 where boxes.rest > 0 {
            guard let box = try boxes.next() else { return boxes.rest < 8 ? source.size + 1 : nil }
            // The end of a box without a size is that of the file.
            guard box.type != "moof", box.header.size > 0 else { return nil }
            // Junk at the end of the file is no truncated box.
            guard ["ftyp", "moov", "mdat", "free", "skip", "wide", "uuid", "meta", "pnot", "udta"].contains(box.type)
            else { return end }
            end = box.range.upperBound
        }
        return end
    }

    private static func position(of pattern: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= pattern.count else { return nil }
        return (0...bytes.count - pattern.count).first { bytes[$0...].starts(with: pattern) }
    }

    private static func lastPosition(of pattern: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= pattern.count else { return nil }
        return (0...bytes.count - pattern.count).last { bytes[$0...].starts(with: pattern) }
    }
}
