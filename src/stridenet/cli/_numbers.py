"""The little language that numbers come in on the command line."""

import math

import numpy as np
import numpy.typing as npt

from stridenet.errors import DataError


def parse_numbers(text: str, *, name: str = "data") -> npt.NDArray[np.float64]:
    """Numbers as people type them: ``"0,3,4,5"``, or ``"0 0; 3 6; 4 7; 5 8"`` with a time step in each part.

    A comma, a space or both part two numbers, so a decimal comma cannot be read; a semicolon parts two time steps.

    Args:
        text: the numbers.
        name: what they are, for messages (``"--data"``).

    Returns:
        Shape (time,) without a semicolon, else (time, channel).

    Raises:
        DataError: nothing, something that is not a finite number, or time steps with different numbers of channels.

    >>> parse_numbers("0,3,4,5").tolist()
    [0.0, 3.0, 4.0, 5.0]
    >>> parse_numbers("0 0; 3 6; 4 7; 5 8").shape
    (4, 2)
    """
    parts = text.strip().removesuffix(";").split(";")
    rows = [_row(part, f"{name}, time step {i + 1}" if len(parts) > 1 else name) for i, part in enumerate(parts)]
    for i, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise DataError(
                f"{name}, time step {i + 1}: {len(row)} numbers, but time step 1 has {len(rows[0])}; "
                "every time step needs one number per channel."
            )
    return np.array(rows if ";" in text else rows[0])


def parse_kernel(text: str, *, name: str = "kernel") -> npt.NDArray[np.float64]:
    """A kernel as people type it: like data, with ``|`` between filters (``"1,2 | 3,4"``).

    Args:
        text: one or more filters, each as :func:`parse_numbers` reads it.
        name: what it is, for messages (``"--kernel"``).

    Returns:
        Shape (kernel_size, channel, filter).

    Raises:
        DataError: what :func:`parse_numbers` refuses, or filters that differ in shape.

    >>> parse_kernel("1,2 | 3,4")[:, 0, :].T.tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """
    texts = text.split("|")
    names = [f"{name}, filter {i + 1}" if len(texts) > 1 else name for i in range(len(texts))]
    filters = [parse_numbers(part, name=where) for part, where in zip(texts, names, strict=True)]
    filters = [f[:, None] if f.ndim == 1 else f for f in filters]
    for where, f in zip(names, filters, strict=True):
        if f.shape != filters[0].shape:
            raise DataError(
                f"{where}: {f.shape[0]} taps of {f.shape[1]} channels, but filter 1 has {filters[0].shape[0]} of "
                f"{filters[0].shape[1]}; all filters of a kernel must have the same shape."
            )
    return np.stack(filters, axis=2)


def _row(text: str, where: str) -> list[float]:
    words = [word for part in text.split(",") for word in (part.split() or [""])]
    if words == [""]:
        raise DataError(f'{where}: no numbers; write them as "0,3,4,5", or "0 0; 3 6; 4 7" for two channels.')
    row = []
    for i, word in enumerate(words):
        try:
            number = float(word)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            what = repr(word) if word else "empty"
            raise DataError(f"{where}: value {i + 1} is {what}; it must be a finite number such as 3 or -0.5.")
        row.append(number)
    return row
