"""The results as text."""

from dataclasses import dataclass, field

# Losses that a note explains: the property or its first word, and words of which the note has one.
EXPLAINED = {
    "resolution": ("padded", "cropped"), "aspect ratio": ("padded", "other size", "resolution"), "data": ("stream",),
    "attachment": ("stream",), "subtitle": ("stream",), "cover": ("stream",), "Dolby": ("Dolby",),
    "audio": ("stream", "clock", "discontinuit"), "audio offset": (),
    "timestamps": ("no time", "clock", "timestamp", "discontinuit"), "end": ("clock", "discontinuit"),
    "orientation": ("turned", "rotated"), "chroma": ("stored",),
}
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

    def judge(self):
        """Reelpress may lose only what a note reports."""
        for name in self.ours:
            words = explanations(name)
            if not any(word in note for note in self.notes for word in words):
                keepers = [peer for peer, lost in self.peers.items() if isinstance(lost, list) and name not in lost]
                self.wrong.append(f"{name} is lost" + (f", {' and '.join(keepers)} kept it" if keepers else ""))


def explanations(name):
    """Words that a note on a lost property has."""
    if name.startswith("tag "):
        return (name.removeprefix("tag "),)
    return EXPLAINED.get(name, EXPLAINED.get(name.split()[0], ()))


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
