"""OpenBCI's text: a head of lines with ``%``, electrodes, the accelerometer and the time; some names come often."""

import re
from dataclasses import replace

from stridenet.data.formats.delimited import sheet_of_text
from stridenet.data.formats.text import text_of
from stridenet.data.sheet import Known, Sheet
from stridenet.data.source import File

FORM = "OpenBCI"
_NAMES = re.compile(rb"^(?:Sample Index).*$", re.MULTILINE)
_ELECTRODE = re.compile(r"EXG Channel \d+")
_AXIS = re.compile(r"Accel Channel ([012])")


def matches(file: File, head: bytes) -> bool:  # noqa: ARG001 - by its head alone
    """Known by its first line."""
    return head.startswith(b"%OpenBCI")


def read(file: File) -> list[Sheet]:
    """The table, its columns known where the file names them.

    Raises:
        DataError: it is damaged.
    """
    text = text_of(file.read(), file.where)
    text = replace(text, data=_NAMES.sub(_each_once, text.data, count=1))
    sheet = sheet_of_text(text, file.name, file.where, form=FORM)
    known: dict[str, Known] = {}
    units: dict[str, str] = {}
    for name in sheet.frame.columns:
        if _ELECTRODE.fullmatch(name):
            known[name], units[name] = Known("channel", "an electrode's voltage", f"exg_{name.split()[-1]}"), "uV"
        elif axis := _AXIS.fullmatch(name):
            known[name] = Known("channel", "acceleration with gravity", f"acc_{'xyz'[int(axis[1])]}")
            units[name] = "g"
        elif name == "Timestamp":
            known[name], units[name] = Known("time", "seconds since 1970"), "s"
        elif not name.startswith("column_"):
            known[name] = Known("left out", "a counter, a pin or a second clock")
    return [replace(sheet, known={**sheet.known, **known}, units={**sheet.units, **units})]


def _each_once(line: re.Match[bytes]) -> bytes:
    names = [name.strip() for name in line[0].split(b",")]
    return b", ".join(b"%s %d" % (name, i) if names.count(name) > 1 else name for i, name in enumerate(names))
