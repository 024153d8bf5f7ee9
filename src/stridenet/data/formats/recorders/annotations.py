"""Tables of intervals and their labels, whoever wrote them."""

from dataclasses import replace

import polars as pl

from stridenet.data.formats.recorders.manner import columns_of, folder
from stridenet.data.sheet import Known, Sheet

_START = ("start", "start_time", "starttime", "label_start", "begin", "from", "start time", "onset")
_END = ("end", "end_time", "endtime", "label_end", "stop", "to", "end time", "offset")
_LABEL = ("label", "activity", "class", "annotation", "event", "text", "content")
_FILE = ("file", "filename", "file_name", "recording")
_PERSON = ("person", "subject", "user", "participant")
_SPARSE = 6
"""Columns that such a table has at most."""


def refine(sheet: Sheet) -> list[Sheet] | None:
    """Known by a start, an end and a label in a table of few columns; Movesense's by its type and content."""
    columns = columns_of(sheet)
    names = [next((columns[n] for n in known if n in columns), None) for known in (_START, _END, _LABEL)]
    start, end, label = names
    if {"timestamp", "type", "content"} == set(columns):
        start = columns["timestamp"]
    elif start is None or end is None or label is None or len(columns) > _SPARSE:
        return None
    if label is None:
        return None
    others = {
        word: next((columns[n] for n in known if n in columns), None)
        for word, known in (("file", _FILE), ("person", _PERSON))
    }
    given = {"start": start, "end": end, "label": label, **others}
    chosen = {word: column for word, column in given.items() if column is not None}
    frame = sheet.frame.select(**{word: pl.col(column) for word, column in chosen.items()})
    frame = frame.with_columns(pl.col("label").cast(pl.String))
    known = {"start": Known("time", "where a label begins"), "label": Known("label", "the label")}
    known |= {"end": Known("time", "where a label ends")} if end is not None else {}
    known |= {"person": Known("person", "who it was")} if others["person"] is not None else {}
    units = {word: sheet.units[column] for word, column in chosen.items() if column in sheet.units}
    return [
        replace(
            sheet, frame=frame, form="annotations", kind="annotations", known=known, units=units, session=folder(sheet)
        )
    ]
