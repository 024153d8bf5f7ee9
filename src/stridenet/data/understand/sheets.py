"""Sheets that are alike understood together: the same columns are the same thing in all of them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from stridenet.data.sheet import Sheet
from stridenet.data.understand import columns as of
from stridenet.data.understand.columns import Roles
from stridenet.data.understand.description import AS, Column
from stridenet.data.understand.features import refuse_features
from stridenet.data.understand.stamps import take_time
from stridenet.data.understand.streams import sparse
from stridenet.errors import short
from stridenet.spec import ReadSpec


def understood(
    sheets: Sequence[Sheet], said: ReadSpec
) -> tuple[list[Roles], tuple[Column, ...], list[tuple[str, str]]]:
    """What the columns of all sheets are.

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
        of.take_person_and_label(roles)
        take_time(roles)
        of.take_named(roles)
        of.check_classes(roles)
        if not roles.one("time") and said.channels is None:
            refuse_features(roles)
        for name in sparse(group, [name for name in roles.open if roles.is_number(name)]):
            roles.give(name, "left out", "holds a value in few rows only", "likely")
        of.take_channels(roles, _starts(roles))
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
    return f"it has no column of numbers that could be a channel: {', '.join(taken[:4])}{more}"


def _starts(roles: Roles) -> list[npt.NDArray[np.int64]]:
    """In each sheet, the rows where the person or the recording changes."""
    keys = [name for name in [roles.one("person"), *roles.all("session")] if name]
    starts = []
    for sheet in roles.sheets:
        new = np.zeros(max(0, sheet.frame.height - 1), bool)
        for name in keys:
            new |= np.diff(sheet.frame[name].cast(pl.String).fill_null("").rle_id().to_numpy().astype(np.int64)) != 0
        starts.append(
            np.concatenate([[0], np.flatnonzero(new) + 1, np.asarray(sheet.breaks, np.int64)]).astype(np.int64)
        )
    return starts
