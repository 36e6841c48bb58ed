"""The worker for arm64, under emulation, beside the same sources' worker for amd64 with the same libraries.

Each kind is encoded twice. Without x265's cutree both have the same access units. With it, they are not always the same:
adaptive quantization together with cutree has floating-point weights. So an amd64 ffmpeg judges: it decodes the outputs
without a word, and they have the same frames, timestamps, copied packets and properties. Their PSNR differs by some
hundredths of a dB, in either direction: a clip has some ten frames.

    ARM64_KINDS=cropped   of `kinds.KINDS`, those whose name has this text
"""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import time
import unittest

from programs import AMD64, AMD64_ROOT, ARM64

import compare
import facts
from kinds import KINDS

DECIBELS = 0.1
# Under emulation x265 finds no processors, makes no threads, and switches its wavefront off, which changes the bitstream.
THREADS = "pools=2"
# Less is another picture, not another quality.
LEAST = 30
# Brightness of a quarter of the first frame, of 255: not compared to the bit, like the frames.
TOLERANT = "orientation"


def words(path, kind):
    """What ffmpeg says of a file's streams of one kind while it decodes them: "" and 0, unless something is wrong."""
    done = subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-xerror", "-i", path, "-map", f"0:{kind}", "-f", "null", "-"],
        capture_output=True, text=True)
    return done.stderr, done.returncode


def packets(path):
    """All streams' time bases, and of each packet: stream, timestamps, duration, flags, the hash of its data. Of the video's
    only what its encoder doesn't choose: timestamp and duration."""
    probed = json.loads(subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", "-show_data_hash", "md5", "-show_entries",
         "stream=index,codec_name,time_base:packet=stream_index,pts,dts,duration,flags,data_hash", path],
        check=True, capture_output=True, text=True).stdout)
    video = next(stream["index"] for stream in probed["streams"] if stream["codec_name"] == "hevc")
    for packet in probed["packets"]:
        if packet["stream_index"] == video:
            for choice in ("dts", "flags", "data_hash"):
                packet.pop(choice, None)
    # Muxers interleave by the packets' sizes, too.
    return probed["streams"], sorted(probed["packets"], key=lambda packet: json.dumps(packet, sort_keys=True))


def units(path):
    """The hashes of the video's access units."""
    probed = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "V", "-show_data_hash", "md5", "-show_entries",
                             "packet=data_hash", "-of", "csv=p=0", path], check=True, capture_output=True, text=True)
    return probed.stdout.split()


def psnr(path, source, expected):
    """Of all frames' luma and chroma together, in dB; frames are paired in their order."""
    graph = (f"[0:V]format=yuv420p10le,settb=1/25,setpts=N[output];"
             f"[1:V]{expected},format=yuv420p10le,settb=1/25,setpts=N[source];[output][source]psnr")
    done = subprocess.run(["ffmpeg", "-nostdin", "-i", path, "-i", source, "-lavfi", graph, "-f", "null", "-"],
                          capture_output=True, text=True)
    found = re.search(r"PSNR .*average:([0-9.]+|inf)", done.stderr)
    if not found:
        raise AssertionError(done.stderr)
    return float(found.group(1))


class WorkerTest(unittest.TestCase):
    def test_it_encodes_each_kind_of_video_as_amd64_does(self):
        for name, kind in KINDS.items():
            if os.environ.get("ARM64_KINDS", "") in name:
                with self.subTest(name), tempfile.TemporaryDirectory(dir=AMD64_ROOT / "tmp") as folder:
                    self.compare(name, kind, pathlib.Path(folder))

    def compare(self, name, kind, folder):
        source = folder / f"source.{kind.suffix}"
        kind.make(source)
        plain, _, _ = self.encode(source, kind, [THREADS, "cutree=0"])
        self.assertEqual(*(units(path) for path in plain), "access units without cutree")
        # Chunks have a number of threads of their own.
        outputs, reports, seconds = self.encode(source, kind, [] if "--chunks" in kind.options else [THREADS])
        decibels = [psnr(path, source, kind.expected) for path in outputs]
        sizes = [path.stat().st_size for path in outputs]
        print(f"\n{name}: {seconds[0]:.1f} s and {seconds[1]:.1f} s, PSNR {decibels[0]:.4f} and {decibels[1]:.4f} dB, "
              f"{sizes[0]:,} and {sizes[1]:,} bytes{', the same access units' * (units(outputs[0]) == units(outputs[1]))}",
              end="", flush=True)

        self.assertEqual([words(path, "V") for path in outputs], [("", 0)] * 2, "what ffmpeg says")
        self.assertEqual([words(path, "a") for path in outputs], [("", 0)] * 2, "what ffmpeg says")
        self.assertEqual(*(packets(path) for path in outputs))
        of_arm64, of_amd64 = (facts.of(path) for path in outputs)
        self.assertEqual(compare.lost(of_amd64, of_arm64) + compare.lost(of_arm64, of_amd64), [])
        self.assertEqual(*({fact: value for fact, value in found.items() if fact != TOLERANT}
                           for found in (of_arm64, of_amd64)))
        self.assertEqual(*((report["frames"], report["noteDetails"], report.get("chunks")) for report in reports))
        if "--chunks" in kind.options:
            self.assertGreater(reports[0]["chunks"]["total"], 2)
        self.assertGreater(min(decibels), LEAST)
        self.assertLessEqual(abs(decibels[0] - decibels[1]), DECIBELS)

    def encode(self, source, kind, parameters):
        """Outputs, reports and seconds of both."""
        options = ["--x265-params", ":".join(parameters)] if parameters else []
        outputs, reports, seconds = [], [], []
        for worker in (ARM64, AMD64):
            outputs.append(source.with_name(f"{worker.architecture}-{len(parameters)}.{kind.container}"))
            start = time.monotonic()
            reports.append(worker.encode(source, outputs[-1], *kind.options, *options))
            seconds.append(time.monotonic() - start)
        return outputs, reports, seconds


if __name__ == "__main__":
    unittest.main()
