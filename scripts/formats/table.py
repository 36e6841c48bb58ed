"""The results as text."""

from dataclasses import dataclass, field

# Losses that a note explains: the fact's first word, and a word of the note.
EXPLAINED = {
    "size": ("padded", "cropped"), "data": ("stream",), "shape": ("padded", "other size"), "attachment": ("stream",),
    "subtitle": ("stream",), "audio": ("stream", "clock"), "Dolby": ("Dolby",), "times": ("no time", "clock"),
    "end": ("clock",), "cover": ("stream",), "orientation": ("turned",), "chroma": ("stored",),
}


@dataclass
class Row:
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
        """Reelpress may lose what every other loses too, and has to say so."""
        for name in self.ours:
            words = (name.removeprefix("tag "),) if name.startswith("tag ") else EXPLAINED.get(name.split()[0], ("\0",))
            if not any(word in note for note in self.notes for word in words):
                keepers = [peer for peer, lost in self.peers.items() if isinstance(lost, list) and name not in lost]
                self.wrong.append(f"{name} is lost" + (f", {' and '.join(keepers)} kept it" if keepers else ""))


def line(row):
    mark = "WRONG" if row.wrong else "ok"
    peers = " | ".join(f"{peer}: {cell(lost)}" for peer, lost in row.peers.items())
    return f"{mark:5} {row.name} → {row.container or row.error}: {cell(row.ours)} {row.notes} | {peers}"


def cell(lost):
    if isinstance(lost, str):
        return f"no output ({lost})"
    return ", ".join(lost) or "nothing"


def page(rows):
    head = """# Formats

Every row is a file that was made, encoded, and compared before and after by ffprobe: pictures and their times, sound
offset, colours, HDR, size, shape and orientation, every other stream, chapters and tags. A dash means that nothing was
lost. `make formats` makes this page.

"""
    peers = list(dict.fromkeys(peer for row in rows for peer in row.peers))
    names = {"ffmpeg": "`ffmpeg -map 0 -c copy -c:v libx265` loses", "HandBrake": "HandBrake loses"}
    lines = [
        "| source | facts | output | Reelpress loses | Reelpress says | " + " | ".join(names[p] for p in peers) + " |",
        "| --- " * (5 + len(peers)) + "|",
    ]
    for row in rows:
        cells = [
            f"{row.name} (.{row.suffix})", str(len(row.before)), row.container or "refused",
            dash(row.ours), "; ".join(row.notes) or row.error or "–",
        ] + [dash(row.peers.get(peer, [])) for peer in peers]
        lines.append("| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |")
    return head + "\n".join(lines) + "\n"


def dash(lost):
    return cell(lost) if lost else "–"
