"""Sheets that are alike understood together: the same columns are the same thing in all of them."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from stridenet.data.sheet import Sheet
from stridenet.data.understand import columns as of
from stridenet.data.understand.channels import take_channels
from stridenet.data.understand.columns import Roles
from stridenet.data.understand.content import Stretches
from stridenet.data.understand.description import AS, Column
from stridenet.data.understand.features import refuse_features
from stridenet.data.understand.interleaved import refuse_interleaved
from stridenet.data.understand.labels import check_classes, take_label, take_likely_label
from stridenet.data.understand.stamps import take_time
from stridenet.data.understand.streams import sparse
from stridenet.errors import short
from stridenet.spec import ReadSpec


def understood(
    sheets: Sequence[Sheet], said: ReadSpec, *, labelled_by_name: bool = False
) -> tuple[list[Roles], tuple[Column, ...], list[tuple[str, str]]]:
    """What the columns of all sheets are.

    Args:
        sheets: that hold samples.
        said: what the user says.
        labelled_by_name: whether the names of the files speak of activities.

    Returns:
        The sheets by likeness, with the roles of their columns; all columns, equal ones once; and the sheets that
        hold no channel, each with why.

    Raises:
        DataError: what must not be guessed.
    """
    alike: dict[tuple[object, ...], list[Sheet]] = {}
    for sheet in sheets:
        key = (sheet.form, sheet.sensor, sheet.place, frozenset(sheet.frame.columns), tuple(sorted(sheet.known)))
        alike.setdefault(key, []).append(sheet)
    found: list[Roles] = []
    skipped: list[tuple[str, str]] = []
    for group in alike.values():
        roles = Roles(group, said, {})
        of.take_said(roles)
        of.take_known(roles)
        of.take_person(roles)
        take_label(roles)
        take_time(roles)
        if not labelled_by_name:
            take_likely_label(roles)
        of.take_named(roles)
        check_classes(roles)
        if not roles.one("time") and said.channels is None:
            refuse_features(roles)
        for name in sparse(group, [name for name in roles.open if roles.is_number(name)]):
            roles.give(name, "left out", "holds a value in few rows only", "likely")
        take_channels(roles, _stretches(roles))
        refuse_interleaved(roles)
        if roles.all("channel"):
            found.append(roles)
        else:
            skipped += [(sheet.name, _why_none(roles)) for sheet in group]
    several = len({(roles.sheets[0].sensor, roles.sheets[0].place) for roles in found}) > 1
    columns: dict[tuple[object, ...], Column] = {}
    for roles in found:
        where = short(roles.sheets[0].name, 100)[1:-1] if several else ""
        for name in roles.names:
            one = roles.found[name]
            columns.setdefault(
                (name, one.role, where), Column(name, one.role, one.why, one.grade, one.unit, one.channel, where)
            )
    return found, tuple(columns.values()), skipped


def _why_none(roles: Roles) -> str:
    """Why sheets hold no recording, with what their columns were taken for."""
    found = [roles.found[name] for name in roles.names]
    taken = [f"{short(c.name, 40)} {c.why if c.role == 'left out' else f'is {AS[c.role]}'}" for c in found]
    more = f", and {len(taken) - 4} more" if len(taken) > 4 else ""
    lists = "".join(f"; {note}" for note in roles.sheets[0].notes if " holds lists " in note)
    return f"it has no column of numbers that could be a channel: {', '.join(taken[:4])}{more}{lists}"


def _stretches(roles: Roles) -> list[Stretches]:
    """In each sheet, the rows of each person and recording after each other."""
    keys = [name for name in [roles.one("person"), *roles.all("session")] if name]
    found = []
    for sheet in roles.sheets:
        n = sheet.frame.height
        code = np.zeros(n, np.int64)
        for name in keys:
            ranks = sheet.frame[name].cast(pl.String).fill_null("").rank("dense").to_numpy().astype(np.int64)
            code = code * (int(ranks.max(initial=0)) + 1) + ranks
        order = np.argsort(code, kind="stable")
        new = np.zeros(n, bool)
        new[list(sheet.breaks)] = True
        new[order[1:][np.diff(code[order]) != 0]] = True
        found.append(Stretches(order, np.flatnonzero(new[order])))
    return found
