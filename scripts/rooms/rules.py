"""The rules of `rooms.toml`, and the sources' breaches of them."""
import pathlib
import tomllib
from collections import defaultdict
from dataclasses import dataclass

import swift


@dataclass(frozen=True)
class Arrow:
    """A use of a name of another room or target; `declared` is where, as file:line."""

    file: str
    line: int
    name: str
    source: str
    target: str
    declared: str


class Rules:
    """The contents of rooms.toml."""

    def __init__(self, path):
        settings = tomllib.loads(pathlib.Path(path).read_text())
        self.targets = settings["targets"]
        self.everywhere = set(settings["everywhere"])
        self.rooms = settings["rooms"]
        self.exceptions = {(entry["file"], entry["name"]): entry["why"] for entry in settings.get("exceptions", [])}
        self.files, self.lines = settings["limits"]["files"], settings["limits"]["lines"]

    def levels(self, target):
        """Each room of a target and its height; neighbours have the same."""
        return {
            room: level for level, entry in enumerate(self.rooms.get(target, []))
            for room in ([entry] if isinstance(entry, str) else entry)}


class Tree:
    """The sources of a repository; its targets are the folders of Sources with Swift files."""

    def __init__(self, root, rules):
        self.root, self.rules = pathlib.Path(root), rules
        self.targets = defaultdict(dict)
        for path in sorted(self.root.glob("Sources/*/**/*.swift")):
            name = path.relative_to(self.root).as_posix()
            self.targets[path.relative_to(self.root).parts[1]][name] = swift.read(path.read_text())

    def check(self):
        """One line for each breach."""
        arrows, found = [], []
        for target, files in self.targets.items():
            found += self._imports(target, files, arrows)
            levels = self.rules.levels(target)
            if levels:
                place = {file: self._room(target, file, levels) for file in files}
                found += [f"{file}: is in no room of {target}" for file, room in place.items() if room is None]
                within = list(Names(files, place, self._nested(target)).arrows())
                arrows += within
                found += [
                    f"{arrow.file}:{arrow.line}: {arrow.source} may not use {arrow.name} of {arrow.target} "
                    f"({arrow.declared})"
                    for arrow in within if self._points_up(arrow, target, levels) and not self._is_excepted(arrow)]
        known = {(arrow.file, arrow.name) for arrow in arrows}
        found += [f"rooms.toml: no longer needed: {file}, {name}" for file, name in self.rules.exceptions
                  if (file, name) not in known]
        found += [f"a circle: {' → '.join(circle)}" for circle in circles(
            (arrow.source, arrow.target) for arrow in arrows if not self._is_excepted(arrow))]
        return [*found, *self._folders(), *self._lengths()]

    def _nested(self, target):
        """Types nested in those of other targets, as pairs of names: an extension can name them without the outer one."""
        return {
            (item.owner[-1], item.name) for other, files in self.targets.items() if other != target
            for source in files.values() for item in source.declarations if item.kind == "type" and item.owner}

    def _imports(self, target, files, arrows):
        if target not in self.rules.targets:
            yield f"Sources/{target}: rooms.toml knows no such target"
            return
        allowed = self.rules.everywhere | set(self.rules.targets[target])
        for file, source in files.items():
            for module, line in source.imports:
                arrow = Arrow(file, line, module, target, module, "")
                arrows.append(arrow)
                if module not in allowed and not self._is_excepted(arrow):
                    yield f"{file}:{line}: {target} may not import {module}"

    def _is_excepted(self, arrow):
        return (arrow.file, arrow.name) in self.rules.exceptions

    @staticmethod
    def _room(target, file, levels):
        """The innermost room around a file, after its target's name."""
        folder = "/".join(file.split("/")[2:-1])
        around = [room for room in levels if folder == room or folder.startswith(room + "/")]
        return f"{target}/{max(around, key=len)}" if around else None

    @staticmethod
    def _points_up(arrow, target, levels):
        source, other = (levels[room.removeprefix(target + "/")] for room in (arrow.source, arrow.target))
        return other >= source

    def _folders(self):
        for top in ("Sources", "Tests"):
            for folder in sorted(path for path in [self.root / top, *(self.root / top).rglob("*")] if path.is_dir()):
                count = sum(path.is_file() for path in folder.iterdir())
                if count > self.rules.files and folder.name != "__pycache__":
                    yield f"{folder.relative_to(self.root)}: {count} files, more than {self.rules.files}"

    def _lengths(self):
        for top in ("Sources", "Tests"):
            for path in sorted((self.root / top).rglob("*.swift")):
                count = lines(path)
                if count > self.rules.lines:
                    yield f"{path.relative_to(self.root)}: {count} lines, more than {self.rules.lines}"


