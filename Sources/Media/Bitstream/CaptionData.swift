/// Closed captions that travel with the pictures (CEA-608 and CEA-708).
///
/// Source: ATSC A/53 part 4, 6.2.3.
enum CaptionData {
    /// - Parameter triplets: caption data of one picture, three bytes each.
    static func messages(_ triplets: [UInt8]) -> [SEIMessage] {
        // A message has room for 31.
        stride(from: 0, to: triplets.count / 3 * 3, by: 31 * 3).map { start in
            let part = triplets[start..<min(start + 31 * 3, triplets.count / 3 * 3)]
            // The country (United States), the provider (ATSC), "GA94", then captions.
            let head: [UInt8] = [0xB5, 0x00, 0x31, 0x47, 0x41, 0x39, 0x34, 0x03]
            let payload = head + [0xC0 | UInt8(part.count / 3), 0xFF] + part + [0xFF]
            return SEIMessage(kind: .registeredUserData, payload: payload)
        }
    }
}
