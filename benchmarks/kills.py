"""Kills runs and sweeps with -9 at random moments, and looks at what is left: figures, files, workers.

Each round starts the same command in a folder of its own and kills it a few times; then it lets it end, and compares
every prediction with that of a command that nobody disturbed. Half of the kills hit runs with live workers, half
sweeps.

    python benchmarks/kills.py --kills 200 --seed 1
"""

import argparse
import json
import os
import platform
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

RESULT = Path(__file__).resolve().parents[1] / "docs" / "reliability" / "kills.json"
IN_A_ROW = 5
SHARED = (
    "--epochs",
    "3",
    "--set",
    "train.batch_size=4",
    "--set",
    "filters=4",
    "--set",
    "dense=[8]",
    "--set",
    "data.length=16",
)
COMMANDS = {
    "run": ("run", "--repeats", "4", "--set", "executor=processes", *SHARED),
    "sweep": ("sweep", "--repeats", "2", "--set", "kernel_size=3,5", *SHARED),
}


def write_data(folder: Path) -> None:
    """Five people who rest and walk, at 20 Hz."""
    folder.mkdir()
    rng = np.random.default_rng(4)
    walking = np.repeat([0, 1], 240)
    for person in range(1, 6):
        x = walking * (1 + np.sin(np.arange(480) * rng.uniform(0.9, 1.1))) + rng.normal(0, 0.1, 480)
        y = rng.normal(0, 0.1, 480)
        rows = [f"0{person},{i / 20},{x[i]:.4f},{y[i]:.4f},{('rest', 'walk')[walking[i]]}" for i in range(480)]
        (folder / f"p{person}.csv").write_text("\n".join(["person,time,x,y,activity", *rows]) + "\n")


def start(kind: str, data: Path, out: Path, **how: Any) -> "subprocess.Popen[bytes]":
    command, *rest = COMMANDS[kind]
    typed = [sys.executable, "-m", "stridenet", command, str(data), *rest, "--out", str(out)]
    return subprocess.Popen(typed, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how)


def group(number: int) -> Iterator[int]:
    """The processes of a session that are still alive."""
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == number and fields[0] != "Z":
            yield int(place.name)


def kill(kind: str, data: Path, out: Path, after_s: float) -> tuple[bool, int, float]:
    """Whether it was still at work, how many workers lived then, and how long the last one lived on."""
    process = start(kind, data, out, start_new_session=True)
    try:
        process.communicate(timeout=after_s)
        return False, 0, 0.0
    except subprocess.TimeoutExpired:
        pass
    workers = len(list(group(process.pid))) - 1
    process.send_signal(signal.SIGKILL)
    began = time.perf_counter()
    while list(group(process.pid)) and time.perf_counter() - began < 30:
        time.sleep(0.02)
    lived = time.perf_counter() - began
    process.wait()
    return True, workers, lived


def predictions(out: Path) -> dict[str, Any]:
    """Every probability of every run, by the run's name."""
    found = {}
    for file in sorted(out.glob("[!.]*/result.npz")):
        with np.load(file) as arrays:
            found[file.parent.name] = arrays["probability"]
    return found


def names(out: Path) -> list[str]:
    """Every file and folder, hidden ones too, but for what a sweep names by its own folder."""
    return sorted(str(path.relative_to(out)) for path in out.rglob("*"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    rng = random.Random(asked.seed)
    told: dict[str, Any] = {"seed": asked.seed, "kinds": {}}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        os.environ["STRIDENET_CACHE"] = str(folder / "cache")
        write_data(folder / "data")
        for kind in COMMANDS:
            told["kinds"][kind] = measure(kind, folder, asked.kills // 2, rng)
    told["machine"] = {"python": platform.python_version(), "system": platform.system(), "cores": os.cpu_count()}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(told, indent=1) + "\n")


def measure(kind: str, folder: Path, kills: int, rng: random.Random) -> dict[str, Any]:
    for name in ("warm", "undisturbed"):  # the first compiles
        began = time.perf_counter()
        process = start(kind, folder / "data", folder / f"{kind}-{name}")
        _, said = process.communicate()
        assert process.returncode == 0, said.decode()
        whole_s = time.perf_counter() - began
    expected, files = predictions(folder / f"{kind}-undisturbed"), names(folder / f"{kind}-undisturbed")
    done: dict[str, Any] = {"kills": 0, "with_workers": 0, "other_figures": 0, "left_behind": 0, "failed": 0}
    outlived: list[float] = []
    number = 0
    while done["kills"] < kills:
        number += 1
        out = folder / f"{kind}-{number}"
        for _ in range(min(IN_A_ROW, kills - done["kills"])):
            hit, workers, lived = kill(kind, folder / "data", out, rng.uniform(0.05, whole_s))
            if not hit:
                break
            done["kills"] += 1
            done["with_workers"] += workers > 0
            outlived.append(lived)
        process = start(kind, folder / "data", out)
        _, said = process.communicate()
        found = predictions(out)
        same = found.keys() == expected.keys() and all(np.array_equal(found[k], expected[k]) for k in expected)
        left = sorted(set(names(out)) - set(files))
        done["failed"] += process.returncode != 0
        done["other_figures"] += not same
        done["left_behind"] += bool(left)
        print(
            f"{kind} {done} longest {max(outlived, default=0):.2f} s {left} {said.decode()[-200:] if left else ''}",
            flush=True,
        )
    return done | {"rounds": number, "whole_s": round(whole_s, 2), "longest_s_after_a_kill": round(max(outlived), 3)}


if __name__ == "__main__":
    main()
