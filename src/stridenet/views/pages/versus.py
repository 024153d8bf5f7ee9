"""The page of a comparison: runs on the same windows, how far apart, how sure, and what could have been shown."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stridenet.evaluation.alarms import Alarm
from stridenet.evaluation.scores import RANGES
from stridenet.evaluation.several import FEWEST, Several
from stridenet.evaluation.sure import TITLES, number, signed
from stridenet.signals.wording import counted, one_line, short
from stridenet.views.pages.render import address, embedded, render
from stridenet.views.plots.differences import Row, differences
from stridenet.views.plots.ranks import ranks

_MOST_PEOPLE = 60


def write_comparison(folder: Path, found: Several, told: Mapping[str, Any], alarms: Sequence[Alarm]) -> Path:
    """Draws the pictures of a comparison and writes ``comparison.html``, which holds them too.

    Args:
        folder: where the page and the pictures are written.
        found: what was compared.
        told: its figures as JSON holds them, with ``run_dir`` and ``leaky`` of each result, ``data``, ``protocol`` and
            ``n_windows``.
        alarms: what whoever reads the figures must know first.

    Returns:
        The page.

    Raises:
        OutputError: the folder cannot be written.
    """
    best, n_people = told["results"][0], len(told["people"])
    title, points = TITLES[found.score], RANGES[found.score] == "share"
    repeats = (
        f"{counted(len(found.seeds), 'seed')} that all have, paired"
        if found.seeds
        else "no seed is in all, so repeats are averaged"
    )
    left = [f"{n} of {_named(name)}" for name, n in found.left_out.items() if found.seeds]
    facts = [
        ("Data", one_line(told["data"]) if told["data"] else "not named"),
        ("Protocol", told["protocol"]),
        ("Tested", f"{counted(told['n_windows'], 'window')} of {counted(n_people, 'person', 'people')}, the same"),
        ("Repeats", repeats + (f"; left out: {', '.join(left)}" if left else "")),
        ("All alike?", f"Friedman's test: p = {found.ranks.p:.2g}" if found.ranks else ""),
    ]
    return render(
        "versus.html.j2",
        folder / "comparison.html",
        title=f"{counted(len(found.names), 'run')} by {title}",
        headline=headline(found),
        under=f"best: {_named(best['name'])}, {number(found.score, best['value'])}{' %' if points else ''} {title}",
        alarms=alarms,
        facts=[(name, said) for name, said in facts if said],
        rows=[
            row | {"report": address(Path(row["run_dir"]) / "report.html", folder), "sure": _ends(found.score, row)}
            for row in told["results"]
        ],
        score=f"{title}{' %' if points else ''}",
        pairs=[pair | _in_words(found.score, pair) for pair in told["pairs"]],
        unit="points" if points else title,
        people=list(enumerate(told["people"]))[:_MOST_PEOPLE],
        n_people=n_people,
        fewest=FEWEST,
        pictures=_pictures(folder, found),
        has_folds=any(pair["folds"] for pair in told["pairs"]),
        number=lambda value: number(found.score, value),
        named=_named,
        one_line=one_line,
    )


def headline(found: Several) -> str:
    """What was shown, in a few words."""
    shown = sum(pair.shown for pair in found.pairs)
    if len(found.pairs) == 1:
        return "A difference was shown" if shown else "No difference was shown"
    return f"{shown} of {counted(len(found.pairs), 'difference')} shown"


def _named(name: str) -> str:
    return short(one_line(name), 60)


def _ends(score: str, row: Mapping[str, Any]) -> str:
    low, high = (float("inf") if row[end] is None else row[end] for end in ("low", "high"))
    return f"{number(score, low)} to {number(score, high)}"


def _in_words(score: str, pair: Mapping[str, Any]) -> dict[str, str]:
    """Differences in points of a share, or as they are."""
    plan = pair["enough"]

    def shown(value: float | None) -> str:
        return "no end" if value is None else signed(score, value)

    said = {
        "difference_said": shown(pair["difference"]),
        "between": f"{shown(pair['low'])} to {shown(pair['high'])}",
        "smallest": "" if plan is None else signed(score, plan["smallest"]).lstrip("+"),
        "more_people": "" if plan is None else _many(plan["people"]),
        "more_repeats": "" if plan is None else _many(plan["repeats"]),
        "folds_said": "",
    }
    if folds := pair["folds"]:
        said["folds_said"] = f"{shown(folds['low'])} to {shown(folds['high'])}, p {folds['p_holm']:.3g}"
    return said


def _many(n: int | None) -> str:
    return "none" if n is None else f"{n:,}"


def _pictures(folder: Path, found: Several) -> dict[str, tuple[str, str]]:
    scale = 100 if RANGES[found.score] == "share" else 1
    own = {name: told.per_person(found.score).mean(axis=1) for name, told in found.tallies.items()}
    at = {name: {person: i for i, person in enumerate(told.people)} for name, told in found.tallies.items()}
    rows = []
    for pair in found.pairs:
        second = own[pair.second][[at[pair.second][person] for person in at[pair.first]]]
        low, high = pair.found.interval.low, pair.found.interval.high
        label = f"{short(one_line(pair.first), 33)} against {short(one_line(pair.second), 33)}"
        people = scale * (own[pair.first] - second)
        rows.append(Row(label, scale * pair.found.difference, scale * low, scale * high, people, pair.shown))
    unit = f"{TITLES[found.score]}, points" if scale == 100 else TITLES[found.score]
    made = {"differences": (differences(rows, folder, unit), "Differences with their intervals; the table holds them.")}
    if found.ranks is not None:
        made["ranks"] = (ranks(found.ranks, folder), "Mean ranks over people; the table holds them.")
    shown = {name: (embedded(paths), text) for name, (paths, text) in made.items()}
    return {name: (address, text) for name, (address, text) in shown.items() if address}
