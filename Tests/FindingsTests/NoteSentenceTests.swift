import Findings
import Testing

struct NoteSentenceTests {
    @Test(
        "the number decides between singular and plural",
        arguments: [
            (.timestampsRepaired(frames: 1), "1 frame had a missing or out-of-order timestamp"),
            (.timestampsRepaired(frames: 2), "2 frames had missing or out-of-order timestamps"),
            (.framesDamaged(frames: 1), "1 frame was damaged in the source"),
            (.framesDamaged(frames: 2), "2 frames were damaged in the source"),
            (.packetsUndecodable(packets: 1), "1 video packet could not be decoded"),
            (.packetsUndecodable(packets: 2), "2 video packets could not be decoded"),
            (.packetsIncomplete(packets: 1), "1 video packet is incomplete in the source"),
            (.packetsIncomplete(packets: 2), "2 video packets are incomplete in the source"),
            (
                .timestampGaps(gaps: 1, missingFrames: 2),
                "the source has 1 timestamp gap: 2 frames appear to be missing"
            ),
            (
                .timestampGaps(gaps: 2, missingFrames: 1),
                "the source has 2 timestamp gaps: 1 frame appears to be missing"
            ),
            (.framesDeinterlaced(frames: 1), "1 interlaced frame was deinterlaced"),
            (.framesDeinterlaced(frames: 2), "2 interlaced frames were deinterlaced"),
            (.framesResized(frames: 1), "1 frame of another resolution was scaled to fit the first frame's"),
            (.framesResized(frames: 2), "2 frames of other resolutions were scaled to fit the first frame's"),
            (
                .dolbyVisionNotRescaled(frames: 1),
                "the Dolby Vision metadata of 1 frame could not be parsed: its active area is still the source's"
            ),
            (
                .dolbyVisionNotRescaled(frames: 2),
                "the Dolby Vision metadata of 2 frames could not be parsed: their active areas are still the source's"
            ),
            (.framesKeptInterlaced(frames: 1), "1 interlaced frame was encoded as interlaced"),
            (.framesKeptInterlaced(frames: 2), "2 interlaced frames were encoded as interlaced"),
            (
                .packetsDroppedAtStart(stream: 1, packets: 1),
                "1 packet at the start of stream 1 was dropped: it is not a complete audio frame"
            ),
            (
                .packetsDroppedAtStart(stream: 1, packets: 2),
                "2 packets at the start of stream 1 were dropped: they are not complete audio frames"
            ),
            (
                .packetsNotUnpacked(stream: 1, packets: 1),
                "1 packet of stream 1 could not be unpacked and was dropped"
            ),
            (
                .packetsNotUnpacked(stream: 1, packets: 2),
                "2 packets of stream 1 could not be unpacked and were dropped"
            ),
            (
                .channelLayoutLost(stream: 1, layout: "5.1(side)", storedAs: "5.1"),
                "the channel layout 5.1(side) of stream 1 was not kept: players take it for 5.1"
            ),
            (
                .videoStartLost(seconds: 2.08),
                "the first 2.08 s of the video are missing: they can't be decoded without the keyframe before them"
            ),
            (
                .timestampDiscontinuities(discontinuities: 1),
                "1 timestamp discontinuity was removed: timestamps continue there without a gap"
            ),
            (
                .timestampDiscontinuities(discontinuities: 2),
                "2 timestamp discontinuities were removed: timestamps continue there without a gap"
            ),
            (.dispositionsLost(stream: 1, dispositions: ["a"]), "the disposition a of stream 1 was not kept"),
            (
                .dispositionsLost(stream: 1, dispositions: ["a", "b"]),
                "the dispositions a, b of stream 1 were not kept"
            ),
            (.streamTagsLost(stream: 1, tags: ["a"]), "1 tag of stream 1 was not kept: a"),
            (.streamTagsLost(stream: 1, tags: ["a", "b"]), "2 tags of stream 1 were not kept: a, b"),
            (
                .chapterFeaturesLost(
                    editions: 2, orderedEditions: 1, nestedChapters: 1, hiddenChapters: 1, translatedChapters: 1),
                "chapter features not kept: 2 editions, the playback order of 1 ordered edition, 1 nested chapter, "
                    + "the hidden flag of 1 chapter, the translations of 1 chapter name"
            ),
            (
                .chapterFeaturesLost(
                    editions: 1, orderedEditions: 2, nestedChapters: 2, hiddenChapters: 2, translatedChapters: 2),
                "chapter features not kept: the playback order of 2 ordered editions, 2 nested chapters, "
                    + "the hidden flags of 2 chapters, the translations of 2 chapter names"
            ),
        ] as [(Note, String)])
    func inflected(note: Note, sentence: String) {
        #expect(note.description == sentence)
    }

    @Test(
        "the other sentences",
        arguments: [
            (
                .streamEndIncomplete(stream: 3),
                "stream 3 ends in the middle of a packet: the recording was stopped there, or the file was truncated"
            ),
            (
                .streamDropped(
                    stream: 1, streamKind: "audio", codec: "adpcm_ms", reason: .unsupportedByContainer("mp4")),
                "stream 1 (adpcm_ms audio) was dropped: mp4 does not support adpcm_ms"
            ),
            (
                .padded(from: Note.Size(width: 3, height: 4), to: Note.Size(width: 4, height: 4)),
                "padded from 3×4 to 4×4: HEVC 4:2:0 needs even dimensions"
            ),
            (
                .dolbyVisionRemoved(profile: "7.6", baseLayer: "HDR10"),
                "Dolby Vision profile 7.6 was removed: players show the base layer (HDR10)"
            ),
            (
                .dolbyVisionRemoved(profile: "4.2", baseLayer: nil),
                "Dolby Vision profile 4.2 was removed: players show the base layer with wrong colours"
            ),
            (
                .playbackSpeedIgnored(stream: 0, speeds: [0.5, 2]),
                "parts of stream 0 have a playback speed other than 1 (0.5, 2.0): the output plays them at normal speed"
            ),
            (.languageLost(stream: 1, language: "mis", storedAs: nil), "the language mis of stream 1 was not kept"),
            (
                .languageLost(stream: 1, language: "mis", storedAs: "und"),
                "the language mis of stream 1 is stored as und"
            ),
            (.sourceKept(reason: .larger), "kept: the output would be larger"),
            (
                .skipped(reason: .sourceIsBetter(.efficient)),
                "skipped: the source is already HEVC with few bits per pixel"
            ),
            (.skipped(reason: .notAVideo), "skipped: the file name is not a video's"),
            (.other(text: "of an earlier version"), "of an earlier version"),
        ] as [(Note, String)])
    func sentence(note: Note, sentence: String) {
        #expect(note.description == sentence)
    }
}
