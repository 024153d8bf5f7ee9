"""Which of the columns that are left are channels: not counters, clocks, codes of the answer or facts of the person."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from stridenet.data.formats.names import is_unnamed
from stridenet.data.understand import words as known
from stridenet.data.understand.columns import Roles, as_text, channel_of, typed
from stridenet.data.understand.content import Look, Stretches, look, one_value_each, same_clock, tells_label
from stridenet.data.understand.description import dangerous
from stridenet.data.understand.stamps import DAY_ONLY, SAME, Stamps, read_stamps
from stridenet.data.understand.words import words
from stridenet.errors import DataError, plain, short

_FEWEST = 20
"""Rows, below which a column that does not change says nothing."""
_WORDS = 60

_RISES = 0.99
"""Of the steps of a clock without a name."""


def take_channels(roles: Roles, stretches: Sequence[Stretches]) -> None:
    """All other columns: channels, unless what they hold says that they are none.

    Args:
        roles: with time, person, label and session settled.
        stretches: in each sheet, the rows of one person and recording after each other.

    Raises:
        DataError: a column that may tell the answer, or is a code.
    """
    codes: list[str] = []
    clocks: list[str] = []
    numbers: dict[str, Look] = {}
    for name in roles.open:
        if roles.said.channels is not None:
            roles.give(name, "left out", "not among the channels that you named")
        elif not roles.is_number(name):
            _check_mixed(roles, name)
            hint = (
                "" if roles.one("label") or not _few_words(roles, name) else f"; is it the label? --label {typed(name)}"
            )
            roles.give(name, "left out", f"holds text, such as {_example(roles, name)}{hint}")
        else:
            seen = look(roles.series(name), stretches)
            counter = (seen.whole and seen.even_step == 1) or seen.numbers_stretches
            if (seen.one_way or seen.counts) and not counter and not _is_sensor(name):
                clocks.append(name)
            if not _no_signal(roles, name, seen) and not _code(roles, name, codes):
                if seen.numbers_stretches and not _is_sensor(name):
                    numbers[name] = seen
                else:
                    roles.give(name, "channel", "a column of numbers", channel=channel_of(roles, name))
    if roles.all("channel"):
        _ask_for_clock(roles, clocks)
    _refuse_codes(roles, codes)
    _refuse_numbers(roles, numbers)


def _few_words(roles: Roles, name: str) -> bool:
    found = pl.concat([as_text(series) for series in roles.series(name)]).drop_nulls().n_unique()
    return 2 <= found <= _WORDS


def _ask_for_clock(roles: Roles, clocks: Sequence[str]) -> None:
    """Where nothing is named as the time, and no rate is known, a column that rises as a clock does may be it."""
    known_rate = roles.said.rate_hz or all(sheet.rate_hz for sheet in roles.sheets)
    if roles.one("time") is None and not known_rate:
        if not clocks:
            _refuse_clock_that_stands(roles)
            return
        if all(is_unnamed(name) for name in roles.names) and (clock := _clear_clock(roles, clocks)):
            name, why = clock
            roles.give(name, "time", f"no column has a name, and it runs as a clock does; {why}", "likely")
            return
        raise dangerous(
            roles.where,
            f"no column is named as the time, and {', '.join(short(name) for name in clocks[:3])} may be it",
            [*(f"--time {typed(name)}" for name in clocks[:3]), "--rate-hz N for the samples per second"],
        )


def _refuse_clock_that_stands(roles: Roles) -> None:
    """Says of a column that is called the time, and is all there is, why it is no clock."""
    for name in roles.all("left out"):
        if (why := roles.found[name].why) in (DAY_ONLY, SAME):
            raise DataError(
                f"{roles.where}, column {short(name)}: it {why}, and no other column is a clock; give the samples per "
                "second (--rate-hz 50), or name the column of the time (--time NAME)."
            )


def _clear_clock(roles: Roles, clocks: Sequence[str]) -> tuple[str, str] | None:
    """The column of a table without names that rises as a clock does, and why; None where two differ or it is unclear.

    Of several that tell the same, one that tells the date.
    """
    longest = max(roles.sheets, key=lambda sheet: sheet.frame.height)
    read: list[tuple[bool, int, str, Stamps]] = []
    for name in clocks:
        try:
            one = read_stamps(longest.frame[name].drop_nulls(), unit="", where=roles.where)
        except DataError:
            continue
        rises = np.diff(one.seconds) >= 0
        if one.grade != "dangerous" and len(rises) and rises.mean() > _RISES:
            read.append((not one.dated, len(read), name, one))
    read.sort(key=lambda found: found[:2])
    if not read or not all(same_clock(read[0][3].seconds, other.seconds) for *_, other in read[1:]):
        return None
    return read[0][2], read[0][3].why


def _no_signal(roles: Roles, name: str, seen: Look) -> bool:
    """Whether a column holds what no sensor writes; then it is left out."""
    if seen.counts:
        counts = "counts the rows" if seen.whole and seen.even_step == 1 else f"rises by {seen.even_step:g} each row"
        why = f"{counts}, as counters and clocks do"
    elif seen.constant and seen.n > 1:
        why = f"is {_constant(roles, name)} throughout"
    elif seen.one_way and not _is_sensor(name) and not seen.numbers_stretches:
        why = f"only {'rises' if seen.rises else 'falls'}, as clocks and batteries do"
    elif owner := _owner(roles, name, seen):
        why = f"has one value for each {owner}"
    else:
        return False
    roles.give(name, "left out", why, "likely")
    return True


def _owner(roles: Roles, name: str, seen: Look) -> str:
    """Of what a column tells a fact: of each person, each recording or each file; empty where it changes within."""
    if seen.within or seen.n < _FEWEST:
        return ""
    for owner, keys in (("person", roles.all("person")), ("recording", roles.all("session"))):
        if keys and one_value_each(roles.series(keys[0]), roles.series(name)):
            return owner
    alone = all(series.drop_nulls().n_unique() <= 1 for series in roles.series(name))
    return "file" if alone and not seen.whole else ""


def _code(roles: Roles, name: str, codes: list[str]) -> bool:
    """Whether a column is a function of the label; a name that says so is left out, another is to be asked about."""
    label = roles.one("label")
    if label is None or not tells_label(roles.series(name), [as_text(one) for one in roles.series(label)]):
        return False
    if any(part in known.LABEL or part in known.NUMBERED for part in words(name)):
        roles.give(name, "left out", f"a code of the label {label!r}", "likely")
    else:
        codes.append(name)
    return True


def _refuse_codes(roles: Roles, codes: Sequence[str]) -> None:
    if codes:
        one = len(codes) == 1
        raise dangerous(
            f"{roles.where}, column{'' if one else 's'} {', '.join(short(name) for name in codes[:4])}",
            f"{'it has' if one else 'each has'} one value for each label of {short(roles.one('label') or '')}, so "
            f"{'it' if one else 'they'} may tell the answer",
            [f"--drop {_list(codes)}", f"--channels {_list([*roles.all('channel'), *codes])}"],
        )


def _refuse_numbers(roles: Roles, numbers: dict[str, Look]) -> None:
    if not numbers:
        return
    if _in_turn(roles, list(numbers)):
        raise DataError(
            f"{roles.where}, columns {', '.join(short(name) for name in list(numbers)[:4])}: one of them at a time "
            "is 1, as columns are that stand for one activity each; write one column of labels in their place, or "
            f"leave them out (--drop {_list(list(numbers))})."
        )
    name, seen = next(iter(numbers.items()))
    others = f" (so {'does' if len(numbers) == 2 else 'do'} {', '.join(short(n) for n in list(numbers)[1:4])})"
    options = [f"--drop {_list(list(numbers))}", f"--session {typed(name)}"]
    if roles.one("person") is None:
        options.append(f"--person {typed(name)}")
    if roles.one("label") is None:
        options.append(f"--label {typed(name)}")
    raise dangerous(
        f"{roles.where}, column {short(name)}",
        f"it holds {seen.values} different whole numbers, each for long, as the numbers of trials, people and "
        f"activities do{others if len(numbers) > 1 else ''}",
        options,
    )


def _in_turn(roles: Roles, names: Sequence[str]) -> bool:
    """Whether columns of 0 and 1 are never 1 together: a column for each class."""
    for sheet in roles.sheets:
        cells = sheet.frame.select(pl.col(names).cast(pl.Float64).fill_null(0.0)).to_numpy()
        if not np.isin(cells, (0.0, 1.0)).all() or cells.sum(axis=1).max(initial=0) > 1:
            return False
    return len(names) > 1


def _list(names: Sequence[str]) -> str:
    text = ",".join(names)
    return text if all(c.isalnum() or c in "_-.,/" for c in text) else f'"{plain(text)}"'


def _is_sensor(name: str) -> bool:
    return any(part in known.SENSORS or part in known.MEASURES for part in words(name))


def _check_mixed(roles: Roles, name: str) -> None:
    """A column that is nearly all numbers is not left out in silence for one slip of the hand."""
    for sheet in roles.sheets:
        cells = sheet.frame[name]
        if cells.dtype != pl.String:
            continue
        values = cells.str.strip_chars().str.replace(r"^([-+]?\d*),(\d+)$", "$1.$2").cast(pl.Float64, strict=False)
        odd = values.is_null() & cells.is_not_null()
        if odd.any() and int(values.is_not_null().sum()) * 2 > len(cells):
            row = int(odd.arg_max() or 0)
            line = f", line {sheet.lines[row]}" if len(sheet.lines) else f", row {row + 1}"
            raise DataError(
                f"file {short(sheet.name, 200)}, column {short(name)}{line}: {short(cells[row])} is not a number; "
                f"correct the cell, empty it, or leave the column out (--drop {typed(name)})."
            )


def _constant(roles: Roles, name: str) -> str:
    """The one number of a column."""
    return f"{next(series.drop_nulls()[0] for series in roles.series(name) if series.drop_nulls().len()):.6g}"


def _example(roles: Roles, name: str) -> str:
    """A cell that is no number; and its file, where the others hold numbers."""
    given = [(sheet.name, sheet.frame[name].drop_nulls()) for sheet in roles.sheets]
    given = [(file, cells) for file, cells in given if len(cells)]
    texts = [(file, cells) for file, cells in given if not cells.dtype.is_numeric()]
    if not texts:
        return "nothing"
    file, cells = texts[0]
    where = f" in {short(file, 60)}" if len(texts) < len(given) else ""
    return (short(cells[0]) if isinstance(cells[0], str) else f"{cells[0]}") + where
