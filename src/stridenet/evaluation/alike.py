"""May results be compared? Only those of the same windows, tested in the same way; what differs is said."""

from collections.abc import Mapping, Sequence

import numpy as np

from stridenet.errors import SettingError
from stridenet.evaluation.result import Result
from stridenet.signals.wording import counted, listed, one_line, short


def refuse_unlike(results: Mapping[str, Result]) -> None:
    """Refuses results that were not told of the same windows, by the same protocol.

    Args:
        results: under their names.

    Raises:
        SettingError: the first two that differ, in what, and what to do.
    """
    (name, first), *others = results.items()
    for other_name, other in others:
        why = (
            _windows(first, other)
            or _classes(first, other)
            or _data(first, other)
            or _protocol(first, other)
            or _tested(first, other)
            or _content(first, other)
        )
        if why:
            names = f"{short(one_line(name), 60)} and {short(one_line(other_name), 60)}"
            raise SettingError(f"{names} cannot be compared: {why}.")


def _windows(first: Result, other: Result) -> str:
    one, two = first.provenance, other.provenance
    for what, option, ours, theirs in (
        ("samples in a window", "--length", one.length, two.length),
        ("samples a second", "--even", one.rate_hz, two.rate_hz),
    ):
        if ours and theirs and ours != theirs:
            return f"their windows differ, {ours:g} and {theirs:g} {what}; run both with the same windows ({option})"
    if one.channels and two.channels and (one.channels, one.units) != (two.channels, two.units):
        only = _only([f"{c} [{u}]" for c, u in zip(one.channels, one.units, strict=False)],
                     [f"{c} [{u}]" for c, u in zip(two.channels, two.units, strict=False)])  # fmt: skip
        return f"their windows differ in the channels{only}; run both with the same channels"
    return ""


def _classes(first: Result, other: Result) -> str:
    if first.classes == other.classes:
        return ""
    return f"their classes differ{_only(first.classes, other.classes)}; run both on the same labels"


def _data(first: Result, other: Result) -> str:
    one, two = first.provenance, other.provenance
    same = one.digest == two.digest or (one.content and one.content == two.content)
    if same or not (one.digest and two.digest):
        return ""
    if not (one.source or two.source):
        return "their data differ; run both on the same data"
    sources = [one_line(told.source) if told.source else "not named" for told in (one, two)]
    if sources[0] == sources[1]:
        return _changed(sources[0])
    return f"their data differ, {short(sources[0], 80)} and {short(sources[1], 80)}; run both on the same data"


def _content(first: Result, other: Result) -> str:
    """Whether samples, or those who train, were changed after the data was read."""
    one, two = first.provenance, other.provenance
    if not (one.content and two.content) or one.content == two.content:
        return ""
    return _changed(one_line(one.source) if one.source else "the same data")


def _changed(source: str) -> str:
    return (
        f"their data differ although both are of {short(source, 80)}: it was changed, or read otherwise, between them; "
        "run one of them again"
    )


def _protocol(first: Result, other: Result) -> str:
    one, two = first.protocol, other.protocol
    if one.kind != two.kind:
        return f"their protocols differ, {one.kind} and {two.kind}; run both with the same --protocol"
    if one.n_folds != two.n_folds:
        folds = f"{counted(one.n_folds, 'fold')} and {counted(two.n_folds, 'fold')}"
        return f"their protocols differ, {folds}; run both with the same --protocol, as in by-person:{one.n_folds}"
    for side, sides in (("tested", ("test",)), ("not tested", ("train", "validation"))):
        ours, theirs = ({name for s in sides for name in told.people.get(s, ())} for told in (one, two))
        if ours != theirs:
            only = _only(sorted(ours), sorted(theirs))
            return f"their protocols differ, other people are {side}{only}; run both with the same --split-seed"
        n, m = (sum(told.windows.get(s, 0) for s in sides) for told in (one, two))
        if n != m and one.n_folds == 1:  # of folds it is the fewest that train
            return f"their protocols differ, {n:,} and {m:,} windows are {side}; run both with the same settings"
    return ""


def _tested(first: Result, other: Result) -> str:
    """Whether the very same windows were tested."""
    if len(first.y) != len(other.y):
        return (
            f"other windows were tested, {len(first.y):,} and {counted(len(other.y), 'window')}; run both with the "
            "same windows (--length, --step)"
        )
    for what, todo in (
        ("y", "their labels differ; run both on the same labels"),
        ("group", "other people were tested; run both with the same --split-seed"),
        ("recording", "other recordings were tested; run both on the same data"),
        ("start_s", "their windows begin at other times; run both with the same windows (--step, --split-seed)"),
    ):
        if not np.array_equal(getattr(first, what), getattr(other, what)):
            return todo
    if not np.array_equal(first.fold, other.fold):
        return "their protocols differ, people are in other folds; run both with the same --split-seed"
    return ""


def _only(ours: Sequence[str], theirs: Sequence[str]) -> str:
    """Who is on one side only, in brackets; their order where all are on both."""
    lone = [[short(one_line(n), 30) for n in a if n not in b] for a, b in ((ours, theirs), (theirs, ours))]
    if not any(lone):
        return " in their order"
    said = [
        f"only the {which} has {listed(names, 4)}"
        for which, names in zip(("first", "second"), lone, strict=True)
        if names
    ]
    return f" ({', '.join(said)})"
