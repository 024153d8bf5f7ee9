"""JSON as Python's values, and one sentence where it is none."""

import json
from typing import Any

from stridenet.data.source import File
from stridenet.errors import DataError


def parsed(file: File) -> Any:
    """The file's value.

    Raises:
        DataError: it is damaged or cut off.
    """
    try:
        return json.loads(file.open().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DataError(f"{file.where} is not text in UTF-8 (byte {error.start}); export it again.") from None
    except RecursionError:
        raise DataError(f"{file.where} is JSON within JSON too deep to be a recording.") from None
    except ValueError as error:
        why = str(error).splitlines()[0]
        raise DataError(f"{file.where} is damaged JSON or was cut off ({why}); export it again.") from None


def number(value: object) -> float | None:
    """A finite number; None for all else.

    >>> number(1), number("1"), number(True), number(float("nan"))
    (1.0, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        as_float = float(value)
    except OverflowError:
        return None
    return as_float if abs(as_float) < float("inf") else None
