"""Several results on the same windows: which is better, by how much, how sure, and what could have been shown."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.errors import SettingError, unknown_name
from stridenet.evaluation import sure
from stridenet.evaluation.alike import refuse_unlike
from stridenet.evaluation.comparing import Comparison, Corrected, compare, corrected_t, holm
from stridenet.evaluation.intervals import DRAWS, Interval, of_score
from stridenet.evaluation.power import Enough, enough
from stridenet.evaluation.ranks import Ranks, ranks
from stridenet.evaluation.result import Result
from stridenet.evaluation.scores import RANGES, Floats, Tally, tally

_RARE = 0.05
FEWEST = 6
"""With fewer people Wilcoxon's p is never as small as 0.05, so that no difference can be shown."""
Index = npt.NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two results.

    Args:
        first: the name of the one with the better mean.
        second: the other's.
        found: the first minus the second, with its interval over people and seeds, and Wilcoxon's test over people.
        p_holm: Wilcoxon's p, raised by Holm's steps over all pairs.
        folds: Nadeau and Bengio's test over folds; None where there is one split.
        folds_p_holm: its p, raised in the same way.
        enough: what these people and repeats could have shown; None with one person.
    """

    first: str
    second: str
    found: Comparison
    p_holm: float
    folds: Corrected | None
    folds_p_holm: float | None
    enough: Enough | None

    @property
    def shown(self) -> bool:
        """Whether a difference was shown: the interval leaves out zero, and Wilcoxon's raised p is at most 0.05."""
        return self.found.differ and self.p_holm <= _RARE


@dataclass(frozen=True, eq=False)
class Several:
    """Results on the same windows, the best mean first.

    Args:
        score: which score is compared.
        tallies: what each one's windows add up to, of the repeats that are compared.
        intervals: where each one's score lies for all people like these.
        seeds: those that all have, by which repeats are paired; empty where no seed is in all.
        left_out: repeats of each that another lacks.
        pairs: every two of them.
        ranks: of all, person by person; None with one person.
    """

    score: str
    tallies: dict[str, Tally]
    intervals: dict[str, Interval]
    seeds: tuple[int, ...]
    left_out: dict[str, int]
    pairs: tuple[Pair, ...]
    ranks: Ranks | None

    @property
    def names(self) -> tuple[str, ...]:
        """Of the results, the best first."""
        return tuple(self.tallies)

    def told(self) -> dict[str, Any]:
        """All of it as JSON holds it; scores and differences as they are, a share from 0 to 1."""
        best = next(iter(self.tallies.values()))
        by_rank = {} if self.ranks is None else dict(zip(self.ranks.names, self.ranks.mean, strict=True))
        return {
            "score": self.score,
            "seeds": list(self.seeds),
            "left_out": self.left_out,
            "people": list(best.people),
            "results": [
                {"name": name, "mean_rank": by_rank.get(name)}
                | sure.of_all(counted, {self.score: self.intervals[name]})[self.score]
                | {"per_person": _own(counted, best, self.score).mean(axis=1).tolist()}
                for name, counted in self.tallies.items()
            ],
            "pairs": [_told(pair) for pair in self.pairs],
            "ranks": None if self.ranks is None else json.loads(json.dumps(asdict(self.ranks))),
        }


