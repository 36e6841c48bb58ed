import CFFmpeg

/// The header of an AC-3 or E-AC-3 frame.
enum AC3Frame {
    /// Blocks of 256 samples in an AC-3 frame, and in an MP4 sample of E-AC-3.
    static let wholeBlocks = 6

    /// Whether an E-AC-3 packet has fewer blocks than an MP4 sample.
    static func isShort(_ packet: borrowing Packet, of stream: UnsafeMutablePointer<AVStream>) -> Bool {
        guard stream.pointee.codecpar.pointee.codec_id == AV_CODEC_ID_EAC3 else { return false }
        let pointer = packet.pointer.pointee
        return (blocks(of: UnsafeBufferPointer(start: pointer.data, count: Int(pointer.size))) ?? wholeBlocks)
            < wholeBlocks
    }

    /// Blocks of 256 samples in a frame; nil if there is no frame.
    ///
    /// Source: ETSI TS 102 366, E.1.3.1.5 numblkscod; FFmpeg, "libavcodec/ac3_parser.h", av_ac3_parse_header.
    static func blocks(of bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var (bitstream, size): (UInt8, UInt16) = (0, 0)
        guard bytes.count > 4, av_ac3_parse_header(bytes.baseAddress, bytes.count, &bitstream, &size) >= 0 else {
            return nil
        }
        // bsid up to 10 is AC-3. Frames with a reduced sample rate (fscod 3) always have six blocks.
        guard bitstream > 10, bytes[4] >> 6 != 3 else { return wholeBlocks }
        return [1, 2, 3, wholeBlocks][Int(bytes[4] >> 4 & 3)]
    }
}
