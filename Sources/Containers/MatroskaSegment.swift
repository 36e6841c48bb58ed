/// The element of a Matroska file that holds all others, and those inside of it that come before the clusters.
///
/// Source: RFC 9559 (Matroska), 5.1 Segment Element.
public struct MatroskaSegment {
    public struct Element {
        public var identifier: UInt64
        /// The content's offset in the source, and its bytes.
        public var content: UInt64
        public var size: UInt64
    }

    private static let cluster: UInt64 = 0x1F43_B675

    /// Where the segment's content begins, from where it counts the positions of its elements.
    public let start: UInt64
    private let source: any ByteSource

    /// - Returns: nil where the source is no Matroska file.
    /// - Throws: what the source threw.
    public init?(_ source: any ByteSource) throws {
        guard let segment = EBMLElement.segment(in: try source.bytes(at: 0, 4096)) else { return nil }
        start = UInt64(segment.content)
        self.source = source
    }

    /// The first element before the clusters that is asked for, of the first 64.
    public func first(where matches: (Element) throws -> Bool) throws -> Element? {
        var offset = start
        for _ in 0..<64 {
            guard let element = try element(at: offset), element.identifier != Self.cluster else { return nil }
            if try matches(element) { return element }
            let (next, overflow) = element.content.addingReportingOverflow(element.size)
            guard !overflow, next < source.size else { return nil }
            offset = next
        }
        return nil
    }

    /// - Returns: nil where no element begins, or one that doesn't say how large it is.
    public func element(at offset: UInt64) throws -> Element? {
        guard let head = EBMLElement(try source.bytes(at: offset, 16), at: 0), let size = head.size else { return nil }
        return Element(identifier: head.identifier, content: offset + UInt64(head.content), size: size)
    }

    /// - Returns: an element's content; nil where it has more than `limit` bytes.
    public func content(of element: Element, limit: UInt64) throws -> [UInt8]? {
        element.size <= limit ? try source.bytes(at: element.content, Int(element.size)) : nil
    }
}
