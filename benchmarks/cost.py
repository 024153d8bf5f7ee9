"""What one training of `stride` costs beside the others, in CPU seconds of whole processes, taking turns: one JSON.

    python benchmarks/cost.py --data-dir ../shared/data [--rounds 3] [--rocket PYTHON]

Each side is one process from its start to its end that reads UCI HAR, trains once, and tests; ours with what it has
compiled kept from an untimed start, as a second run of a user has it, and the tutorial's network also in Keras on
TensorFlow. PYTHON is of an environment with stridenet, aeon and PyTorch, for MiniRocket and Hydra, beside which 20
trainings of `stride` are measured. Writes docs/performance/stride_cost.json.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import environments
import tasks
from measuring import HERE, Bench
from stridenet.runs.environment import describe_environment

FILE = HERE.parent / "docs" / "performance" / "stride_cost.json"


class Cost(NamedTuple):
    """Of a process and all that it started."""

    cpu_seconds: float
    peak_mb: float


def cost(command: list[str], environment: dict[str, str]) -> Cost:
    """Runs it to its end."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env=os.environ | environment)
        _, status, used = os.wait4(process.pid, 0)
        if status:
            said.seek(0)
            raise SystemExit(f"{' '.join(command)[:200]} ended with {status}: {said.read()[-2000:].decode()}")
    return Cost(round(used.ru_utime + used.ru_stime, 2), round(used.ru_maxrss / 1024, 1))


def main() -> None:
    """Measures, tells and stores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, default=None)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rocket", type=Path, default=None, metavar="PYTHON")
    given = parser.parse_args()
    with Bench(FILE.parent, given.rounds, given.data_dir) as bench:
        cache = {"STRIDENET_CACHE": str(bench.work / "cache")}

        def ours(model: str, repeats: int = 1, python: str = sys.executable) -> Cost:
            where = tempfile.mkdtemp(dir=bench.work)
            more = ["--data-dir", bench.data_dir] if bench.data_dir else []
            command = [python, "-m", "stridenet", "run", "uci-har", "--model", model, "--repeats", str(repeats)]
            here = ["--set", "executor=here"] if repeats == 1 else []
            return cost([*command, *here, "--out", where, *more], cache)

        def keras() -> Cost:
            task = tasks.baseline(repeats=1)
            asked = {**task.for_peers(), "epochs": task.document_epochs, "npz": bench.prepared(task)["npz"]}
            python, script = environments.interpreter("tensorflow"), HERE / "peers" / "keras_peer.py"
            quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow", "PYTHONPATH": ""}
            return cost([str(python), str(script), json.dumps(asked)], quiet)

        sides: dict[str, Any] = {
            "stride": lambda: ours("stride"),
            "stride-s": lambda: ours("stride-s"),
            "cnn": lambda: ours("cnn"),
            "cnn in Keras on TensorFlow": keras,
        }
        if given.rocket:
            sides["20 of stride"] = lambda: ours("stride", 20)
            sides |= {name: lambda name=name: ours(name, 1, str(given.rocket)) for name in ("minirocket", "hydra")}
        for name in ("stride", "stride-s", "cnn"):
            ours(name)  # compiles
        found: dict[str, list[Cost]] = {name: [] for name in sides}
        for number in range(given.rounds):
            for name in list(sides)[number % len(sides) :] + list(sides)[: number % len(sides)]:
                if number == 0 or name not in ("20 of stride", "minirocket", "hydra"):
                    found[name].append(sides[name]())
                    print(name, found[name][-1], flush=True)
    told = {
        name: {
            "cpu_seconds": [one.cpu_seconds for one in costs],
            "median": statistics.median(one.cpu_seconds for one in costs),
            "peak_mb": max(one.peak_mb for one in costs),
        }
        for name, costs in found.items()
    }
    FILE.write_text(json.dumps({"sides": told, "environment": describe_environment()}, indent=1) + "\n")


if __name__ == "__main__":
    main()
