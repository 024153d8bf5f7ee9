"""Names and numbers as people read them, on one line."""

from collections.abc import Mapping, Sequence
from itertools import groupby

import numpy as np

_DROPPED = {
    "mixed": "windows that hold several activities",
    "unlabelled": "windows that are mostly without a label",
    "short_recordings": "recordings shorter than a window",
    "tail_samples": "samples at the ends of recordings, too few for a window",
}


def words(name: str) -> str:
    r"""A name as people read it: no underscores, no line breaks, nothing that cannot be shown.

    >>> words("walking_upstairs"), words("on two\nlines")
    ('walking upstairs', 'on two lines')
    """
    return one_line(name.replace("_", " "))


def one_line(name: str) -> str:
    r"""A name as it is, but on one line and without anything that cannot be shown, such as a terminal's commands.

    >>> one_line("on_two\nlines"), one_line("")
    ('on_two lines', "''")
    """
    shown = "".join(character if character.isprintable() else " " for character in name)
    return " ".join(shown.split()) or repr(name)


def short(text: str, length: int) -> str:
    """At most so many characters, with an ellipsis where some are missing.

    >>> short("participant", 6)
    'parti…'
    """
    return text if len(text) <= length else text[: length - 1] + "…"


def counted(n: int | None, one: str, several: str = "") -> str:
    """A number with its noun; None is a number that is not known.

    >>> counted(1, "window"), counted(2000, "window"), counted(0, "person", "people")
    ('1 window', '2,000 windows', '0 people')
    """
    several = several or f"{one}s"
    return f"an unknown number of {several}" if n is None else f"{n:,} {one if n == 1 else several}"


def listed(names: Sequence[str], most: int = 6) -> str:
    """The first names, and how many there are more.

    >>> listed(["x", "y", "z"], 2), listed(["x", "y"])
    ('x, y and 1 more', 'x, y')
    """
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def scored(scores: Sequence[float], digits: int = 1) -> str:
    """Scores from 0 to 1 of several repeats as mean and deviation (ddof 0); one repeat has no deviation.

    >>> scored([0.5, 0.6]), scored([0.886])
    ('55.0 % ± 5.0 over 2 repeats', '88.6 % in 1 repeat, so its spread is not known')
    """
    mean = f"{100 * float(np.mean(scores)):.{digits}f} %"
    if len(scores) == 1:
        return f"{mean} in 1 repeat, so its spread is not known"
    return f"{mean} ± {100 * float(np.std(scores)):.{digits}f} over {len(scores)} repeats"


def channels_with_units(channels: Sequence[str], units: Sequence[str], most: int = 12) -> str:
    """The channels in their order, each unit once behind those that share it.

    >>> channels_with_units(["ax", "ay", "gx"], ["g", "g", "rad/s"])
    'ax, ay [g]; gx [rad/s]'
    """
    pairs = list(zip(channels, units, strict=True)) if len(units) == len(channels) else [(c, "") for c in channels]
    parts = []
    for unit, group in groupby(pairs[:most], key=lambda pair: pair[1]):
        names = ", ".join(one_line(name) for name, _ in group)
        parts.append(f"{names} [{one_line(unit)}]" if unit else names)
    return "; ".join(parts) + (f" and {len(pairs) - most} more" if len(pairs) > most else "")


def sized(length: int, rate_hz: float) -> str:
    """A window's or a recording's length in samples and in seconds.

    >>> sized(128, 50.0)
    '128 samples, 2.56 s at 50 Hz'
    """
    return f"{counted(length, 'sample')}, {length / rate_hz:.4g} s at {rate_hz:g} Hz"


def left_out(dropped: Mapping[str, int]) -> list[tuple[str, int]]:
    """What cutting left out, in words, and how many of it; what is zero is not told.

    >>> left_out({"mixed": 0, "short_recordings": 3})
    [('recordings shorter than a window', 3)]
    """
    return [(_DROPPED.get(reason, words(reason)), n) for reason, n in dropped.items() if n]