# Members that Swift's own types have as well: they count only after a receiver whose type is known.
STANDARD = {
    "append", "contains", "count", "description", "filter", "first", "index", "isEmpty", "last", "map", "prefix", "reduce",
    "remove", "reversed", "sorted", "split", "suffix", "take", "withLock"}


class Names:
    """What the names in a target's files mean.

    A type is found by its name: one nested in an enclosing type goes first, then the file's own private one, then the
    target's. A member counts where the type before its dot is named or written down, or where only extensions declare
    it. What the compiler would infer beyond that isn't seen.
    """

    def __init__(self, files, place, foreign):
        self.files, self.place, self.foreign = files, place, foreign
        # Of each name, the file and the declaration.
        self.types, self.functions, self.members = defaultdict(list), defaultdict(list), defaultdict(list)
        # The same by the owner's and the member's name.
        self.owned = defaultdict(list)
        # The types that properties of a name have.
        self.written = defaultdict(set)
        for file, source in files.items():
            for item in source.declarations:
                if item.owner:
                    self.members[item.name].append((file, item))
                    self.owned[item.owner[-1], item.name].append((file, item))
                    self.written[item.name] |= source.types.get(item.name, set())
                else:
                    (self.types if item.kind == "type" else self.functions)[item.name].append((file, item))

    def arrows(self):
        """Each file's first use of each name of another room."""
        for file, source in self.files.items():
            seen = set()
            for use in source.uses:
                meant = self._meaning(file, source, use)
                places = {self.place[other] for other, _ in meant} - {None}
                name = f"{use.receiver}.{use.name}" if use.receiver in self.types else use.name
                # Of several things of that name one in the same room is meant, if there is one.
                if not places or self.place[file] in places | {None} or name in seen:
                    continue
                seen.add(name)
                for room in sorted(places):
                    other, item = next(entry for entry in meant if self.place[entry[0]] == room)
                    yield Arrow(file, use.line, name, self.place[file], room, f"{other}:{item.line}")

    def _meaning(self, file, source, use):
        """The declarations that a use may mean: none if that is uncertain."""
        if use.receiver is not None:
            return self._member(file, source, use)
        for owner in reversed(use.scope):
            nested = [entry for entry in self.owned.get((owner, use.name), []) if entry[1].kind == "type"]
            if nested:
                return nested
            if (owner, use.name) in self.foreign:
                return []
        if use.name in source.generics | source.locals:
            return []
        if use.name in self.types:
            called = self.owned.get((use.name, f"init({use.argument}"), [])
            return visible(self.types[use.name], file) + extending(called, file)
        # A member hides a function of the same name at file scope.
        own = [entry for owner in use.scope for entry in self.owned.get((owner, use.name), [])]
        return extending(own, file) if own else visible(self.functions.get(use.name, []), file)

    def _member(self, file, source, use):
        receiver, is_static = use.receiver, use.receiver in self.types or use.receiver == "Self"
        if receiver in ("self", "Self") and use.scope:
            receiver = use.scope[-1]
        elif not is_static:
            written = source.types.get(receiver) or self.written.get(receiver) or {""}
            if len(written) == 1:
                receiver = next(iter(written)) or receiver
        if receiver in self.types:
            return extending([
                entry for entry in self.owned.get((receiver, use.name), []) if entry[1].is_static == is_static], file)
        if receiver == file.split("/")[1]:
            # It is qualified with the module's own name.
            return visible(self.types[use.name], file) if use.name in self.types else []
        if use.name in STANDARD or use.name in source.labels and not use.is_called:
            return []
        meant = extending(self.members.get(use.name, []), file)
        # A value of a type of another module has no members of this target's types.
        is_foreign = receiver[:1].isupper() and all(item.owner[-1] in self.types for _, item in meant)
        return [] if is_foreign else meant


def visible(entries, file):
    """A file's own declarations; if it has none, those that others show it."""
    own = [entry for entry in entries if entry[0] == file]
    return own or [entry for entry in entries if not entry[1].is_private]


def extending(entries, file):
    """The visible declarations where all of them stand in extensions."""
    seen = visible(entries, file)
    return seen if all(item.in_extension for _, item in seen) else []


def circles(arrows):
    """Groups of names that lead to one another, each as a shortest way round from its first name back to it."""
    ways = defaultdict(set)
    for source, target in arrows:
        if source != target:
            ways[source].add(target)
    done = set()
    for start in sorted(ways):
        if start in done:
            continue
        circle = _way_round(ways, start)
        if circle:
            done |= set(circle)
            yield circle


def _way_round(ways, start):
    came, queue = {}, [start]
    for name in queue:
        for other in sorted(ways.get(name, ())):
            if other == start:
                circle = [start]
                while name != start:
                    circle.insert(0, name)
                    name = came[name]
                return [start, *circle]
            if other not in came:
                came[other] = name
                queue.append(other)
    return None


def lines(path):
    return path.read_bytes().count(b"\n")
