import CFFmpeg

/// Bytes that are Base64 text in JSON.
///
/// Source: FFmpeg, "libavutil/base64.h".
struct ByteString: Sendable, Hashable, Codable {
    var bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    init(from decoder: any Swift.Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        var bytes = [UInt8](repeating: 0, count: text.utf8.count / 4 * 3 + 3)
        let count = Int(av_base64_decode(&bytes, text, Int32(bytes.count)))
        guard count >= 0 else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no Base64 text")
        }
        self.bytes = Array(bytes[..<count])
    }

    func encode(to encoder: any Swift.Encoder) throws {
        var text = [CChar](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        av_base64_encode(&text, Int32(text.count), bytes, Int32(bytes.count))
        var container = encoder.singleValueContainer()
        try container.encode(text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) })
    }
}
