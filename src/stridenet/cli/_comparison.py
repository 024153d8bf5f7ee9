"""What ``stridenet compare`` prints for a person."""

from typing import TYPE_CHECKING, Any

from stridenet.evaluation.scores import RANGES
from stridenet.evaluation.several import FEWEST, Pair, Several
from stridenet.evaluation.sure import TITLES, number, plan, signed
from stridenet.signals.wording import counted, one_line, short

if TYPE_CHECKING:
    from stridenet.runs.comparison import Compared

_MOST_PAIRS = 10
"""With more, the terminal shows those with the best run; the page shows all."""


def table(done: "Compared") -> str:
    """The runs, best first; their differences; what could have been shown; what is wrong; and where the page is."""
    told, several = done.told(), done.several
    n_people, unit = len(told["people"]), " %" if RANGES[several.score] == "share" else ""
    seeds = f"{counted(len(several.seeds), 'seed')} that all have" if several.seeds else "no seed that all have"
    lines = [
        f"{TITLES[several.score]} on the same {counted(n_people, 'person', 'people')}, {seeds}; {told['protocol']}"
    ]
    lines += [
        "",
        *_columns(
            [
                ("run", f"{TITLES[several.score]}{unit}", "95 % interval", "mean rank"),
                *(_run(row, several.score) for row in told["results"]),
            ]
        ),
    ]
    shown = [p for p in several.pairs if len(several.pairs) <= _MOST_PAIRS or p.first == several.names[0]]
    head = ("difference", "", "95 % interval", "better/worse/equal", "p, Holm", "shown")
    lines += ["", *_columns([head, *(_pair(several, pair) for pair in shown)])]
    if several.seeds and several.left_out:
        left = ", ".join(f"{n} of {_name(name)}" for name, n in several.left_out.items())
        lines.append(f"repeats left out, for another run lacks their seeds: {left}")
    if len(shown) < len(several.pairs):
        lines.append(f"and {len(several.pairs) - len(shown)} more on the page; Holm counts all {len(several.pairs)}")
    if n_people < FEWEST:
        lines.append(f"with fewer than {FEWEST} people Wilcoxon's p is never below 0.05, so nothing can be shown")
    lines += ["", *(line for pair in shown for line in _enough(several, pair))]
    lines += [f"alarm  {alarm}" for alarm in done.alarms()]
    return "\n".join([*(line.rstrip() for line in lines), f"page   {done.folder / 'comparison.html'}"])


def _run(row: dict[str, Any], score: str) -> tuple[str, ...]:
    spread = f" ± {number(score, row['sd'])}" if len(row["repeats"]) > 1 else ""
    low, high = (number(score, float("inf") if row[end] is None else row[end]) for end in ("low", "high"))
    rank = "" if row["mean_rank"] is None else f"{row['mean_rank']:.2f}"
    name = _name(row["name"]) + (" (LEAKY)" if row["leaky"] else "")
    return name, f"{number(score, row['value'])}{spread}", f"{low} to {high}", rank


def _pair(several: Several, pair: Pair) -> tuple[str, ...]:
    found, score = pair.found, several.score
    people = f"{found.ranks.better}/{found.ranks.worse}/{found.ranks.equal}"
    ends = f"{signed(score, found.interval.low)} to {signed(score, found.interval.high)}"
    said = "yes" if pair.shown else "no"
    return _both(pair), signed(score, found.difference), ends, people, f"{pair.p_holm:.3g}", said


def _enough(several: Several, pair: Pair) -> list[str]:
    lines, score = [], several.score
    if pair.folds is not None:
        low, high = signed(score, pair.folds.low), signed(score, pair.folds.high)
        lines.append(
            f"over {pair.folds.n} folds  {_both(pair)}: {low} to {high}, p {pair.folds_p_holm:.3g} (Nadeau-Bengio)"
        )
    if pair.enough is not None:
        lines.append(f"enough?  {_both(pair)}: {plan(score, pair.enough)}")
    return lines


def _both(pair: Pair) -> str:
    return f"{_name(pair.first)} against {_name(pair.second)}"


def _name(name: str) -> str:
    return short(one_line(name), 40)


def _columns(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)) for row in rows]
