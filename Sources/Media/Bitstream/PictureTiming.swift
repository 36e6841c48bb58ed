/// Tells players that HEVC pictures hold two fields each, woven: x265 itself marks fields only where each is a picture
/// of its own, which next to no player puts together again.
///
/// Source: ITU-T H.265, 7.3.3 profile, tier and level syntax, and D.2.3 picture timing.
enum PictureTiming {
    /// Types of parameter sets, table 7-1.
    private static let videoParameterSet: UInt8 = 32
    private static let sequenceParameterSet: UInt8 = 33

    /// The message for one picture of a stream that has interlaced ones.
    static func message(_ order: FieldOrder?) -> SEIMessage {
        // pic_struct: 3 is top and bottom, 4 bottom and top, 0 a whole picture; then source_scan_type, duplicate_flag.
        let structure: UInt8 =
            switch order {
            case .topFirst: 3
            case .bottomFirst: 4
            case nil: 0
            }
        let scan: UInt8 = order == nil ? 1 : 0
        return SEIMessage(kind: .pictureTiming, payload: [structure << 4 | scan << 2 | 1])
    }

    /// Parameter sets that say that each picture tells whether it is interlaced.
    ///
    /// - Parameter headers: x265's, in Annex B form.
    static func marking(_ headers: [UInt8]) -> [UInt8] {
        var marked = headers
        var start = 0
        while start + 5 < marked.count {
            defer { start += 1 }
            guard marked[start..<start + 3].elementsEqual([0, 0, 1]) else { continue }
            // Bytes of the payload before those of the profile: 4 in a video parameter set, 1 in a sequence's.
            let before: Int
            switch marked[start + 3] >> 1 & 63 {
            case videoParameterSet: before = 4
            case sequenceParameterSet: before = 1
            default: continue
            }
            // Profile and 32 compatibility flags come before general_interlaced_source_flag, the second bit.
            let position = unescaped(before + 5, in: marked, from: start + 5)
            if position < marked.count { marked[position] |= 0x40 }
        }
        return marked
    }

    /// The position of the payload's byte `index`, emulation prevention counted in.
    private static func unescaped(_ index: Int, in bytes: [UInt8], from start: Int) -> Int {
        var (position, zeros, left) = (start, 0, index)
        while position < bytes.count {
            if zeros == 2, bytes[position] == 3 {
                zeros = 0
            } else {
                if left == 0 { return position }
                left -= 1
                zeros = bytes[position] == 0 ? zeros + 1 : 0
            }
            position += 1
        }
        return position
    }
}
