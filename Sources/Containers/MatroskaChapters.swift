public import Findings

/// The features of a Matroska file's chapters that a flat list can't represent: libavformat exports one flat list.
///
/// Source: RFC 9559 (Matroska), 5.1.1 SeekHead Element, 5.1.7 Chapters Element and 20 Chapters.
public struct MatroskaChapters {
    public private(set) var editions = 0
    public private(set) var ordered = 0
    public private(set) var nested = 0
    public private(set) var hidden = 0
    /// Chapters with names in more than one language.
    public private(set) var translated = 0

    private enum Identifier {
        static let seekHead: UInt64 = 0x114D_9B74
        static let chapters: UInt64 = 0x1043_A770
        static let edition: UInt64 = 0x45B9
        static let atom: UInt64 = 0xB6
    }

    private static let limit: UInt64 = 4 << 20

    /// - Throws: the source's error.
    public init(_ source: any ByteSource) throws {
        guard let content = try Self.content(of: source) else { return }
        for edition in EBMLElement.all(in: content[...]) where edition.identifier == Identifier.edition {
            editions += 1
            for (identifier, content) in EBMLElement.all(in: edition.content) {
                if identifier == 0x45DD, Self.isSet(content) { ordered += 1 }
                if identifier == Identifier.atom { add(content) }
            }
        }
    }

    /// nil if a flat list of chapters loses nothing.
    public var note: Note? {
        guard editions > 1 || ordered + nested + hidden + translated > 0 else { return nil }
        return .chapterFeaturesLost(
            editions: editions, orderedEditions: ordered, nestedChapters: nested, hiddenChapters: hidden,
            translatedChapters: translated)
    }

    private mutating func add(_ atom: ArraySlice<UInt8>) {
        let elements = EBMLElement.all(in: atom)
        if elements.contains(where: { $0.identifier == 0x98 && Self.isSet($0.content) }) { hidden += 1 }
        if elements.filter({ $0.identifier == 0x80 }).count > 1 { translated += 1 }
        nested += elements.filter { $0.identifier == Identifier.atom }.count
    }

    private static func isSet(_ content: ArraySlice<UInt8>) -> Bool { content.contains { $0 != 0 } }

    /// The chapters, before the first cluster or where the SeekHead points.
    private static func content(of source: any ByteSource) throws -> [UInt8]? {
        guard let segment = try MatroskaSegment(source) else { return nil }
        var position: UInt64?
        let early = try segment.first { element in
            if element.identifier == Identifier.seekHead, let list = try segment.content(of: element, limit: limit) {
                position = position ?? self.position(in: list)
            }
            return element.identifier == Identifier.chapters
        }
        if let early { return try segment.content(of: early, limit: limit) }
        guard let position, position < source.size, segment.start + position < source.size,
            let late = try segment.element(at: segment.start + position), late.identifier == Identifier.chapters
        else { return nil }
        return try segment.content(of: late, limit: limit)
    }

    /// The position of the chapters, relative to the segment's content.
    private static func position(in list: [UInt8]) -> UInt64? {
        for (_, entry) in EBMLElement.all(in: list[...]) {
            let parts = EBMLElement.all(in: entry)
            let names = parts.contains {
                $0.identifier == 0x53AB && $0.content.elementsEqual([0x10, 0x43, 0xA7, 0x70])
            }
            guard names, let position = parts.first(where: { $0.identifier == 0x53AC }) else { continue }
            return EBMLElement.number(position.content)
        }
        return nil
    }
}
