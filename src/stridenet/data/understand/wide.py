"""Tables of which each row is a window: columns NAME_1 to NAME_n hold its samples."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from stridenet.data.sheet import Cases, Sheet
from stridenet.data.understand import columns as of
from stridenet.data.understand.columns import Roles, as_text
from stridenet.data.understand.features import wide_columns
from stridenet.data.understand.labels import check_classes, take_label
from stridenet.data.understand.pattern import by_pattern
from stridenet.data.understand.streams import no_words
from stridenet.errors import DataError, short
from stridenet.spec import ReadSpec

_FEWEST = 2


def wide_cases(sheets: Sequence[Sheet], said: ReadSpec) -> list[Cases]:
    """The rows of tables as windows.

    Raises:
        DataError: no column numbers samples, or channels of several lengths.
    """
    tables = [sheet for sheet in sheets if sheet.kind == "samples"]
    names = [sheet.name for sheet in tables]
    people = [one.person for one in by_pattern(names, said.people_from)] if said.people_from else [""] * len(names)
    return [_cases(sheet, said, person) for sheet, person in zip(tables, people, strict=True)]


def _cases(sheet: Sheet, said: ReadSpec, of_file: str) -> Cases:
    roles = Roles([sheet], said, {})
    of.take_said(roles)
    of.take_person(roles)
    take_label(roles)
    check_classes(roles)
    found = wide_columns([name for name in roles.open if roles.is_number(name)], fewest=_FEWEST)
    if said.channels is not None:
        found = {name: found[name] for name in said.channels if name in found}
    where = f"file {short(sheet.name, 200)}"
    if not found:
        raise DataError(
            f"{where}: --wide reads rows as windows, but no columns number the samples of one, as acc_1, acc_2, acc_3 "
            "do; rename them, or leave --wide out."
        )
    lengths = {name: len(columns) for name, columns in found.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{short(name, 40)} has {n}" for name, n in list(lengths.items())[:4])
        raise DataError(f"{where}: all channels of a window must have as many samples, but {told}; use --channels.")
    x = np.stack([sheet.frame.select(pl.col(names).cast(pl.Float64)).to_numpy() for names in found.values()], axis=2)
    label, person = roles.one("label"), roles.one("person")
    rest = [name for name in roles.open if not any(name in names for names in found.values())]
    out = [f"columns left out: {', '.join(short(name, 40) for name in rest[:6])}"] if rest else []
    return Cases(
        name=sheet.name,
        series=list(x),
        labels=no_words(as_text(sheet.frame[label])).to_list() if label else [None] * len(x),
        groups=as_text(sheet.frame[person]).fill_null("").to_list()
        if person
        else [of_file] * len(x)
        if of_file
        else (),
        channels=tuple(name.strip(" _-.[(") or "channel" for name in found),
        rate_hz=said.rate_hz,
        form="a window a row",
        notes=(*sheet.notes, *out),
    )
