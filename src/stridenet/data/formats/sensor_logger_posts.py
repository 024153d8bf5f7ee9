"""Sensor Logger's batches, as its HTTP POSTs and MQTT messages hold them, saved one a line or as one list."""

import json
from typing import Any

import polars as pl

from stridenet.data.formats.recorders import sensor_logger
from stridenet.data.formats.text import text_of
from stridenet.data.sheet import Sheet
from stridenet.data.source import File
from stridenet.errors import DataError


def matches(file: File, head: bytes) -> bool:  # noqa: ARG001 - by its head alone
    """Known by ``messageId`` and ``payload``."""
    return head.lstrip()[:1] in (b"{", b"[") and b'"messageId"' in head and b'"payload"' in head


def read(file: File) -> list[Sheet]:
    """A sheet for each sensor of each session, in the order in which the phone counted the batches.

    Raises:
        DataError: it is damaged.
    """
    data = text_of(file.read(), file.where).data
    try:
        posts = (
            json.loads(data)
            if data.lstrip()[:1] == b"["
            else [json.loads(one) for one in data.split(b"\n") if one.strip()]
        )
        batches = sorted({(str(post.get("sessionId", "")), int(post["messageId"])): post for post in posts}.items())
        rows: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for (session, _), post in batches:
            for one in post["payload"]:
                values = one["values"] if isinstance(one.get("values"), dict) else one
                row = {key: value for key, value in values.items() if isinstance(value, int | float | str)}
                row = {key: value for key, value in row.items() if key not in ("name", "time", "accuracy")}
                rows.setdefault((session, str(one["name"])), []).append({"time": int(one["time"]), **row})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(
            f"{file.where} holds batches of Sensor Logger, but one is damaged or cut off; have it received again."
        ) from error
    several = len({session for session, _ in rows}) > 1
    lost = _lost([key for key, _ in batches])
    notes = (f"{lost} batches of Sensor Logger were lost on the way",) if lost else ()
    found = []
    for (session, sensor), samples in rows.items():
        frame = pl.DataFrame(samples, infer_schema_length=None).sort("time", maintain_order=True)
        elapsed = ((frame["time"] - frame["time"][0]) / 1e9).rename("seconds_elapsed")
        name = f"{file.name}/{session}/{sensor}" if several else f"{file.name}/{sensor}"
        sheet = Sheet(name=name, frame=frame.insert_column(1, elapsed), notes=notes)
        found += sensor_logger.refine(sheet) or [sheet]
    return found


def _lost(keys: list[tuple[str, int]]) -> int:
    """Numbers that are missing between the first and the last of each session."""
    of: dict[str, list[int]] = {}
    for session, number in keys:
        of.setdefault(session, []).append(number)
    return sum(max(numbers) - min(numbers) + 1 - len(numbers) for numbers in of.values())
