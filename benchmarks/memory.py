"""How much memory one training takes at its peak, for networks and baselines on UCI HAR's official split: one JSON.

    python benchmarks/memory.py --data-dir ../shared/data [--rocket PYTHON] [--only stride,cnn]

Each is one process that reads, compiles, trains one epoch (a baseline: whole) and answers, measured by the operating
system; more epochs take no more. Nothing is compiled before, and the data is in the cache. PYTHON is of an
environment with stridenet, aeon and PyTorch, for MiniRocket and Hydra. What was measured before stays. Writes
docs/performance/memory.json, which write_results.py puts beside the results.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from cost import cost
from measuring import HERE
from stridenet.models.build import names
from stridenet.runs.environment import describe_environment

FILE = HERE.parent / "docs" / "performance" / "memory.json"
ROCKET = ("minirocket", "hydra")
BASELINES = ("majority", *(f"features-{kind}" for kind in ("logistic", "svm", "forest", "boosting")))


def main() -> None:
    """Measures what is asked for and writes each as soon as it is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--rocket", type=Path, default=None, metavar="PYTHON")
    parser.add_argument("--only", default="", help="models, by commas; by default all")
    given = parser.parse_args()
    found = json.loads(FILE.read_text())["peak_mb"] if FILE.exists() else {}
    models = [one for one in given.only.split(",") if one]
    with tempfile.TemporaryDirectory() as work:
        where = {"STRIDENET_CACHE": f"{work}/cache"}
        for i, model in enumerate(["majority", *(models or [*BASELINES, *names(), *(ROCKET if given.rocket else ())])]):
            python = str(given.rocket) if model in ROCKET else sys.executable
            command = [python, "-m", "stridenet", "run", "uci-har", "--model", model, "--repeats", "1"]
            command += ["--epochs", "1"] if model in names() else []
            more = ["--set", "executor=here", "--out", f"{work}/{i}", "--data-dir", str(given.data_dir)]
            told = cost([*command, *more], where)
            if i == 0:
                continue  # which has read the data into the cache
            found[model] = round(told.peak_mb)
            print(model, found[model], flush=True)
            FILE.write_text(json.dumps({"peak_mb": found, "environment": describe_environment()}, indent=1) + "\n")


if __name__ == "__main__":
    main()
