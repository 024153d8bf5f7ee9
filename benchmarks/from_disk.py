"""Training on a signal in memory and on one that stays a file: steps a second, and memory at the most.

Made recordings of the asked size are kept in a cache of their own, as any that are read. Each way is a process: both
in turns for their speeds, each alone for its memory, one with nothing of the file in the page cache, and one that may
take less memory than the signal has.

    python benchmarks/from_disk.py --megabytes 300
"""

import argparse
import datetime
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from measuring import to_json

RESULT = Path(__file__).resolve().parents[1] / "docs" / "performance" / "from_disk.json"
CHANNELS, LENGTH, STEP, BATCH = 9, 128, 64, 32
KEY = "made"
MB = 1_000_000


def make(folder: Path, megabytes: int) -> None:
    """Recordings of 36 MB each, all of the same samples: the file holds each of them, memory one."""
    from stridenet.data import pack
    from stridenet.signals.recording import Recording
    from stridenet.system.cache import load_or_make

    rng = np.random.default_rng(0)
    n = MB
    labels = np.arange(n) // 5000 % 4
    wave = np.sin(np.arange(n) * (0.05 + 0.1 * labels))[:, None] + rng.normal(0, 0.3, (n, CHANNELS))
    names = tuple(f"c{i}" for i in range(CHANNELS))
    one = wave.astype(np.float32), names, ("g",) * CHANNELS, 50.0, labels.astype(np.int8), ("a", "b", "c", "d")
    count = max(2, round(megabytes / (4 * CHANNELS)))
    recordings = [Recording(f"r{i}", f"p{i}", *one) for i in range(count)]
    load_or_make(KEY, lambda: pack.pack_recordings(recordings), folder=folder)
    time.sleep(2.5)
    load_or_make(KEY, lambda: pack.pack_recordings([]), folder=folder)  # so that the file is known as whole


class Ways:
    """Both ways to the same steps of the same windows."""

    def __init__(self, folder: Path) -> None:
        from stridenet.data import pack
        from stridenet.engine import feeding
        from stridenet.engine.trainer import Trainer
        from stridenet.models import build as models
        from stridenet.signals.windows import cut
        from stridenet.spec import TrainSpec
        from stridenet.system.cache import load_or_make

        self._feeding = feeding
        stored = load_or_make(KEY, lambda: pack.pack_recordings([]), folder=folder)
        self.windows = cut(pack.unpack_recordings(stored), length=LENGTH, step=STEP, labels="end")
        model = models.build("cnn", length=LENGTH, n_channels=CHANNELS, n_classes=4)
        self._trainer = Trainer(model, TrainSpec(batch_size=BATCH))
        self._feeds: dict[str, Any] = {}
        self._rounds = 0

    def feed(self, way: str) -> Any:
        """In memory, or from the disk; made once."""
        if way not in self._feeds:
            room = 0 if way == "disk" else 10**15
            self._feeds[way] = self._feeding.feed(self.windows.x, self.windows.y, flat=False, room=room)
        return self._feeds[way]

    def steps(self, way: str, steps: int) -> tuple[float, float]:
        """So many steps on windows drawn from all: steps a second, and processor time of a step in ms.

        Whatever else the machine does changes the first much and the second little.
        """
        import jax

        self._rounds += 1
        order = np.random.default_rng(self._rounds).permutation(len(self.windows))[: steps * BATCH].astype(np.int32)
        start = self._trainer.start()
        state = (start.weights, start.others, self._trainer.fresh_optimizer(len(self.windows)))
        feed, scores = self.feed(way), list[Any]()
        for number, step in enumerate(feed.steps(order, BATCH)):
            if number == 1:  # the first may have compiled
                jax.block_until_ready(scores)
                began, busy = time.perf_counter(), time.process_time()
            state, score = self._trainer.step(state, *step)
            scores.append(score)
            self._feeding.throttled(scores)
        jax.block_until_ready(scores)
        n = len(scores) - 1
        return n / (time.perf_counter() - began), 1000 * (time.process_time() - busy) / n


