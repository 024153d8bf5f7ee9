"""How much time and memory a CSV takes that is larger than the memory it may use.

    python benchmarks/large_file.py --gigabytes 5

A table of six channels, time, label and person is written into a temporary folder, read twice by children that may hold
2 GB (`RLIMIT_DATA`: whatever a process allocates itself; not the pages of mapped files, which the system takes back
when it needs them), and compared by the byte with one of 50 MB. All goes to docs/performance/large_file.json.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

LIMIT = 2 << 30
SMALL_GB = 0.05
OUT = Path(__file__).parents[1] / "docs" / "performance" / "large_file.json"


def write(path: Path, size: float, people: int) -> int:
    """A table of about so many bytes; its rows."""
    rng = np.random.default_rng(0)
    rows, block, n = 0, 200_000, 0
    labels = np.array(["walking", "sitting", "standing", "lying", "climbing", "none"])
    each = max(1, int(size / 84 / people))
    with path.open("wb") as file:
        while n < size:
            at = np.arange(rows, rows + block)
            time_s = 1.7e9 + at * 0.01 + rng.normal(0, 1e-4, block)
            frame = pl.DataFrame(
                {
                    "time": time_s.round(4),
                    **{f"{kind}_{axis}": rng.normal(size=block).round(6) for kind in ("acc", "gyro") for axis in "xyz"},
                    "activity": labels[(at // 3000) % len(labels)],
                    "person": [f"P{number}" for number in np.minimum(at // each, people - 1) + 1],
                }
            )
            frame.write_csv(file, include_header=not rows)
            rows, n = rows + block, file.tell()
    return rows


class Watch:
    """The most memory that this process held at any time: its own, and pages of files."""

    def __init__(self) -> None:
        self.own = self.files = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._stop.wait(0.02):
            fields = dict(
                line.split(":", 1) for line in Path("/proc/self/status").read_text("ascii").splitlines() if ":" in line
            )
            self.own = max(self.own, int(fields["RssAnon"].split()[0]) * 1024)
            self.files = max(self.files, int(fields["RssFile"].split()[0]) * 1024)

    def done(self) -> dict[str, float]:
        self._stop.set()
        self._thread.join()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return {
            "own_gb": round(self.own / 1e9, 3),
            "with_pages_of_files_gb": round(peak / 1e9, 3),
        }


def child(path: str) -> None:
    """Reads a file within the limit, and prints what it took."""
    resource.setrlimit(resource.RLIMIT_DATA, (LIMIT, LIMIT))
    from stridenet.data.load import load_with_recordings
    from stridenet.signals.overview import overview

    notes: list[str] = []
    watch, begin = Watch(), time.perf_counter()
    loaded = load_with_recordings(path, note=notes.append)
    seconds, busy = time.perf_counter() - begin, time.process_time()
    read = watch.done()
    watch, begin = Watch(), time.perf_counter()
    overview(loaded.windows, loaded.recordings)
    told = {"seconds": round(time.perf_counter() - begin, 1), **watch.done()}
    print(
        json.dumps(
            {
                "seconds": round(seconds, 1),
                "cpu_seconds": round(busy, 1),
                **read,
                "inspect": told,
                "windows": len(loaded.windows),
                "notes": [str(note) for note in notes],
            }
        )
    )


def measure(path: Path, cache: Path) -> dict[str, Any]:
    """What a child says; its words where it fails."""
    done = subprocess.run(
        [sys.executable, __file__, "--child", str(path)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"STRIDENET_CACHE": str(cache)},
    )
    if done.returncode:
        raise SystemExit(f"the child ended with {done.returncode}: {done.stderr[-3000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def machine() -> dict[str, Any]:
    """What a file of figures says of where they were measured."""
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "polars": pl.__version__,
    }


def main() -> None:
    """Writes, reads and compares."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--gigabytes", type=float, default=5)
    asked.add_argument("--people", type=int, default=4)
    asked.add_argument("--folder", type=Path, help="where the table is written, by default the system's")
    asked.add_argument("--out", type=Path, default=OUT)
    asked.add_argument("--child", help=argparse.SUPPRESS)
    said = asked.parse_args()
    if said.child:
        child(said.child)
        return
    found: dict[str, Any] = {}
    for name, gigabytes in (("small", SMALL_GB), ("large", said.gigabytes)):
        with tempfile.TemporaryDirectory(dir=said.folder) as folder:
            path = Path(folder) / "recordings.csv"
            rows = write(path, gigabytes * 1e9, said.people)
            size = path.stat().st_size
            first, again = measure(path, Path(folder) / "cache"), measure(path, Path(folder) / "cache")
            notes = first.pop("notes")
            again.pop("notes")
            found[name] = {
                "gigabytes": round(size / 1e9, 3),
                "rows": rows,
                "first": first,
                "again": again,
                "megabytes_per_second": round(size / 1e6 / first["seconds"], 1),
                "progress": [note for note in notes if note.endswith(" %")],
            }
            print(json.dumps({name: found[name]}, indent=1), flush=True)
    found["limit_gb"] = round(LIMIT / 1e9, 3)
    found["people"] = said.people
    found["machine"] = machine()
    said.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
