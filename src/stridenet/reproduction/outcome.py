"""What is stored of a section, beside what the document prints, as plain values: drawn and written elsewhere."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from stridenet import spec
from stridenet.evaluation import statistics
from stridenet.models import build as models
from stridenet.reproduction import records, rows
from stridenet.reproduction.printed import TRAINED, Experiment, Row
from stridenet.reproduction.records import Record
from stridenet.reproduction.sections import Section

Outcome = dict[str, Any]


def outcome(section: Section, folder: Path) -> Outcome:
    """Everything that is known of a section.

    Returns:
        ``section``, ``title``, ``about``; ``state``: stored, in part or missing; ``rows``: a dictionary for each
        setting; ``facts`` and ``listing``; ``notes``: sentences on the whole. Accuracies are in percent.
    """
    checked = records.load_checked(folder, section.name)
    stored = records.load(folder, section.name) if section.experiment else {}
    rows = [_row(section.experiment, row, stored.get(row.label)) for row in _rows_of(section.experiment)]
    wanted = [row["label"] for row in rows if not row["optional"]]
    there = sum(label in stored for label in wanted)
    needs_facts = section.check is not None or section.experiment is None
    whole = there == len(wanted) and (checked is not None or not needs_facts)
    return {
        "section": section.name,
        "title": section.title,
        "about": section.about,
        "state": "stored" if whole else "in part" if there or (checked and not wanted) else "missing",
        "quick": any(record.quick for record in stored.values()) or bool(checked and checked.quick),
        "rows": rows,
        "facts": [asdict(fact) for fact in checked.facts] if checked else [],
        "listing": checked.listing if checked else [],
        "notes": list(_notes(section, stored)),
    }


def _rows_of(experiment: Experiment | None) -> tuple[Row, ...]:
    return experiment.rows if experiment else ()


def _row(experiment: Experiment | None, row: Row, record: Record | None) -> Outcome:
    assert experiment is not None
    told: Outcome = {
        "label": row.label,
        "settings": {**experiment.base, **row.settings},
        "why": row.why,
        "optional": row.optional,
        "printed": asdict(row.printed) if row.printed else None,
        "printed_parameters": row.parameters,
        "ours": None,
        "difference": None,
        "verdict": "",
        "explained": "",
        "same_as": [f"{s} {r.label}" for s, r in _alike(experiment, row)],
    }
    if record is None:
        told["verdict"] = _absent(experiment, row)
        return told
    scores = [100 * accuracy for accuracy in record.accuracies]
    told["ours"] = {**asdict(record), **asdict(statistics.of(scores)), "scores": scores}
    if row.printed is None:
        told["verdict"] = f"cannot be compared: {row.why}"
    elif record.quick:
        told["verdict"] = "cannot be compared: made with --quick"
    elif len(scores) < 2:
        told["verdict"] = "cannot be compared: one repeat tells nothing of the spread"
    else:
        found = statistics.welch(scores, row.printed)
        told |= {"difference": asdict(found), "verdict": found.verdict}
        told["explained"] = "" if found.agrees else row.explained
    return told


def _absent(experiment: Experiment, row: Row) -> str:
    if row.optional:
        name = row.settings.get("data.name", experiment.data)
        return f"not compared: data not available here; `stridenet data fetch {name}` gets it"
    return "not run yet"


def _alike(experiment: Experiment, row: Row) -> Iterator[tuple[str, Row]]:
    """The other rows whose settings come out as the same."""
    own = _key(experiment, row)
    for other in TRAINED.values():
        for candidate in other.rows:
            if candidate is not row and _key(other, candidate) == own:
                yield other.section, candidate


def _key(experiment: Experiment, row: Row) -> str:
    return _resolved(json.dumps(rows.settings(experiment, row), sort_keys=True))


@cache
def _resolved(settings: str) -> str:
    """All settings of a run, the defaults filled in."""
    checked = spec.parse(rows.nested(json.loads(settings)))
    network = models.settings_of(checked.model.name, checked.model.settings).model_dump(mode="json", exclude_none=True)
    whole = checked.model_copy(update={"model": checked.model.model_copy(update={"settings": network})})
    return whole.model_dump_json()


def _notes(section: Section, stored: dict[str, Record]) -> Iterator[str]:
    """Sentences on what the rows say together."""
    if section.experiment is None or any(record.quick for record in stored.values()):
        return
    scores = {label: [100 * a for a in r.accuracies] for label, r in stored.items() if len(r.accuracies) > 1}
    if section.name in ("A4", "A5") and len(scores) == len(section.experiment.rows):
        yield from _best(section.experiment, scores)
    elif section.name == "A3":
        yield from _standardized(section.experiment, scores)
    elif section.name == "A6" and len(scores) == 2:
        three, one = (scores[row.label] for row in section.experiment.rows)
        yield f"Three heads against one head with as many filters: {_against(three, one)}."
    yield from _pooled(section.experiment, scores)


def _best(experiment: Experiment, scores: dict[str, list[float]]) -> Iterator[str]:
    best = max(scores, key=lambda label: float(np.mean(scores[label])))
    printed = {row.label: row.printed for row in experiment.rows if row.printed}
    theirs = max(printed, key=lambda label: printed[label].mean)
    yield f"Best of ours: {best} ({np.mean(scores[best]):.3f} %); best of the document's: {theirs}."
    found, other = statistics.chance(list(scores.values())), statistics.chance_printed(list(printed.values()))
    if found is not None and found.ranks is not None:
        larger = "larger than chance explains" if max(found.anova, found.ranks) < 0.05 else "not clearly beyond chance"
        yield (
            f"The differences between our values are {larger}: p = {found.anova:.2g} by analysis of variance, "
            f"{found.ranks:.2g} by Kruskal and Wallis' ranks; the document's own figures give p = {other.anova:.2g}."
        )


def _standardized(experiment: Experiment, scores: dict[str, list[float]]) -> Iterator[str]:
    printed = {row.label: row.printed for row in experiment.rows if row.printed}
    away = {
        kind: [float(np.mean(scores[label])) - printed[label].mean for label in (f"off{kind}", f"on{kind}")]
        for kind in ("", ", one convolution")
        if f"off{kind}" in scores and f"on{kind}" in scores
    }
    for kind in away:
        said = "one convolution" if kind else "two convolutions"
        yield f"On against off with {said}: {_against(scores[f'on{kind}'], scores[f'off{kind}'])}."
    if len(away) == 2:
        two, one = away.values()
        near = "two convolutions" if np.abs(two).sum() < np.abs(one).sum() else "one convolution"
        yield (
            f"From the printed figures (off, on) two convolutions are {two[0]:+.3f} and {two[1]:+.3f} points away, one "
            f"convolution {one[0]:+.3f} and {one[1]:+.3f}: {near} is nearer."
        )


def _against(one: list[float], other: list[float]) -> str:
    found = statistics.welch(one, statistics.of(other))
    sure = "not clearly beyond chance" if found.agrees else "more than chance explains"
    return f"{found.difference:+.3f} points [{found.low:+.3f}, {found.high:+.3f}], {sure}"


def _pooled(experiment: Experiment, scores: dict[str, list[float]]) -> Iterator[str]:
    """Where the document printed several figures for one setting, ours beside all of them together."""
    for row in experiment.rows:
        alike = [(s, r) for s, r in _alike(experiment, row) if r.printed]
        if row.label not in scores or not alike or row.printed is None:
            continue
        together = statistics.pool([row.printed, *(r.printed for _, r in alike if r.printed)])
        found = statistics.welch(scores[row.label], together)
        others = " and ".join(f"{r.printed.mean:.3f} ({s} {r.label})" for s, r in alike if r.printed)
        yield (
            f"The document has more than one figure for the setting of '{row.label}': {row.printed.mean:.3f} here, "
            f"{others}; all {together.repeats} of its trainings together {together.mean:.3f} ± {together.sd:.3f}. "
            f"Ours against these: {found.difference:+.3f} points [{found.low:+.3f}, {found.high:+.3f}], "
            f"{found.verdict}. "
            "Ours were trained once: the same settings, the same seeds, the same numbers."
        )
