"""The results as text."""

from dataclasses import dataclass, field

# The kinds of notes (docs/report.md) that report the loss of a property: by its name or first word, and by its last.
DROPPED = ("stream-dropped", "stream-late")
EXPLAINED = {
    "resolution": ("padded", "cropped"), "aspect ratio": ("padded", "frames-resized"),
    "orientation": ("orientation-applied",), "chroma": ("orientation-applied",),
    "timestamps": ("timestamps-repaired", "timestamp-discontinuities"), "end": ("timestamp-discontinuities",),
    "Dolby": ("dolby-vision-removed", "dolby-vision-only", "dolby-vision-not-rescaled"), "audio offset": (),
    "audio": (*DROPPED, "packets-dropped-at-start", "timestamp-discontinuities", "audio-unpacked"),
    "subtitle": DROPPED, "cover": DROPPED, "attachment": DROPPED, "data": DROPPED,
}
ATTRIBUTES = {"language": "language-lost", "title": "title-lost", "dispositions": "dispositions-lost"}
PEERS = {"ffmpeg": "`ffmpeg -map 0 -c copy -c:v libx265` loses", "HandBrake": "HandBrake loses"}
HEAD = """# Formats

{sources} encoded, and compared before and after by ffprobe: frames and their timestamps, audio
offset, colours, HDR, resolution, aspect ratio and orientation, every other stream, chapters and tags. A dash means that
nothing was lost. `make formats` writes this page.

"""


@dataclass
class Row:
    """A source, the properties that Reelpress and each peer lost, and Reelpress' notes."""

    name: str
    suffix: str
    before: dict
    container: str = ""
    ours: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    peers: dict = field(default_factory=dict)
    wrong: list = field(default_factory=list)
    error: str = ""

    def judge(self, details):
        """Finds losses that no note reports; details: the report's noteDetails."""
        for name in self.ours:
            if not reported(name, self.notes, {detail["kind"] for detail in details}):
                keepers = [peer for peer, lost in self.peers.items() if isinstance(lost, list) and name not in lost]
                self.wrong.append(f"{name} is lost" + (f", {' and '.join(keepers)} kept it" if keepers else ""))


def reported(name, notes, kinds):
    if name.startswith("tag "):
        return any(name.removeprefix("tag ") in note.lower() for note in notes)
    words = name.split()
    explanations = EXPLAINED.get(name, EXPLAINED.get(words[0], ()))
    return not kinds.isdisjoint({*explanations, ATTRIBUTES.get(words[-1])})


def line(row):
    mark = "WRONG" if row.wrong else "ok"
    peers = " | ".join(f"{peer}: {cell(lost)}" for peer, lost in row.peers.items())
    return f"{mark:5} {row.name} → {row.container or row.error}: {cell(row.ours)} {row.notes} | {peers}"


def cell(lost):
    if isinstance(lost, str):
        return f"no output ({lost})"
    return ", ".join(lost) or "nothing"


def page(rows):
    """First the sources of which Reelpress loses or notes something, then the others, folded."""
    marked = sorted((row for row in rows if is_marked(row)), key=lambda row: not row.ours)
    plain = [row for row in rows if not is_marked(row)]
    text = HEAD.format(sources="One source was made," if len(rows) == 1 else f"{len(rows)} sources were made,")
    text += f"## Something is lost or noted: {len(marked)} of {len(rows)}\n\n{table(marked, True)}\n"
    text += f"## Nothing is lost: {len(plain)} of {len(rows)}\n\n<details>\n<summary>What peers lose of them</summary>\n\n"
    return text + f"{table(plain, False)}\n</details>\n"


def is_marked(row):
    return bool(row.ours or row.notes or row.error or row.wrong)


def table(rows, has_ours):
    """A Markdown table; has_ours: with columns for Reelpress' losses and notes."""
    peers = [peer for peer in PEERS if any(peer in row.peers for row in rows)]
    head = ["source", "output"] + ["Reelpress loses", "Reelpress notes"] * has_ours + [PEERS[peer] for peer in peers]
    lines = [head, ["---"] * len(head)]
    for row in rows:
        ours = [dash(row.ours), "; ".join(row.notes) or row.error or "–"] if has_ours else []
        lines.append([
            f"{row.name} (.{row.suffix})", row.container or "refused", *ours,
            *(dash(row.peers.get(peer, [])) for peer in peers)])
    return "".join(f"| {' | '.join(text.replace('|', chr(92) + '|') for text in cells)} |\n" for cells in lines)


def dash(lost):
    return cell(lost) if lost else "–"
