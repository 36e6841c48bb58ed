import CFFmpeg

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

/// The field order of HEVC frames that hold two fields, by their picture timing: libavcodec only marks fields that are
/// coded separately.
///
/// Source: ITU-T H.265, D.2.3 and D.3.3 picture timing, and 7.4.4 general_interlaced_source_flag.
struct PictureTimingCarrier {
    private let stream: UnsafeMutablePointer<AVStream>
    /// Whether the parameter sets say that there are interlaced frames: then the messages begin with pic_struct.
    private var isInterlaced = false
    private var pending: [Int64: FieldOrder] = [:]

    /// More frames than a decoder buffers: what is left over by then belongs to frames that were never output.
    private static let limit = 1024

    init(of stream: UnsafeMutablePointer<AVStream>) {
        self.stream = stream
        let parameters = stream.pointee.codecpar.pointee
        // The constraint flags of an HEVCDecoderConfigurationRecord.
        if parameters.codec_id == AV_CODEC_ID_HEVC, parameters.extradata_size > 22, parameters.extradata[0] == 1 {
            isInterlaced = parameters.extradata[6] & 0x40 != 0
        }
    }

    mutating func keep(from packet: borrowing Packet) {
        guard let time = packet.presentationTime else { return }
        let units = NALUnitParser.of(packet, stream).filter { $0.count > 2 }
        // Messages may come before the parameter sets.
        if let set = units.first(where: { NALUnitType(header: $0[$0.startIndex]) == .sequenceParameterSet }) {
            let payload = NALUnit.unescaping(set.dropFirst(2).prefix(16))
            if payload.count > 6 { isInterlaced = payload[6] & 0x40 != 0 }
        }
        guard isInterlaced else { return }
        for unit in units {
            guard let first = SEIMessage.firstByte(of: .pictureTiming, in: unit) else { continue }
            if pending.count >= Self.limit { pending.removeAll() }
            // Top then bottom, with or without the top field again; bottom then top.
            if [3, 5].contains(first >> 4) { pending[time] = .topFirst }
            if [4, 6].contains(first >> 4) { pending[time] = .bottomFirst }
        }
    }

    /// The field order of a frame by its PTS; nil for one that isn't signalled as interlaced.
    mutating func take(_ time: Int64) -> FieldOrder? { pending.removeValue(forKey: time) }
}
