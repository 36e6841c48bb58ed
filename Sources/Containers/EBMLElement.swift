/// The header of a Matroska element: its identifier, its size and where its content begins.
///
/// Source: RFC 8794 (EBML), 4 to 6; RFC 9559 (Matroska).
public struct EBMLElement {
    public var identifier: UInt64
    /// Bytes of the content; nil for an unknown size: it ends where an element of the same or a higher level begins.
    public var size: UInt64?
    /// The content's offset in the parsed bytes.
    public var content: Int

    /// - Returns: nil if there is no complete element header.
    public init?(_ bytes: some RandomAccessCollection<UInt8>, at offset: Int) {
        func byte(_ index: Int) -> UInt8 { bytes[bytes.index(bytes.startIndex, offsetBy: index)] }
        func number(_ start: Int, keepsMarker: Bool) -> (value: UInt64, length: Int)? {
            guard start >= 0, start < bytes.count, byte(start) != 0 else { return nil }
            let length = byte(start).leadingZeroBitCount + 1
            guard start + length <= bytes.count else { return nil }
            let first = keepsMarker ? UInt64(byte(start)) : UInt64(byte(start)) & (0xFF >> UInt64(length))
            return ((start + 1..<start + length).reduce(first) { $0 << 8 | UInt64(byte($1)) }, length)
        }
        guard let identifier = number(offset, keepsMarker: true),
            let size = number(offset + identifier.length, keepsMarker: false)
        else { return nil }
        self.identifier = identifier.value
        let isOpen = size.value == (UInt64(1) << UInt64(7 * size.length)) - 1
        self.size = isOpen ? nil : size.value
        content = offset + identifier.length + size.length
    }

    /// The segment (the root element) of a file that begins with these bytes.
    public static func segment(in head: [UInt8]) -> EBMLElement? {
        guard let header = EBMLElement(head, at: 0), header.identifier == 0x1A45_DFA3, let size = header.size,
            size < 4000, let segment = EBMLElement(head, at: header.content + Int(size)),
            segment.identifier == 0x1853_8067
        else { return nil }
        return segment
    }

    /// The content of an unsigned integer element; the first 8 bytes of a longer one.
    public static func number(_ content: ArraySlice<UInt8>) -> UInt64 {
        content.prefix(8).bigEndianValue
    }

    /// The child elements in a complete content, with their own contents.
    public static func all(in bytes: ArraySlice<UInt8>) -> [(identifier: UInt64, content: ArraySlice<UInt8>)] {
        var elements: [(identifier: UInt64, content: ArraySlice<UInt8>)] = []
        var rest = bytes
        while let element = EBMLElement(rest, at: 0), let size = element.size,
            size <= UInt64(rest.count - element.content)
        {
            let content = rest.dropFirst(element.content)
            elements.append((element.identifier, content.prefix(Int(size))))
            rest = content.dropFirst(Int(size))
        }
        return elements
    }
}