def speeds(folder: Path, steps: int, rounds: int) -> dict[str, Any]:
    """Both ways in turns."""
    ways = Ways(folder)
    order = ["memory", "disk"]
    for way in order:
        ways.steps(way, 20)
    found: dict[str, list[tuple[float, float]]] = {way: [] for way in order}
    for number in range(rounds):
        for way in order[:: 1 if number % 2 else -1]:
            found[way].append(ways.steps(way, steps))
    return {**found, "windows": len(ways.windows), "signal_mb": ways.windows.places.held / MB}


def alone(folder: Path, way: str, steps: int) -> dict[str, Any]:
    """One way, the first steps that a process does, and its memory; pages of a mapped file are the system's to take."""
    ways = Ways(folder)
    before, read = _status("RssAnon"), _read_bytes()
    speed, busy = ways.steps(way, steps)
    return {
        "steps_per_s": speed,
        "cpu_ms_a_step": busy,
        "added_mb": (_status("RssAnon") - before) / MB,
        "peak_mb": _status("VmHWM") / MB,
        "read_mb": (_read_bytes() - read) / MB,
    }


def limited(folder: Path, steps: int) -> dict[str, Any]:
    """From the disk, in a process that may take a quarter of the signal more than the compiled program needs."""
    ways = Ways(folder)
    signal = ways.windows.places.held
    ways.steps("disk", 40)
    limit = _status("VmData") + signal // 4
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    speed, _ = ways.steps("disk", steps)
    try:
        ways.windows.places.compact()
    except MemoryError:
        return {"steps_per_s": speed, "more_mb": signal / 4 / MB, "the_signal_in_memory": "refused by the system"}
    return {"steps_per_s": speed, "more_mb": signal / 4 / MB, "the_signal_in_memory": "fits: the limit was none"}


def forget(folder: Path) -> None:
    """Lets the system drop the file from its page cache; nobody may have it mapped."""
    file = os.open(folder / f"{KEY}.bin", os.O_RDONLY)
    os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(file)


def _status(what: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{what}:"))


def _read_bytes() -> int:
    lines = Path("/proc/self/io").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("read_bytes:"))


def child(folder: Path, what: str, *numbers: int) -> dict[str, Any]:
    """What a process of its own found."""
    command = [sys.executable, __file__, "--child", what, str(folder), *map(str, numbers)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "STRIDENET_CACHE": str(folder)})
    if done.returncode:
        raise SystemExit(f"{what} ended with status {done.returncode}:\n{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(folder: Path, megabytes: int, steps: int, rounds: int) -> dict[str, Any]:
    began = time.perf_counter()
    make(folder, megabytes)
    both = child(folder, "speeds", steps, rounds)
    speed = {way: [one[0] for one in both[way]] for way in ("memory", "disk")}
    busy = {way: [one[1] for one in both[way]] for way in speed}
    medians, used = ({way: statistics.median(of[way]) for way in of} for of in (speed, busy))
    found = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": {"system": platform.platform(), "cores": os.cpu_count()},
        "asked": {"megabytes": megabytes, "steps": steps, "rounds": rounds, "batch_size": BATCH},
        "windows": both["windows"],
        "signal_mb": both["signal_mb"],
        "steps_per_s": speed,
        "median_steps_per_s": medians,
        "ratio": medians["disk"] / medians["memory"],
        "cpu_ms_a_step": busy,
        "cpu_ratio": used["memory"] / used["disk"],
        "alone": {way: child(folder, way, steps) for way in medians},
    }
    forget(folder)
    found["cold"] = child(folder, "disk", steps)
    found["limited"] = child(folder, "limited", steps)
    return {**found, "elapsed_s": time.perf_counter() - began}


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        what, place, numbers = sys.argv[2], Path(sys.argv[3]), [int(one) for one in sys.argv[4:]]
        if what == "speeds":
            print(json.dumps(speeds(place, *numbers)))
        else:
            print(json.dumps(limited(place, *numbers) if what == "limited" else alone(place, what, *numbers)))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=300, help="of signal")
    parser.add_argument("--steps", type=int, default=150, help="a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where the file is made; by default where temporary files are")
    parser.add_argument("--out", type=Path, default=RESULT)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="stridenet-from-disk-", dir=asked.folder) as folder:
        os.environ["STRIDENET_CACHE"] = folder
        found = measure(Path(folder), asked.megabytes, asked.steps, asked.rounds)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(to_json(found), encoding="utf-8")
    print(to_json(found))


if __name__ == "__main__":
    main()
