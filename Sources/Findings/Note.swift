/// One thing that is not in the output, or not as it was in the source: `description` is the sentence for people, `kind`
/// and the associated values are for programs.
///
/// `stream` is always the source's stream index, `streamKind` the report's name of a stream's kind. docs/report.md
/// documents the kinds and their fields.
public enum Note: Sendable, Hashable {
    // Frames
    case timestampsRepaired(frames: Int)
    case framesDamaged(frames: Int)
    case packetsUndecodable(packets: Int)
    case packetsIncomplete(packets: Int)
    case timestampGaps(gaps: Int, missingFrames: Int)
    /// Seconds from the first packet of the video to its first frame.
    case videoStartLost(seconds: Double)
    case streamEndIncomplete(stream: Int)
    case framesDeinterlaced(frames: Int)
    case framesResized(frames: Int)
    case dolbyVisionNotRescaled(frames: Int)
    case framesKeptInterlaced(frames: Int)

    // The plan
    case streamDropped(stream: Int, streamKind: String, codec: String, reason: DropReason)
    case padded(from: Size, to: Size)
    case cropped(from: Size, to: Size)
    /// `transform` is `rotate-90`, `rotate-180` or `rotate-270` (clockwise), `mirror-horizontal`, `mirror-vertical`,
    /// `transpose` or `transverse`.
    case orientationApplied(transform: String)
    /// A rotation by another angle than a multiple of 90 degrees.
    case orientationLost
    case stereoLayoutLost
    /// Of how a display's colours relate to the frames' values; HEVC's VUI cannot hold it.
    case colorProfileLost
    /// `profile` is written as `7.6`; `baseLayer` is `HDR10`, `SDR` or `HLG`, nil without standard colours.
    case dolbyVisionRemoved(profile: String, baseLayer: String?)
    case dolbyVisionOnly(profile: String)
    /// `editions` is 1 if there is only one.
    case chapterFeaturesLost(
        editions: Int, orderedEditions: Int, nestedChapters: Int, hiddenChapters: Int, translatedChapters: Int)
    case audioUnpacked(stream: Int, codec: String, storedAs: String)
    /// A long video that is encoded in one piece.
    case encodedWhole(reason: WholeReason)
    /// A video that is too short to search a CRF for it, or can't be sampled.
    case crfNotSearched
    /// The mean XPSNR that was wanted, and the one that the lowest CRF gives, in dB.
    case qualityTargetMissed(target: Double, expected: Double)
    /// `speeds` ascend.
    case playbackSpeedIgnored(stream: Int, speeds: [Double])

    // What the output's container could not keep
    case packetsDroppedAtStart(stream: Int, packets: Int)
    case packetsNotUnpacked(stream: Int, packets: Int)
    /// Layouts are named as libavutil does, such as `5.1(side)`.
    case channelLayoutLost(stream: Int, layout: String, storedAs: String)
    case timestampDiscontinuities(discontinuities: Int)
    case streamLate(stream: Int, streamKind: String, codec: String)
    case dispositionsLost(stream: Int, dispositions: [String])
    case languageLost(stream: Int, language: String, storedAs: String?)
    case titleLost(stream: Int, title: String)
    /// `tags` are names; they ascend.
    case streamTagsLost(stream: Int, tags: [String])
    case tagLost(name: String, value: String)
    case notFaststart

    // The job
    case sourceKept(reason: CopyReason)
    case skipped(reason: SkipReason)
    case sourceReplaced
    case sourceNotTagged(error: String)
    case uploadsNotRemoved(key: String, error: String)
    case helpersMissing(error: String)
    case reportNotWritten(error: String)
    /// A note of an earlier report whose kind this version doesn't know.
    case other(text: String)

    /// A size in luma samples.
    public struct Size: Sendable, Hashable, Codable, CustomStringConvertible {
        public var width: Int
        public var height: Int

        public init(width: Int, height: Int) {
            self.width = width
            self.height = height
        }

        public var description: String { "\(width)×\(height)" }
    }

    /// Why a stream is not in the output.
    public enum DropReason: Sendable, Hashable, Codable {
        /// The container is `mp4` or `mkv`.
        case unsupportedByContainer(String)
        case missingParameters
        case empty
        case storedAsChapters
        case storedAsTimecode
    }

    /// Why a long video is encoded in one piece.
    public enum WholeReason: String, Sendable, Hashable, CaseIterable {
        /// No random access points that are found by index or scan.
        case noRandomAccess = "no-random-access-points"
        /// x265 parameters whose effect depends on frames long before.
        case parameters = "x265-parameters"
        /// What a chunk decoded differs from what the chunk before it saw there.
        case seams = "seams-differ"
    }

    /// Why there is no output.
    public enum SkipReason: Sendable, Hashable {
        case sourceIsBetter(CopyReason)
        /// The file name is not a video's.
        case notAVideo
    }
}
