/// Signals frames that consist of two interleaved fields in HEVC. x265 only signals fields that are coded as access
/// units of their own, which hardly any player combines into frames again.
///
/// Source: ITU-T H.265, 7.3.3 profile, tier and level syntax, and D.2.3 picture timing.
enum PictureTiming {
    /// The message for one frame of a stream that has interlaced ones.
    ///
    /// - Parameter order: nil for a progressive frame.
    static func message(_ order: FieldOrder?) -> SEIMessage {
        // pic_struct: 3 for top then bottom, 4 for bottom then top, 0 for a frame; source_scan_type; duplicate_flag.
        let structure: UInt8 =
            switch order {
            case .topFirst: 3
            case .bottomFirst: 4
            case nil: 0
            }
        let scan: UInt8 = order == nil ? 1 : 0
        return SEIMessage(.pictureTiming, payload: [structure << 4 | scan << 2 | 1])
    }

    /// Sets general_interlaced_source_flag in the parameter sets: each frame's message signals whether it is interlaced.
    ///
    /// - Parameter headers: x265's, in Annex B form.
    static func settingInterlacedSourceFlag(in headers: [UInt8]) -> [UInt8] {
        var flagged = headers
        for offset in headers.withUnsafeBufferPointer(NALUnit.offsets) where offset + 2 < headers.count {
            // Bytes of the payload before profile_tier_level.
            let profileOffset: Int
            switch NALUnitType(header: headers[offset]) {
            case .videoParameterSet: profileOffset = 4
            case .sequenceParameterSet: profileOffset = 1
            default: continue
            }
            // The flag is the second bit after the profile's byte and 32 compatibility flags.
            let indices = NALUnit.unescapedIndices(of: headers[(offset + 2)...])
            if indices.count > profileOffset + 5 { flagged[indices[profileOffset + 5]] |= 0x40 }
        }
        return flagged
    }
}
