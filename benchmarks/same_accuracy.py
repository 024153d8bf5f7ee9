"""Is a row that differs from the document ours alone? Keras' own fit trains the same network as often as asked.

    python benchmarks/same_accuracy.py --filters 8 [--data-dir FOLDER] [--seeds 20]

Writes docs/reproduction/A4-8-keras-fit.json: the accuracy on the test people after the last epoch of every training.
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

import tasks
from measuring import KERAS_PEERS, Bench, to_json

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reproduction"


def summary(found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Of what each peer said, what is kept."""
    return {
        peer: {"accuracies": [task["accuracy"][-1] for task in said["tasks"]], "versions": said["versions"]}
        for peer, said in found.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--filters", type=int, required=True, help="of both convolutions: the row of A4")
    parser.add_argument("--data-dir", type=Path, help="where the real data lies")
    parser.add_argument("--seeds", type=int, default=20, help="trainings of each peer")
    given = parser.parse_args()
    settings = {"filters": given.filters}
    file = FOLDER / f"A4-{given.filters}-keras-fit.json"
    with tempfile.TemporaryDirectory() as nowhere, Bench(Path(nowhere), 1, given.data_dir) as bench:
        task = tasks.baseline()
        one = {**task.for_peers(), "npz": bench.prepared(task)["npz"], "settings": settings, "validate": "test"}
        trainings = [{**one, "epochs": task.document_epochs, "seed": seed} for seed in range(given.seeds)]
        found = {peer: bench.peer(peer, {"job": "fit_all", "tasks": trainings}) for peer in KERAS_PEERS}
        machine = bench.machine
    file.write_text(to_json({"settings": settings, "machine": machine, "peers": summary(found)}), encoding="utf-8")
    print(f"written: {file}")


if __name__ == "__main__":
    main()
