"""What the lines above a table's rows say by themselves: the rate; and the same lines again, further down."""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from stridenet.data.formats.dialect import Dialect
from stridenet.data.formats.text import Text
from stridenet.data.sheet import Sheet

_RATE = re.compile(
    r"(?:sampl\w*[ _-]*(?:rate|freq\w*)|(?:data|output|update|recording|capture|camera)[ _-]*rate|"
    r"measurement[ _-]*frequency|frequency|abtastrate|odr|fs|rate)"
    r"[\"']?[ \t]*(?:\(hz\)|\[hz\])?[\"' \t]*[:=,;\t ][\"' \t]*(\d+(?:\.\d+)?)[ \t]*(k?hz\b|sps\b)?",
    re.IGNORECASE,
)
_VICON = re.compile(r"(?:Devices|Trajectories|Model Outputs)[,;\s]*$")
"""Under which Vicon Nexus writes the rate alone."""
_FASTEST = 20_000.0


def rate_in(head: Sequence[str]) -> float | None:
    """Samples per second, where the lines above the names say it once.

    >>> rate_in(["%Sample Rate = 250 Hz"]), rate_in(["Measurement Frequency,100.0 Hz"]), rate_in(["Rate this app: 5"])
    (250.0, 100.0, None)
    >>> rate_in(["Devices", "1000"])
    1000.0
    """
    found = set()
    if len(head) > 1 and _VICON.match(head[0]) and (one := re.match(r"(\d+(?:\.\d+)?)[,;\s]*$", head[1])):
        found.add(float(one[1]))
    for line in head:
        for one in _RATE.finditer(line):
            sure = one[2] or not re.match(r"(?:rate|frequency)\b", one[0], re.IGNORECASE)
            value = float(one[1]) * (1000 if (one[2] or "").lower() == "khz" else 1)
            if sure and (one.start() == 0 or not line[one.start() - 1].isalpha()) and 0 < value <= _FASTEST:
                found.add(value)
    return found.pop() if len(found) == 1 else None


def without_heads_again(text: Text, dialect: Dialect) -> tuple[Text, list[int]]:
    """The text without further lines of the same names, as where files were put together; and which lines those were.

    Args:
        text: the whole text.
        dialect: what it looks like.

    Returns:
        The text, and the lines that are left out, from 1.
    """
    if not dialect.named or not dialect.first:
        return text, []
    lines = text.data.split(b"\n", dialect.first)
    head = {line for line in lines[: dialect.first] if line.strip()}
    last = next((line for line in reversed(lines[: dialect.first]) if line.strip()), b"")
    if not last or len(lines) <= dialect.first or (b"\n" + last + b"\n") not in b"\n" + lines[dialect.first] + b"\n":
        return text, []
    kept, again = lines[: dialect.first], []
    for number, line in enumerate(lines[dialect.first].split(b"\n"), dialect.first + 1):
        if line in head:
            again.append(number)
        else:
            kept.append(line)
    return replace(text, data=b"\n".join(kept)), again


def divided(sheet: Sheet, again: Sequence[int]) -> Sheet:
    """The sheet whose recordings begin where the names came again."""
    if not again or not len(sheet.lines):
        return sheet
    before = np.asarray(again) - np.arange(len(again))  # the line that followed, as it is counted now
    starts = np.searchsorted(sheet.lines, before)
    lines = sheet.lines + np.searchsorted(before, sheet.lines, "right")
    breaks = sorted({*sheet.breaks, *starts.tolist()} - {0, sheet.frame.height})
    note = f"its line of names comes again {len(again)} times, and a recording begins with each"
    return replace(sheet, lines=lines, breaks=tuple(breaks), notes=(*sheet.notes, note))
