"""Which column holds the label: by its name; where none does, by the words in it, as a guess."""

import polars as pl

from stridenet.data.formats.cells import MISSING
from stridenet.data.understand import words as known
from stridenet.data.understand.columns import Roles, as_text, function, is_datelike, is_fraction, typed
from stridenet.data.understand.description import dangerous
from stridenet.data.understand.words import is_activity, words
from stridenet.errors import DataError, short

_MOST_CLASSES = 60
_SELDOM = 0.1
"""Of the rows: labels change less often than this, measurements more often."""


def take_label(roles: Roles) -> None:
    """The label by its name; of several that could be it, what they hold decides.

    Raises:
        DataError: two columns could be it.
    """
    axes = {"x", "z"} & {name.lower() for name in roles.names}
    candidates = [name for name in roles.open if _is_label(name) or (name.lower() == "y" and not axes)]
    if roles.one("label"):
        for name in candidates:
            roles.give(name, "left out", "you said that another column is the label")
        return
    candidates = [name for name in candidates if not is_datelike(roles, name)]
    _take_one(roles, sorted(candidates, key=lambda name: not roles.is_text(name)), "by its name", likely=False)


def take_likely_label(roles: Roles) -> None:
    """A column of words for what people do, where no column is named as the label.

    Raises:
        DataError: two columns could be it.
    """
    if roles.one("label") or any(sheet.label for sheet in roles.sheets):
        return
    found = [name for name in roles.open if roles.is_text(name) and _speaks_of_doing(roles, name)]
    _take_one(roles, found, "it holds words for what people do", likely=True)


def _take_one(roles: Roles, ordered: list[str], why: str, *, likely: bool) -> None:
    if not ordered:
        return
    chosen = ordered[0]
    for other in ordered[1:]:
        if function(roles, chosen, other) and (function(roles, other, chosen) or _constant(roles, other)):
            roles.give(other, "left out", f"says the same as the label {chosen!r}")
        else:
            raise dangerous(
                roles.where,
                f"columns {short(chosen)} and {short(other)} could both be the label",
                [f"--label {typed(chosen)}", f"--label {typed(other)}"],
            )
    roles.give(chosen, "label", why, "likely" if likely else "certain")
    person = roles.one("person")
    doubtful = person and roles.found[person].grade == "likely" and not _constant(roles, person)
    if person and doubtful and function(roles, chosen, person) and function(roles, person, chosen):
        roles.give(person, "left out", f"a code of the label {chosen!r}", "likely")


def _constant(roles: Roles, name: str) -> bool:
    return len(_values(roles, name).unique()) <= 1


def _speaks_of_doing(roles: Roles, name: str) -> bool:
    """Whether a column holds few words, each for long, and they or its name speak of activities."""
    parts = words(name)
    values = _values(roles, name)
    present = values.unique().to_list()
    if set(parts) & known.SESSION or not present or len(present) > _MOST_CLASSES or _changes(roles, name) > _SELDOM:
        return False
    doing = sum(is_activity(value) for value in present) * 2 >= len(present)
    return doing or (len(present) > 1 and bool(set(parts) & known.LABEL_PERHAPS))


def _values(roles: Roles, name: str) -> pl.Series:
    text = pl.concat([as_text(series) for series in roles.series(name)]).drop_nulls()
    return text.filter(~text.str.to_lowercase().is_in([*MISSING, *known.NO_LABEL]))


def _changes(roles: Roles, name: str) -> float:
    """Share of the rows in which a column is not what it was in the row before."""
    rows = sum(len(series) for series in roles.series(name))
    runs = sum(series.rle_id().n_unique() - 1 for series in roles.series(name) if len(series))
    return runs / max(1, rows)


def check_classes(roles: Roles) -> None:
    """Refuses a label that is a measurement: many numbers, or many words, that change from row to row.

    Raises:
        DataError: it is one.
    """
    name = roles.one("label")
    if name is None:
        return
    n = len(_values(roles, name).unique())
    measured = roles.is_number(name) and is_fraction(roles, name)
    if n > _MOST_CLASSES and (measured or (roles.said.label is None and _changes(roles, name) > _SELDOM)):
        what = "numbers" if roles.is_number(name) else "words"
        raise DataError(
            f"{roles.where}, column {short(name)}: {n:,} different {what} as labels; that is a measurement, "
            "which cannot be learnt yet, and not a class: name the column of the activity (--label NAME), or leave "
            f"this one out (--drop {typed(name)})."
        )


def _is_label(name: str) -> bool:
    parts = words(name)
    if parts == ["ground", "truth"]:
        return True
    rest = [part for part in parts if part not in known.NUMBERED]
    whole = "".join(parts)
    return whole in known.LABEL or (bool(rest) and all(part in known.LABEL for part in rest)) or parts == ["label"]
