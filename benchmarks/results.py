"""Networks and baselines on the same windows and folds: one JSON a run in docs/evaluation, for write_results.py.

    python benchmarks/results.py --data-dir ../shared/data --out OUT [--only uci-har/official] [--models stride]

Problems of the UEA and UCR archive are looked for in uea-ts, below the current folder. What is trained already in OUT
is not trained again. Test people are read by this script alone; the ledger of each file tells how often, in OUT. CPU
seconds are of all processes of a run in which nothing was there yet.
"""

import argparse
import json
import resource
import time
from pathlib import Path
from typing import Any, NamedTuple

from stridenet import spec
from stridenet.evaluation.result import Result
from stridenet.reproduction.rows import nested
from stridenet.runs import job
from stridenet.runs.environment import describe_environment

RESULTS = Path(__file__).resolve().parents[1] / "docs" / "evaluation"


class Task(NamedTuple):
    """Data under a protocol.

    Args:
        data: the settings of the data.
        protocol: as ``--protocol`` takes it.
    """

    data: dict[str, Any]
    protocol: str


ARCHIVE = ("RacketSports", "BasicMotions", "JapaneseVowels", "GunPoint", "PickupGestureWiimoteZ")
"""Small problems of the UEA and UCR archive: no people, no units, no rate."""
TASKS = {
    "uci-har/official": Task({"name": "uci-har"}, "official"),
    "uci-har/by-person-10": Task({"name": "uci-har"}, "by-person:10"),
    "uci-har/leave-one-person-out": Task({"name": "uci-har"}, "leave-one-person-out"),
    "hapt/official": Task({"name": "hapt"}, "official"),
    "hapt/by-person-10": Task({"name": "hapt"}, "by-person:10"),
    "hapt-20hz/by-person-5": Task({"name": "hapt-20hz"}, "by-person:5"),
    "wisdm-watch/by-person-5": Task({"name": "wisdm-watch"}, "by-person:5"),
    "simulated/official": Task({"name": "simulated"}, "official"),
    **{f"{name}/official": Task({"name": f"uea-ts/{name}"}, "official") for name in ARCHIVE},
}
SCALED = ("cnn", "fcn", "resnet", "inception-time", "tcn", "lstm", "cnn-lstm", "deep-conv-lstm", "tiny-har")
"""Networks without a scaling of their own: they are given standardized channels."""


def settings(task: Task, model: str, seeds: int, more: dict[str, Any]) -> spec.RunSpec:
    """The settings of a run; more than a task and a name says is on the command line and in the file."""
    given: dict[str, Any] = {
        "repeats": seeds, "data": task.data, "split": {"kind": task.protocol}, "model": {"name": model}
    }  # fmt: skip
    if model in SCALED:
        given["prepare"] = "standardize"
    return spec.parse(nested(given | more))


def figures(result: Result) -> dict[str, Any]:
    """What is kept of a result: every score with its interval, per class and per person, protocol and ledger."""
    told = result.metrics()
    kept = (
        "scores", "ensemble", "calibration", "classes", "people", "protocol", "ledger", "seeds", "n_parameters",
        "confusion_pooled", "diverged",
    )  # fmt: skip
    seconds = {"training_seconds": sum(result.seconds) / max(1, len(result.seconds)), "trainings": len(result.seconds)}
    learnt = {"distilled": told["distilled"]} if result.distilled else {}
    return {name: told[name] for name in kept} | learnt | {"names": list(result.classes)} | seconds


def spent() -> float:
    """CPU seconds of this process and of all its children that have ended."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def was_fresh(done: job.Run, told: list[str]) -> bool:
    """Whether nothing of a run was there already, so that what it cost is what its trainings cost."""
    return not done.found and not any("found" in line for line in told)


def measured(name: str, model: str, seeds: int, given: argparse.Namespace, more: dict[str, Any]) -> dict[str, Any]:
    """Runs it and tells what came and what it cost."""
    told: list[str] = []
    wanted = settings(TASKS[name], model, seeds, more)
    began, before = time.perf_counter(), spent()
    done = job.run(wanted, out=given.out, data_dir=given.data_dir, note=told.append)
    wall, cpu = time.perf_counter() - began, spent() - before
    cost = {"cpu_seconds": round(cpu, 1), "wall_seconds": round(wall, 1)}
    return {
        "task": name,
        "model": model,
        "more": more,
        "cost": cost if was_fresh(done, told) else None,
        **figures(done.result),
        "environment": describe_environment() | done.environment(),
    }


def main() -> None:
    """Measures what is asked for and writes each as soon as it is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, default=None)
    parser.add_argument("--out", type=Path, default=Path("runs-results"), help="the folder of runs")
    parser.add_argument("--only", default="", help="tasks, by commas; by default all")
    parser.add_argument("--models", default="stride", help="by commas")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="any setting of a run")
    parser.add_argument("--called", default="", help="what the files are called in place of the model's name")
    given = parser.parse_args()
    more = {}
    for one in given.set:
        key, _, value = one.partition("=")
        try:
            more[key] = json.loads(value)
        except ValueError:
            more[key] = value
    for name in [one for one in given.only.split(",") if one] or list(TASKS):
        for model in given.models.split(","):
            found = measured(name, model, given.seeds, given, more)
            file = RESULTS / name.replace("/", "_") / f"{given.called or model}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(found, indent=1) + "\n")
            score = found["scores"]
            print(
                f"{name} {model}: accuracy {100 * score['accuracy']['value']:.2f}, macro F1 "
                f"{100 * score['macro_f1']['value']:.2f}, {found['cost']}, ledger {found['ledger']['words']}",
                flush=True,
            )


if __name__ == "__main__":
    main()
