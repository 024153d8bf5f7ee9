"""LabVIEW's measurement files (.lvm): two heads, then ``X_Value``, the channels and a column for comments."""

import re
from dataclasses import replace

from stridenet.data.formats.delimited import sheet_of_text
from stridenet.data.formats.text import Text, text_of
from stridenet.data.sheet import Known, Sheet
from stridenet.data.source import File
from stridenet.errors import DataError

FORM = "LabVIEW"
_END = re.compile(rb"^\*\*\*End_of_Header\*\*\*.*\n", re.MULTILINE)


def matches(file: File, head: bytes) -> bool:  # noqa: ARG001 - by its head alone
    """Known by its first line."""
    return head.removeprefix(b"\xef\xbb\xbf").startswith(b"LabVIEW Measurement")


def read(file: File) -> list[Sheet]:
    """The table below the second head; its rate is there where no column holds the time.

    Raises:
        DataError: a head is missing, or a second table follows.
    """
    text = text_of(file.read(), file.where)
    ends = list(_END.finditer(text.data))
    if len(ends) < 2:
        raise DataError(f"{file.where} is a LabVIEW measurement without its two heads; save it again from LabVIEW.")
    if len(ends) > 2:
        raise DataError(f"{file.where} holds {len(ends) - 1} measurements; save each of them to a file of its own.")
    head = text.data[: ends[1].start()].decode(errors="replace")
    said = {key: values for key, *values in (line.rstrip("\t").split("\t") for line in head.split("\n"))}
    comma = said.get("Separator", ["Tab"])[0] == "Comma"
    separator = "," if comma else "\t"
    lines = text.data[ends[1].end() :].split(b"\n")
    names = lines[0].split(separator.encode())
    if names[-1].strip() == b"Comment":
        names = names[:-1]
    n = len(names)
    rows = [separator.encode().join(line.split(separator.encode())[:n]) for line in lines[1:]]
    above = text.data.count(b"\n", 0, ends[1].end())
    sheet = sheet_of_text(
        Text(b"\n".join([separator.encode().join(names), *rows]), text.encoding), file.name, file.where,
        separator=separator, form=FORM,
    )  # fmt: skip
    units = dict(
        zip(sheet.frame.columns[-len(said.get("Y_Unit_Label", [])) :], said.get("Y_Unit_Label", []), strict=False)
    )
    clock = next((name for name in sheet.frame.columns if name == "X_Value"), None)
    timed = clock is not None and sheet.frame[clock].null_count() < sheet.frame.height
    known = {clock: Known("time", "LabVIEW's seconds since the start")} if clock and timed else {}
    steps = {float(step.replace(",", ".")) for step in said.get("Delta_X", []) if step}
    rate = 1 / steps.pop() if len(steps) == 1 and min(steps) > 0 else None
    return [
        replace(
            sheet,
            head=tuple(line for line in head.split("\n") if line.strip()),
            lines=sheet.lines + above,
            known={**sheet.known, **known},
            units={**units, **({clock: "s"} if clock and timed else {}), **sheet.units},
            rate_hz=None if timed else rate,
        )
    ]
