"""Delsys' EMGworks CSV: each channel with a time of its own, ``X[s]``, at rates of their own."""

import re
from dataclasses import replace

import polars as pl

from stridenet.data.formats.delimited import sheet_of_text
from stridenet.data.formats.text import text_of
from stridenet.data.sheet import Known, Sheet
from stridenet.data.source import File

FORM = "Delsys"
_NAMES = re.compile(rb'^"?X ?\[s\]"?[,;\t].*$', re.MULTILINE)
_TIME = re.compile(rb'"?X ?\[s\]"?')
_AXIS = re.compile(r"(?:(.*?)[: ]+)?(ACC|GYRO|MAG)[ .]?([XYZ])\b.*", re.IGNORECASE)
_KINDS = (("EMG", "emg"), ("ACC", "acc"), ("GYRO", "gyro"), ("MAG", "mag"))


def matches(file: File, head: bytes) -> bool:  # noqa: ARG001 - by its names alone
    """Known by a time before each of several channels."""
    names = _NAMES.search(head)
    return names is not None and len(_TIME.findall(names[0])) > 1


def read(file: File) -> list[Sheet]:
    """A sheet for each kind of sensor, without the empty cells below the slower ones.

    Raises:
        DataError: it is damaged.
    """
    text = text_of(file.read(), file.where)
    n = iter(range(1, 10_000))
    numbered = _NAMES.sub(lambda line: _TIME.sub(lambda _: b"time %d [s]" % next(n), line[0]), text.data, count=1)
    whole = sheet_of_text(replace(text, data=numbered), file.name, file.where, form=FORM)
    columns = whole.frame.columns
    groups: dict[str, dict[str, str]] = {}
    clock = ""
    for name in columns:
        if re.fullmatch(r"time \d+", name):
            clock = name
        elif clock:
            kind = next((one for word, one in _KINDS if word in name.upper()), "other")
            groups.setdefault(kind, {})[name] = clock
    return [_sheet(whole, kind, clocks) for kind, clocks in groups.items()]


def _sheet(whole: Sheet, kind: str, clocks: dict[str, str]) -> Sheet:
    """The channels of one kind, by the first one's time; all of a kind are measured together."""
    clock = next(iter(clocks.values()))
    frame = whole.frame.select(clock, *clocks).filter(pl.col(clock).is_not_null())
    known = {clock: Known("time", "Delsys' seconds since the start")}
    known |= {name: Known("channel", "measured by Delsys", _called(name, kind)) for name in clocks}
    return replace(
        whole,
        name=f"{whole.name}/{kind}",
        frame=frame,
        lines=whole.lines[: frame.height],
        known=known,
        units={name: unit for name, unit in whole.units.items() if name in frame.columns},
        sensor={"acc": "accelerometer", "gyro": "gyroscope", "mag": "magnetometer"}.get(kind, kind),
        session=whole.name,
    )


def _called(name: str, kind: str) -> str:
    found = _AXIS.fullmatch(name)
    return f"{found[1] + ' ' if found[1] else ''}{kind}_{found[3].lower()}" if found else name
