"""Is a row that differs from the document ours alone? Keras' own fit and ours train the same network as often as asked.

    python benchmarks/same_accuracy.py --filters 8 [--data-dir FOLDER] [--seeds 20] [--sides tensorflow jax ours]

Writes docs/reproduction/A4-8-keras-fit.json: the accuracy on the test people after the last epoch of every training.
Sides that are stored already and not named stay as they are.
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import tasks
from measuring import KERAS_PEERS, Bench, to_json

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reproduction"
SIDES = (*KERAS_PEERS, "ours")


def trained(bench: Bench, side: str, settings: dict[str, Any], seeds: int) -> dict[str, Any]:
    """Of what a side said, what is kept."""
    task = tasks.baseline(repeats=seeds)
    if side == "ours":
        spec = {**task.spec, "model": {**task.spec["model"], "settings": settings}}
        said = bench.ours("our_run", {"spec": spec, "out": str(bench.work / "runs"), "data_dir": bench.data_dir})
        accuracies = said["accuracies"]
    else:
        one = {**task.for_peers(), "npz": bench.prepared(task)["npz"], "settings": settings, "validate": "test"}
        trainings = [{**one, "epochs": task.document_epochs, "seed": seed} for seed in range(seeds)]
        said = bench.peer(side, {"job": "fit_all", "tasks": trainings})
        accuracies = [training["accuracy"][-1] for training in said["tasks"]]
    return {"accuracies": accuracies, "versions": said["versions"], "processor": bench.machine["processor"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--filters", type=int, required=True, help="of both convolutions: the row of A4")
    parser.add_argument("--data-dir", type=Path, help="where the real data lies")
    parser.add_argument("--seeds", type=int, default=20, help="trainings of each side")
    parser.add_argument("--sides", nargs="+", choices=SIDES, default=SIDES, help="by default all")
    given = parser.parse_args()
    settings = {"filters": given.filters}
    file = FOLDER / f"A4-{given.filters}-keras-fit.json"
    stored = json.loads(file.read_text(encoding="utf-8"))["peers"] if file.exists() else {}
    with tempfile.TemporaryDirectory() as nowhere, Bench(Path(nowhere), 1, given.data_dir) as bench:
        for side in given.sides:
            stored[side] = trained(bench, side, settings, given.seeds)
            found = {"settings": settings, "machine": bench.machine, "peers": stored}
            file.write_text(to_json(found), encoding="utf-8")
    print(f"written: {file}")


if __name__ == "__main__":
    main()
