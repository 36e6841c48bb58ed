"""Limits of a benchmark's processes, by control group: as root. `taskset` doesn't limit them, since x265's threads leave
the processors that it gives them."""
import os
import pathlib


class Limited:
    """A control group with the CPU time of so many processors; a context manager that removes it.

    - words: before a command that is to run in it.
    """

    _count = 0

    def __init__(self, processors):
        all_groups = pathlib.Path("/sys/fs/cgroup/cpu")
        self._folder = (all_groups if all_groups.is_dir() else all_groups.parent) / f"reelpress-{os.getpid()}-{Limited._count}"
        Limited._count += 1
        self._folder.mkdir()
        if (self._folder / "cpu.max").exists():
            (self._folder / "cpu.max").write_text(f"{processors * 100000} 100000")
        else:
            (self._folder / "cpu.cfs_quota_us").write_text(str(processors * 100000))
        self.words = ["sh", "-c", f'echo $$ >{self._folder}/cgroup.procs && exec "$@"', "sh"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._folder.rmdir()
