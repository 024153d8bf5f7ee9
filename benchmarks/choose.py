"""What `stride` is and how it is trained, chosen by person on the training people of UCI HAR: one JSON a try.

    python benchmarks/choose.py --data-dir ../shared/data --out OUT [--only full,small] [--seeds 2]

Seven fixed groups of three of the 21 people of the official training side; the nine test people are taken out before
anything is done. Writes docs/evaluation/choice/NAME.json, from which write_choice.py makes docs/stride.md's tables.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import f1_score

from results import RESULTS, spent, was_fresh
from stridenet import spec
from stridenet.evaluation.result import Result
from stridenet.reproduction.rows import nested
from stridenet.runs import job
from stridenet.runs.environment import describe_environment
from stridenet.signals.windows import Windows

GROUPS = ((6, 15, 22), (17, 25, 27), (26, 21, 3), (23, 11, 1), (14, 7, 29), (8, 30, 28), (5, 16, 19))
CHOICE = RESULTS / "choice"
ONE_PART: dict[str, Any] = {"model.settings.parts": 1, "train.class_weights": None}
FULL = ONE_PART | {
    "model.settings.waveform": [32, 64, 128],
    "model.settings.spectrum": [64, 64, 64],
    "train.epochs": 15,
}
HALF = FULL | {"model.settings.waveform": [16, 32, 64], "model.settings.spectrum": [32, 32, 32]}
HAPT_ITSELF = {"data.name": "hapt"}
HAPT = HAPT_ITSELF | {"train.epochs": 13}
HAPT_20HZ = {"data.name": "hapt-20hz"}
PLAIN = {"class_name": "categorical_crossentropy"}
NO_DROPOUT = {"model.settings.dropout": 0.0}
NO_SMOOTHING = {"train.loss": PLAIN}
NO_DECAY = {"train.optimizer": "adam"}
ABLATION: dict[str, dict[str, Any]] = {
    "as-it-is": {},
    "waveform-only": {"model.settings.spectrum": []},
    "spectrum-only": {"model.settings.waveform": []},
    "waveform-only-not-compressed": {"model.settings.spectrum": [], "model.settings.compress": False},
    "not-compressed": {"model.settings.compress": False},
    "bands-fixed": {"model.settings.learn_bands": False},
    "no-gravity": {"model.settings.gravity": False},
    "no-rotation": {"train.rotation": 0.0},
    "constant-rate": {"train.schedule": None, "train.warmup": 0.0},
    "no-label-smoothing": NO_SMOOTHING,
    "no-weight-decay": NO_DECAY,
    "one-loss": {"train.heads": False},
    "no-dropout": NO_DROPOUT,
    "one-part": {"model.settings.parts": 1},
    "no-class-weights": {"train.class_weights": None},
}
"""`stride` as it is, and with one thing taken away each."""
HAPT_ABLATION: dict[str, dict[str, Any]] = {
    "hapt-as-it-is": HAPT_ITSELF,
    "hapt-no-dropout": HAPT_ITSELF | NO_DROPOUT,
    "hapt-no-label-smoothing": HAPT_ITSELF | NO_SMOOTHING,
    "hapt-no-dropout-no-label-smoothing": HAPT_ITSELF | NO_DROPOUT | NO_SMOOTHING,
    "hapt-no-weight-decay": HAPT_ITSELF | NO_DECAY,
}
"""The same for what keeps a network from learning its training people by heart, on twelve classes."""
TRIES: dict[str, dict[str, Any]] = {
    "full": FULL,
    "full-8-epochs": FULL | {"train.epochs": 8},
    "half": HALF,
    "half-10-epochs": HALF | {"train.epochs": 10},
    "one-part-no-weights": ONE_PART,
    "s-12-epochs": {"model.name": "stride-s", "train.epochs": 12},
    "hapt-one-part-no-weights": HAPT | ONE_PART,
    "hapt": HAPT,
    "hapt-4-parts": HAPT | {"model.settings.parts": 4},
    "26-epochs": {"train.epochs": 26},
    "hapt-26-epochs": HAPT | {"train.epochs": 26},
    "hapt-39-epochs": HAPT | {"train.epochs": 39},
    "hapt-20hz-13-epochs": HAPT_20HZ | {"train.epochs": 13},
    "hapt-20hz-26-epochs": HAPT_20HZ | {"train.epochs": 26},
    "hapt-20hz-52-epochs": HAPT_20HZ | {"train.epochs": 52},
    "an-eighth-13-epochs": {"train.epochs": 13},
    "an-eighth-52-epochs": {"train.epochs": 52},
    "an-eighth-104-epochs": {"train.epochs": 104},
    **HAPT_ABLATION,
    **ABLATION,
}
"""Settings that were tried, by name."""


@dataclass(frozen=True)
class Groups:
    """Tests each of the groups once, as scikit-learn's splitters do; of the others every so many-th window trains."""

    fold: npt.NDArray[np.int64]
    every: int = 1

    def split(self, x: Any, y: Any = None, groups: Any = None) -> Iterator[tuple[npt.NDArray[Any], npt.NDArray[Any]]]:
        """Training and test windows of each fold."""
        del x, y, groups
        taken = np.arange(len(self.fold)) % self.every == 0
        for i in range(len(GROUPS)):
            yield np.flatnonzero((self.fold != i) & taken), np.flatnonzero(self.fold == i)


