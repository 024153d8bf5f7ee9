"""How often an interval that is to hold the true score in 95 of 100 cases does so, on simulated people.

    python benchmarks/interval_coverage.py [--sets 1000]

Writes docs/evaluation/coverage.json. Each data set has new people; each person is as good as a draw from a normal
distribution of log odds, has an own share of each class and an own number of windows. The true score is that of very
many such people. Percentages; an interval's width is the median over data sets, in points.
"""

import argparse
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

import numpy as np
from scipy.special import expit, logit

from stridenet.evaluation.intervals import Method, of_score
from stridenet.evaluation.scores import Floats, Tally

FILE = Path(__file__).resolve().parents[1] / "docs" / "evaluation" / "coverage.json"
METHODS: tuple[Method, ...] = get_args(Method)
PEOPLE = (3, 5, 8, 12, 20, 30)
SHARES = np.array([0.4, 0.3, 0.2, 0.1])


@dataclass(frozen=True)
class World:
    """Who is drawn.

    Args:
        accuracy: of the person in the middle.
        person_sd: how far people differ, in log odds.
        windows: of the person in the middle.
        uneven: standard deviation of the logarithm of people's numbers of windows.
        tails: degrees of freedom of Student's t instead of the normal distribution; 0 for normal.
    """

    accuracy: float
    person_sd: float
    windows: int = 100
    uneven: float = 0.5
    tails: int = 0


WORLDS = {
    "easy, people alike": World(0.95, 0.4),
    "easy, people differ": World(0.92, 0.8),
    "middling, people differ": World(0.8, 0.8),
    "hard, people alike": World(0.7, 0.4),
    "few windows each": World(0.85, 0.6, windows=20),
}
BEYOND = {
    "nearly perfect but for odd people": World(0.97, 1.2),
    "odd people": World(0.9, 0.8, tails=3),
}
"""Where all methods fail: what decides the score are people so rare that few samples have one."""


def people(world: World, n: int, rng: np.random.Generator) -> Tally:
    """A tally of so many people from this world, in one repeat."""
    k = len(SHARES)
    far = rng.standard_t(world.tails, (n, 1)) if world.tails else rng.normal(size=(n, 1))
    skill = expit(logit(world.accuracy) + world.person_sd * far + np.linspace(0.5, -0.5, k))
    n_windows = np.maximum(8, world.windows * np.exp(rng.normal(0, world.uneven, n))).astype(np.int64)
    true = rng.multinomial(n_windows, rng.dirichlet(20 * SHARES, n))
    right = rng.binomial(true, skill)
    said = right.astype(np.float64)
    for c in range(k):
        others = np.where(np.arange(k) == c, 0.0, SHARES)
        said += rng.multinomial(true[:, c] - right[:, c], others / others.sum())
    names = tuple(f"p{i}" for i in range(n))
    whole = np.concatenate([said, np.zeros((n, 1))], axis=1)[:, None, :]
    return Tally(names, ("a", "b", "c", "d"), true.astype(np.float64), right[:, None, :].astype(np.float64), whole, {})


@cache
def everyone(world: World) -> Tally:
    """Very many people, whose score is the true one."""
    return people(world, 400_000, np.random.default_rng(1_000_003))


def coverage(world: World, n: int, name: str, method: Method, *, sets: int, draws: int, seed: int) -> dict[str, float]:
    """How often the interval held the true score, how often it was too high or too low, and how wide it was."""
    truth, rng = float(everyone(world).score(name)[0]), np.random.default_rng(seed)
    found = [of_score(people(world, n, rng), name, method=method, draws=draws, seed=i) for i in range(sets)]
    low, high = np.array([(one.low, one.high) for one in found]).T
    return {
        "covered": _percent((low <= truth) & (truth <= high)),
        "too_high": _percent(low > truth),
        "too_low": _percent(high < truth),
        "width": round(100 * float(np.median(high - low)), 1),
    }


def _percent(held: Floats) -> float:
    return round(100 * float(np.mean(held)), 1)


def measured(sets: int, draws: int) -> dict[str, Any]:
    """All worlds and numbers of people, with every method for the accuracy and our own for macro F1."""
    return {
        "sets": sets,
        "draws": draws,
        "level": 95,
        "worlds": {name: asdict(world) for name, world in (WORLDS | BEYOND).items()},
        "covered": {
            where: {
                name: {
                    method: {str(n): coverage(world, n, name, method, sets=sets, draws=draws, seed=n) for n in PEOPLE}
                    for method in (METHODS if name == "accuracy" else METHODS[:1])
                }
                for name in ("accuracy", "macro_f1")
            }
            for where, world in (WORLDS | BEYOND).items()
        },
    }


def table(found: dict[str, Any]) -> str:
    """What docs/evaluation.md shows: the mean over worlds for each method, and the worlds where ours fails."""
    covered = found["covered"]
    rows = [("accuracy", method, WORLDS) for method in METHODS] + [("macro_f1", METHODS[0], WORLDS)]
    lines = [f"| intervals of | by | {' | '.join(f'{n} people' for n in PEOPLE)} |", f"|---|---|{'---|' * len(PEOPLE)}"]
    for name, method, worlds in [*rows, *(("accuracy", METHODS[0], [world]) for world in BEYOND)]:
        means = [np.mean([covered[w][name][method][str(n)]["covered"] for w in worlds]) for n in PEOPLE]
        label = name.replace("macro_f1", "macro F1") + ("" if worlds is WORLDS else f", {next(iter(worlds))}")
        lines.append(f"| {label} | {method} | {' | '.join(f'{mean:.1f}' for mean in means)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=int, default=1000, help="simulated data sets for each figure")
    parser.add_argument("--draws", type=int, default=500, help="of people, for each interval")
    given = parser.parse_args()
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(measured(given.sets, given.draws), indent=1) + "\n", encoding="utf-8")
    print(f"written: {FILE}; for docs/evaluation.md:\n\n{table(json.loads(FILE.read_text(encoding='utf-8')))}")


if __name__ == "__main__":
    main()
