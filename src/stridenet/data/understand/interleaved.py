"""Tables in which several sensors, devices or people take turns: their rows are not samples that follow each other."""

import polars as pl

from stridenet.data.understand import words as known
from stridenet.data.understand.columns import Roles, as_text, typed
from stridenet.data.understand.description import dangerous
from stridenet.data.understand.stamps import is_clock
from stridenet.data.understand.words import words
from stridenet.errors import short

_MOST = 50
_OFTEN, _SELDOM = 0.2, 0.02
"""Of the rows: so many share their time with another; so few do once they are told apart."""
_TURNS = 0.3
_APART = frozenset(
    {"sensor", "sensors", "position", "placement", "place", "node", "side", "stelle", "posicion", "capteur"}
)


def refuse_interleaved(roles: Roles) -> None:
    """Refuses a table whose times come several times over, where a column that is not used tells the rows apart.

    Raises:
        DataError: there is such a column.
    """
    time = roles.one("time")
    sheet = max(roles.sheets, key=lambda one: one.frame.height)
    keys = [name for name in [roles.one("person"), *roles.all("session")] if name]
    frame = sheet.frame.select([time, *keys] if time else keys)
    twice = time is not None and _twice(frame) > _OFTEN
    for name in roles.names:
        one = roles.found.get(name)
        by_name = one is not None and one.role == "session" and one.why == "by its name" and "device" in words(name)
        used = one is None or one.role not in ("left out", "channel") or one.why == "you said so"
        if (used and not by_name) or is_clock(roles, name):
            continue
        cells = sheet.frame[name]
        if cells.dtype.is_numeric() and cells.n_unique() > _MOST + 1:  # a measurement, whose text would take long
            continue
        text = as_text(cells)
        values = text.unique().drop_nulls()
        if not 2 <= len(values) <= _MOST:
            continue
        if by_name:
            if text.rle_id().n_unique() >= _TURNS * len(text):
                why = "by its name; the rows of several take turns, and each of them is taken for a recording"
                roles.give(name, "session", why, "likely")
            continue
        apart = twice and _twice(frame.with_columns(text.alias("\0"))) < _SELDOM
        if apart or _takes_turns(name, text, values):
            raise dangerous(
                f"{roles.where}, column {short(name)}",
                f"its rows take turns ({', '.join(short(value, 30) for value in values.sort()[:3])}), as those of "
                "several sensors, devices or people do; write a file for each sensor, or take each for a recording",
                [f"--session {typed(name)}", f"--person {typed(name)}"],
            )


def _twice(frame: pl.DataFrame) -> float:
    """Share of the rows that are not alone."""
    return int(frame.is_duplicated().sum()) / max(1, frame.height)


def _takes_turns(name: str, text: pl.Series, values: pl.Series) -> bool:
    if text.rle_id().n_unique() < _TURNS * len(text):
        return False
    apart = set(known.SENSORS) | known.PLACES
    return bool(set(words(name)) & _APART) or all(set(words(value)) & apart for value in values)
