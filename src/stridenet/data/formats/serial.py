"""Text that a serial monitor saved: a time before each line, or a name before each number."""

import re
from dataclasses import replace

import numpy as np
import polars as pl

from stridenet.data.formats.text import Text
from stridenet.data.sheet import Sheet

_STAMP = re.compile(
    rb"^(?:\[((?:\d{4}-\d\d-\d\d[ T])?\d\d?:\d\d:\d\d[.,:]\d{1,6})\]|(\d\d:\d\d:\d\d[.:]\d{1,6})) *(?:->|>|:)? *",
    re.MULTILINE,
)
_NUMBER = rb"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?"
_NAMED = re.compile(rb"[ \t]*([A-Za-z][A-Za-z_. ]*\w?)[ \t]*[:=][ \t]*(" + _NUMBER + rb")[ \t]*[,;|]?[ \t]*")
_LOOK = 50
_MOST = 0.9


def with_stamps_apart(text: Text) -> tuple[Text, pl.Series | None]:
    r"""The text without the monitor's times, and the time of each line; None where it has none.

    >>> lines = [f"10:11:12.0{i}0 -> {i},5\n".encode() for i in (2, 4, 6)]
    >>> text, times = with_stamps_apart(Text(b"".join(lines), "utf-8"))
    >>> text.data, times.to_list()
    (b'2,5\n4,5\n6,5\n', ['10:11:12.020', '10:11:12.040', '10:11:12.060', None])
    """
    lines = [line for line in text.data[: 1 << 14].split(b"\n")[:-1][:_LOOK] if line.strip()]
    fitting = [line for line in lines if (found := _STAMP.match(line)) and (found[1] or b" -> " in line)]
    if len(lines) < 3 or len(fitting) < _MOST * len(lines):
        return text, None
    times: list[str | None] = []
    bare = []
    for line in text.data.split(b"\n"):
        found = _STAMP.match(line)
        times.append((found[1] or found[2]).decode() if found else None)
        bare.append(line[found.end() :] if found else line)
    return replace(text, data=b"\n".join(bare)), pl.Series("time", times, dtype=pl.String)


def with_names_above(text: Text) -> Text:
    r"""Numbers that have their name before them (``x:0.1 y:0.2``) as a table; other text as it is.

    >>> with_names_above(Text(b"boot\nx:0.1, y:2\nx:0.2, y:3\nx:0.3, y:4\n", "utf-8")).data
    b'x,y\n0.1,2\n0.2,3\n0.3,4\n'
    """
    lines = text.data[: 1 << 14].split(b"\n")[:-1][:_LOOK]
    begin = next((i for i, line in enumerate(lines) if _names(line)), None)
    if begin is None or len(lines) - begin < 3:
        return text
    names = _names(lines[begin])
    if sum(_names(line) == names for line in lines[begin:]) < _MOST * len(lines[begin:]):
        return text
    rows = []
    for line in text.data.split(b"\n")[begin:]:
        values = [found[1] for found in _NAMED.findall(line)] if _names(line) == names else [b""] * len(names)
        rows.append(b",".join(values).strip(b",") if any(values) else b"")
    above = [b""] * (begin - 1) if begin else []
    return replace(text, data=b"\n".join([*above, b",".join(names), *rows]))


def _names(line: bytes) -> list[bytes]:
    """The names of a line that holds numbers with names and nothing else."""
    found, at = [], 0
    while at < len(line):
        one = _NAMED.match(line, at)
        if one is None:
            return []
        found.append(one[1].strip())
        at = one.end()
    return found if len(found) > 1 and len(set(found)) == len(found) else []


def with_times(sheet: Sheet, times: pl.Series | None) -> Sheet:
    """The sheet with the monitor's times as its first column."""
    if times is None or not len(sheet.lines):
        return sheet
    name = "time" if "time" not in sheet.frame.columns else "time of the monitor"
    column = times.gather(np.minimum(sheet.lines - 1, len(times) - 1)).rename(name)
    note = "a serial monitor wrote a time before each line; it is the column " + name
    return replace(sheet, frame=sheet.frame.insert_column(0, column), notes=(*sheet.notes, note))
