/// The container of a source.
public enum SourceContainer: Sendable, Hashable {
    /// MP4, MOV, 3GP and other formats based on ISO/IEC 14496-12.
    case isoBMFF
    /// Matroska and WebM.
    case matroska
    case mpegTS
    case mpegPS
    case avi
    case asf
    case mxf
    case dv
    case ogg
    case other

    /// - Parameter formatName: libavformat's name of the demuxer, such as `mov,mp4,m4a,3gp,3g2,mj2`.
    public init(formatName: String) {
        switch formatName {
        case _ where formatName.hasPrefix("mov"): self = .isoBMFF
        case _ where formatName.hasPrefix("matroska"): self = .matroska
        case "mpegts": self = .mpegTS
        case "mpeg": self = .mpegPS
        case "avi": self = .avi
        case "asf": self = .asf
        case "mxf": self = .mxf
        case "dv": self = .dv
        case "ogg": self = .ogg
        default: self = .other
        }
    }

    /// MPEG transport and program streams, whose timestamps may have discontinuities.
    public var isMPEGSystems: Bool { self == .mpegTS || self == .mpegPS }
}
