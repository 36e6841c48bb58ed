"""The processors of a benchmark's processes, by control group: as root. `taskset` doesn't keep x265's threads on them, since
they choose processors of their own, and a quota of CPU time lets a process run on all of them and then stops it."""
import os
import pathlib


class Pinned:
    """A control group with certain processors, by number; a context manager that removes it.

    - words: before a command that is to run in it.
    """

    _count = 0

    def __init__(self, *processors):
        groups = pathlib.Path("/sys/fs/cgroup/cpuset")
        parent = groups if groups.is_dir() else groups.parent
        self._folder = parent / f"reelpress-{os.getpid()}-{Pinned._count}"
        Pinned._count += 1
        if parent != groups:
            (parent / "cgroup.subtree_control").write_text("+cpuset")
        self._folder.mkdir()
        (self._folder / "cpuset.cpus").write_text(",".join(map(str, processors)))
        if parent == groups:
            (self._folder / "cpuset.mems").write_text((parent / "cpuset.mems").read_text())
        self.words = ["sh", "-c", f'echo $$ >{self._folder}/cgroup.procs && exec "$@"', "sh"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._folder.rmdir()
