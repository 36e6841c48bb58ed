import Findings
import FoundationEssentials
import Testing

struct NoteTests {
    /// One of each kind, with every optional field present and absent.
    static let all: [Note] = [
        .timestampsRepaired(frames: 2), .framesDamaged(frames: 2), .packetsUndecodable(packets: 2),
        .packetsIncomplete(packets: 2), .timestampGaps(gaps: 2, missingFrames: 1), .streamEndIncomplete(stream: 3),
        .framesDeinterlaced(frames: 2), .framesResized(frames: 2), .dolbyVisionNotRescaled(frames: 2),
        .framesKeptInterlaced(frames: 2),
        .streamDropped(stream: 1, streamKind: "audio", codec: "adpcm_ms", reason: .unsupportedByContainer("mp4")),
        .streamDropped(stream: 1, streamKind: "audio", codec: "mp3", reason: .missingParameters),
        .streamDropped(stream: 1, streamKind: "audio", codec: "aac", reason: .empty),
        .streamDropped(stream: 1, streamKind: "data", codec: "bin_data", reason: .storedAsChapters),
        .streamDropped(stream: 1, streamKind: "data", codec: "tmcd", reason: .storedAsTimecode),
        .padded(from: Note.Size(width: 3, height: 4), to: Note.Size(width: 4, height: 4)),
        .cropped(from: Note.Size(width: 8, height: 4), to: Note.Size(width: 4, height: 4)),
        .orientationApplied(transform: "rotate-90"), .orientationLost, .stereoLayoutLost,
        .colorProfileLost,
        .dolbyVisionRemoved(profile: "7.6", baseLayer: "HDR10"), .dolbyVisionRemoved(profile: "4.2", baseLayer: nil),
        .dolbyVisionOnly(profile: "5"),
        .chapterFeaturesLost(
            editions: 2, orderedEditions: 1, nestedChapters: 0, hiddenChapters: 3, translatedChapters: 1),
        .audioUnpacked(stream: 1, codec: "pcm_dvd", storedAs: "pcm_s16le"),
        .playbackSpeedIgnored(stream: 0, speeds: [0.5, 2]), .encodedWhole(reason: .parameters),
        .crfNotSearched, .qualityTargetMissed(target: 38, expected: 36.25),
        .packetsDroppedAtStart(stream: 1, packets: 2),
        .packetsNotUnpacked(stream: 1, packets: 2),
        .channelLayoutLost(stream: 1, layout: "5.1(side)", storedAs: "5.1"),
        .videoStartLost(seconds: 2.08),
        .timestampDiscontinuities(discontinuities: 2), .streamLate(stream: 4, streamKind: "audio", codec: "ac3"),
        .dispositionsLost(stream: 1, dispositions: ["forced"]),
        .languageLost(stream: 1, language: "mis", storedAs: "und"),
        .languageLost(stream: 1, language: "mis", storedAs: nil), .titleLost(stream: 1, title: "Director"),
        .streamTagsLost(stream: 1, tags: ["a", "b"]), .tagLost(name: "comment", value: "x \"y\" ü"), .notFaststart,
        .sourceKept(reason: .larger), .sourceKept(reason: .efficient), .skipped(reason: .sourceIsBetter(.larger)),
        .skipped(reason: .sourceIsBetter(.efficient)), .skipped(reason: .notAVideo), .sourceReplaced,
        .sourceNotTagged(error: "no"), .uploadsNotRemoved(key: "output/a.mp4", error: "no"),
        .helpersMissing(error: "no"),
        .reportNotWritten(error: "no"), .other(text: "1 pictures had no time of their own"),
    ]

    @Test("every kind survives a round trip through JSON", arguments: all)
    func roundTrip(note: Note) throws {
        let json = try JSONEncoder().encode(note)
        #expect(try JSONDecoder().decode(Note.self, from: json) == note)
    }

    @Test("each kind is covered by the round trips")
    func allKinds() {
        #expect(Set(Self.all.map(\.kind)).count == 45)
    }

    @Test(
        "a note is a flat object without its sentence",
        arguments: [
            (.timestampGaps(gaps: 2, missingFrames: 1), #"{"gaps":2,"kind":"timestamp-gaps","missingFrames":1}"#),
            (
                .streamDropped(
                    stream: 1, streamKind: "audio", codec: "adpcm_ms", reason: .unsupportedByContainer("mp4")),
                #"{"codec":"adpcm_ms","container":"mp4","kind":"stream-dropped","reason":"unsupported-by-container","#
                    + #""stream":1,"streamKind":"audio"}"#
            ),
            (
                .padded(from: Note.Size(width: 3, height: 4), to: Note.Size(width: 4, height: 4)),
                #"{"from":{"height":4,"width":3},"kind":"padded","to":{"height":4,"width":4}}"#
            ),
            (.dolbyVisionRemoved(profile: "4.2", baseLayer: nil), #"{"kind":"dolby-vision-removed","profile":"4.2"}"#),
            (.skipped(reason: .notAVideo), #"{"kind":"skipped","reason":"not-a-video"}"#),
            (.sourceReplaced, #"{"kind":"source-replaced"}"#),
        ] as [(Note, String)])
    func flatObject(note: Note, json: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        #expect(String(decoding: try encoder.encode(note), as: UTF8.self) == json)
    }

    @Test(
        "an unknown kind or reason and a missing field are refused",
        arguments: [
            #"{"kind":"of-tomorrow"}"#, #"{"kind":"frames-damaged"}"#, #"{"kind":"skipped","reason":"of-tomorrow"}"#,
            #"{"kind":"source-kept","reason":"not-a-video"}"#, "{}",
            #"{"codec":"c","kind":"stream-dropped","reason":"unsupported-by-container","stream":1,"streamKind":"data"}"#,
        ])
    func refused(json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Note.self, from: Data(json.utf8)) }
    }
}
