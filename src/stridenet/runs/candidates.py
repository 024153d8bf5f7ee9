"""Settings that are to be chosen from: how good each was on training people, and which is the best."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stridenet.errors import DataError
from stridenet.evaluation.nested import tally_of
from stridenet.evaluation.scores import Tally
from stridenet.runs.grid import named
from stridenet.runs.resolve import Resolved
from stridenet.runs.store import Store
from stridenet.runs.trial import Turn

FILE = "selection.json"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A setting, and how good it was on people of the training side, each of whom was tested once.

    Args:
        values: by dotted name.
        n_parameters: of the network.
        scores: of each fold, the mean over its inner folds.
        people: of each fold, the score of each person's own windows.
        seconds: of training, in all folds.
    """

    values: dict[str, Any]
    n_parameters: int
    scores: tuple[float, ...]
    people: tuple[dict[str, float], ...]
    seconds: float

    @property
    def label(self) -> str:
        """The settings and their values, as a picture names them."""
        return ", ".join(f"{name} {value}" for name, value in named(self.values).items())

    def of_people(self) -> dict[str, float]:
        """Each person's score; of one who trains in several folds, the mean."""
        seen: dict[str, list[float]] = {}
        for fold in self.people:
            for person, score in fold.items():
                seen.setdefault(person, []).append(score)
        return {person: float(np.mean(scores)) for person, scores in seen.items()}

    def plain(self) -> dict[str, Any]:
        """Its fields as JSON holds them."""
        return asdict(self)


def scored(
    values: dict[str, Any],
    job: Resolved,
    keys: Mapping[Turn, str],
    store: Store,
    n_inner: Sequence[int],
    by: str,
) -> Candidate:
    """How good a setting was on the people that its inner folds tested.

    Args:
        values: of the setting.
        job: whose splits are the inner folds of all folds, one after the other.
        keys: of its trials.
        store: where they lie.
        n_inner: how many inner folds each fold has.
        by: the score.
    """
    arrays = {turn: store.get(key) or {} for turn, key in keys.items()}
    tallies = [_tally(job, fold, arrays) for fold in range(len(job.splits))]
    ends = np.cumsum(n_inner)
    of_folds = [tallies[end - n : end] for end, n in zip(ends, n_inner, strict=True)]
    return Candidate(
        values,
        int(next(iter(arrays.values()))["n_parameters"]),
        tuple(float(np.mean([one.score(by).mean() for one in some])) for some in of_folds),
        tuple(_of_people(some, by) for some in of_folds),
        float(sum(float(one["seconds"]) for one in arrays.values())),
    )


def _tally(job: Resolved, fold: int, arrays: Mapping[Turn, Mapping[str, Any]]) -> Tally:
    said = [arrays[Turn(fold, seed)]["probability"] for seed in job.spec.seeds]
    return tally_of(job.windows, job.splits[fold].test, np.stack(said))


def _of_people(tallies: Sequence[Tally], by: str) -> dict[str, float]:
    return {
        person: float(scores.mean())
        for one in tallies
        for person, scores in zip(one.people, one.per_person(by), strict=True)
    }


def first_best(candidates: Sequence[Candidate], fold: int, sign: int) -> int:
    """The place of the best in a fold; of ties the one with fewer parameters, then the first."""
    rank = [(-sign * round(one.scores[fold], 12), one.n_parameters, i) for i, one in enumerate(candidates)]
    return min(rank)[2]


def most_chosen(candidates: Sequence[Candidate], chosen: Sequence[int], sign: int) -> int:
    """The place of what most folds chose; of ties the best by its mean over folds, then the first."""
    rank = [(-list(chosen).count(i), -sign * float(np.mean(one.scores)), i) for i, one in enumerate(candidates)]
    return min(rank)[2]


def table(candidates: Sequence[Candidate], chosen: Sequence[int], sign: int) -> list[dict[str, Any]]:
    """A plain row per setting: those that most folds chose first, then the best first (``sign`` is -1 where less is).

    Each has ``values`` in words, ``label``, ``score``: the mean over folds, ``people``: each person's score, ``sd``
    over them (ddof 1; None of one person), ``scores`` of each fold, ``n_parameters``, ``seconds`` and ``chosen_in``,
    folds from 1.
    """
    rows = []
    for i, one in enumerate(candidates):
        people = one.of_people()
        rows.append(
            {
                "values": named(one.values),
                "label": one.label,
                "score": float(np.mean(one.scores)),
                "scores": list(one.scores),
                "people": people,
                "sd": float(np.std(list(people.values()), ddof=1)) if len(people) > 1 else None,
                "n_parameters": one.n_parameters,
                "seconds": one.seconds,
                "chosen_in": [fold + 1 for fold, c in enumerate(chosen) if c == i],
            }
        )
    return sorted(rows, key=lambda row: (-len(row["chosen_in"]), -sign * row["score"]))


def read(folder: Path) -> tuple[tuple[Candidate, ...], tuple[int, ...], str]:
    """The candidates, what was chosen in each fold, and by which score, of a run's folder.

    Raises:
        DataError: it holds no choice.
    """
    try:
        told = json.loads((folder / FILE).read_text(encoding="utf-8"))
        candidates = tuple(
            Candidate(
                one["values"], one["n_parameters"], tuple(one["scores"]), tuple(one["people"]), float(one["seconds"])
            )
            for one in told["candidates"]
        )
        return candidates, tuple(told["chosen"]), str(told["by"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = " ".join(str(error).split())[:200]
        raise DataError(
            f"{folder} is not a complete choice ({why}); take it away with stridenet runs, and choose anew."
        ) from None