def several(results: Mapping[str, Result], score: str = "accuracy", *, draws: int = DRAWS) -> Several:
    """Compares results on the same windows, paired by person and by seed.

    Args:
        results: two at least, under their names.
        score: one of :data:`stridenet.evaluation.scores.RANGES`.
        draws: how many draws each interval is made of.

    Raises:
        SettingError: fewer than two results, or two whose data, windows, classes or protocol differ.
        UnknownNameError: there is no such score.
    """
    if score not in RANGES:
        raise unknown_name("score", score, RANGES)
    if len(results) < 2:
        raise SettingError("a comparison needs two results at least; name another run.")
    refuse_unlike(results)
    seeds = tuple(seed for seed in next(iter(results.values())).seeds if all(seed in r.seeds for r in results.values()))
    chosen = {
        name: np.array([result.seeds.index(seed) for seed in seeds], dtype=int)
        if seeds
        else np.arange(len(result.seeds))
        for name, result in results.items()
    }
    tallies = {name: _of_repeats(result.tally, chosen[name]) for name, result in results.items()}
    sign = -1 if RANGES[score] == "loss" else 1
    order = sorted(results, key=lambda name: -sign * float(tallies[name].score(score).mean()))
    tallies = {name: tallies[name] for name in order}
    n_people = len(tallies[order[0]].people)
    own = np.stack([_own(one, tallies[order[0]], score).mean(axis=1) for one in tallies.values()], axis=1)
    return Several(
        score,
        tallies,
        {name: of_score(one, score, draws=draws) for name, one in tallies.items()},
        seeds,
        {name: left for name, result in results.items() if (left := len(result.seeds) - len(chosen[name]))},
        _pairs(results, tallies, chosen, score, paired=bool(seeds), draws=draws),
        ranks(sign * own, order) if n_people > 1 else None,
    )


def fold_windows(result: Result) -> list[Index]:
    """The windows that each fold tests; all of them where there is one split."""
    return [np.flatnonzero(result.fold == fold) for fold in range(result.n_folds)]


def _pairs(
    results: Mapping[str, Result],
    tallies: Mapping[str, Tally],
    chosen: Mapping[str, Index],
    score: str,
    *,
    paired: bool,
    draws: int,
) -> tuple[Pair, ...]:
    by_fold = {name: _by_fold(results[name], chosen[name], score) for name in tallies}
    found = []
    for a, b in combinations(tallies, 2):
        first, second = tallies[a], tallies[b]
        differences = _own(first, first, score), _own(second, first, score)
        if not paired:
            differences = differences[0].mean(axis=1, keepdims=True), differences[1].mean(axis=1, keepdims=True)
        n_folds = len(by_fold[a])
        found.append(
            Pair(
                a,
                b,
                compare(first, second, score, repeats_drawn=paired, draws=draws),
                1.0,
                corrected_t(by_fold[a] - by_fold[b], n_folds - 1, 1) if n_folds > 1 else None,
                None,
                enough(differences[0] - differences[1]) if len(first.people) > 1 else None,
            )
        )
    raised = holm([pair.found.ranks.p for pair in found])
    of_folds = iter(holm([pair.folds.p for pair in found if pair.folds]))
    return tuple(
        replace(pair, p_holm=p, folds_p_holm=next(of_folds) if pair.folds else None)
        for pair, p in zip(found, raised, strict=True)
    )


def _by_fold(result: Result, chosen: Index, score: str) -> Floats:
    """Shape (fold,): repeats averaged, for all of them test the same folds."""
    folds = fold_windows(result)
    if len(folds) == 1:
        return np.zeros(1)
    said, p = result.predicted[chosen], result.probability[chosen]
    return np.array(
        [
            tally(result.y[at], said[:, at], result.group[at], result.classes, p[:, at]).score(score).mean()
            for at in folds
        ]
    )


def _of_repeats(told: Tally, repeats: Index) -> Tally:
    losses = {name: loss[:, repeats] for name, loss in told.losses.items()}
    return replace(told, right=told.right[:, repeats], said=told.said[:, repeats], losses=losses)


def _own(told: Tally, like: Tally, score: str) -> Floats:
    """Shape (person, repeat), in the order of another's people."""
    return told.per_person(score)[[told.people.index(person) for person in like.people]]


def _told(pair: Pair) -> dict[str, Any]:
    found = pair.found
    folds = None if pair.folds is None else asdict(pair.folds) | {"p_holm": pair.folds_p_holm}
    told = {
        "first": pair.first,
        "second": pair.second,
        "difference": found.difference,
        **asdict(found.interval),
        "doubt": found.interval.doubt,
        "shown": pair.shown,
        "wilcoxon": asdict(found.ranks) | {"p_holm": pair.p_holm},
        "folds": None if folds is None else _finite(folds),
        "enough": None if pair.enough is None else asdict(pair.enough),
    }
    return _finite(told)


def _finite(told: dict[str, Any]) -> dict[str, Any]:
    """JSON knows no infinity: what has no end is null."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in told.items()
    }
