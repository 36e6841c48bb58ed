/// A supplemental enhancement information message: what a bitstream says about its pictures beside the pictures.
///
/// Source: ITU-T H.265, annex D.
struct SEIMessage: Sendable, Hashable {
    var kind: Kind
    var payload: [UInt8]

    /// Payload types of ITU-T H.265, D.2.1.
    enum Kind: Int, Sendable {
        case pictureTiming = 1
        case registeredUserData = 4
        case masteringDisplay = 137
        case contentLight = 144
    }

    /// A NAL unit of its own, in Annex B form.
    var unit: [UInt8] {
        var content: [UInt8] = []
        for value in [kind.rawValue, payload.count] {
            content += [UInt8](repeating: 255, count: value / 255) + [UInt8(value % 255)]
        }
        // The last byte ends the unit's payload: a one and zeros.
        return NALUnit.bytes(.supplementalInformation, escaped: NALUnit.escaping(content + payload + [0x80]))
    }
}
