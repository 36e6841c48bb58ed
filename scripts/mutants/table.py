"""The mutations of mutants.toml."""

import dataclasses
import pathlib
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = pathlib.Path(__file__).with_name("mutants.toml")


@dataclasses.dataclass(frozen=True)
class Mutant:
    """A text of a file, and what takes its place."""

    path: str
    target: str
    whole: str | None
    old: str
    new: str

    def source(self, root: pathlib.Path) -> str:
        """The file with the mutation; ValueError where the text doesn't occur exactly once."""
        text = (root / self.path).read_text()
        if (count := text.count(self.old)) != 1:
            raise ValueError(f"{self.path}: the text occurs {count} times, not once: {self.old}")
        return text.replace(self.old, self.new)


def mutants() -> list[Mutant]:
    """All of the table, in its order."""
    files = tomllib.loads(TABLE.read_text())["files"]
    return [
        Mutant(file["path"], file["target"], file.get("whole"), old, new)
        for file in files
        for old, new in file["mutations"]
    ]


def stale(root: pathlib.Path = ROOT) -> list[str]:
    """What is wrong with the table: a text that is gone or occurs more than once, a file that is gone."""
    problems = []
    for mutant in mutants():
        try:
            mutant.source(root)
        except (OSError, ValueError) as error:
            problems.append(str(error))
    return problems