def training_people(data: str, data_dir: Path | None) -> Windows:
    """The windows of the people of UCI HAR's official training side, who are those of HAPT too."""
    windows = job.load(spec.parse({"data": {"name": data}}), data_dir=data_dir).windows
    return windows.take(np.flatnonzero(np.isin(windows.group.astype(int), np.concatenate(GROUPS))))


def wanted(more: dict[str, Any], seeds: int) -> spec.RunSpec:
    """Of a try: `stride`, where it says nothing else."""
    return spec.parse(nested({"repeats": seeds, "data.name": "uci-har", "model.name": "stride"} | more))


def figures(result: Result) -> dict[str, Any]:
    """Windows right and which not, in % of all, for each seed; and people."""
    right = result.predicted == result.y
    sitting, standing = (result.classes.index(name) for name in ("sitting", "standing"))
    still = np.isin(result.y, (sitting, standing)) & np.isin(result.predicted, (sitting, standing))
    people, group = np.unique(result.group), result.group
    share = np.array([right[:, group == person].mean() for person in people])
    return {
        "accuracy": (100 * right.mean(axis=1)).round(3).tolist(),
        "macro_f1": [round(100 * float(f1_score(result.y, one, average="macro")), 3) for one in result.predicted],
        "sd_people": round(100 * float(share.std()), 2),
        "sitting_standing": round(100 * float((still & ~right).mean()), 3),
        "other": round(100 * float((~still & ~right).mean()), 3),
        "worst": {str(people[i]): round(100 * float(share[i]), 1) for i in np.argsort(share)[:4]},
        "n_parameters": result.n_parameters,
    }


def main() -> None:
    """Tries what is asked for and writes each as soon as it is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, default=None)
    parser.add_argument("--out", type=Path, default=Path("runs-choice"), help="the folder of runs")
    parser.add_argument("--only", default="", help="tries, by commas; by default all")
    parser.add_argument("--seeds", type=int, default=2)
    given = parser.parse_args()
    for name in [one for one in given.only.split(",") if one] or list(TRIES):
        settings = wanted(TRIES[name], given.seeds)
        windows = training_people(settings.data.name, given.data_dir)
        fold = np.array([next(i for i, group in enumerate(GROUPS) if int(one) in group) for one in windows.group])
        splitter = Groups(fold, 8 if name.startswith("an-eighth") else 1)
        before, told = spent(), list[str]()
        done = job.run(settings, windows=windows, splitter=splitter, out=given.out, note=told.append)
        seconds = (spent() - before) / (len(GROUPS) * given.seeds)
        found = figures(done.result) | {
            "more": TRIES[name],
            "cpu_seconds": round(seconds, 1) if was_fresh(done, told) else None,
            "environment": describe_environment() | done.environment(),
        }
        CHOICE.mkdir(parents=True, exist_ok=True)
        (CHOICE / f"{name}.json").write_text(json.dumps(found, indent=1) + "\n")
        shown = {k: v for k, v in found.items() if k not in ("environment", "more")}
        print(name, json.dumps(shown), flush=True)


if __name__ == "__main__":
    main()
