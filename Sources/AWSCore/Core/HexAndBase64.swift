/// The number that hexadecimal digits write; nil for anything but 1 to 8 of them (Swift's own takes a sign too).
func parseHex(_ digits: some Collection<UInt8>) -> UInt32? {
    guard 1...8 ~= digits.count else { return nil }
    var number: UInt32 = 0
    for byte in digits {
        switch byte {
        case 48...57: number = number << 4 | UInt32(byte - 48)
        case 65...70, 97...102: number = number << 4 | UInt32((byte | 32) - 87)
        default: return nil
        }
    }
    return number
}

/// Bytes as lower-case hexadecimal digits.
func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
