"""NumPy's arrays as windows, from ``.npy`` and ``.npz`` files or from Python."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from stridenet.data.formats.bounds import MEMBER
from stridenet.data.sheet import Cases
from stridenet.data.source import File
from stridenet.errors import DataError, short

FORM = "NumPy arrays"
_X = ("x", "data", "windows", "signals")
_Y = ("y", "label", "labels", "target", "targets")
_GROUPS = ("groups", "group", "subject", "subjects", "person", "people", "user", "users")
_CHANNELS = ("channels", "channel_names", "features", "feature_names")
_RATE = ("rate_hz", "rate", "fs", "sampling_rate")
_MAGIC = b"\x93NUMPY"
_MOST_CHANNELS = 16
"""What is larger is not taken for channels by itself."""
_TIMES_LONGER = 3
"""How much longer than the other axis that of time must be to be told by its length."""


def matches(file: File, head: bytes) -> bool:
    """Known by NumPy's first bytes, or by the ending ``.npz`` of a zip."""
    return head.startswith(_MAGIC) or (file.suffix == ".npz" and head.startswith(b"PK"))


def read(file: File, layout: Literal["ntc", "nct"] | None = None) -> list[Cases]:
    """The windows of a ``.npy`` (without labels) or an ``.npz`` (``X``, ``y``, ``groups``, ``channels``, ``rate_hz``).

    Args:
        file: the file; nothing in it is ever run.
        layout: the order of the axes: window, time, channel, or window, channel, time; None to see it by the shape.

    Raises:
        DataError: it is damaged, holds no array of windows, or its axes could be either.
    """
    where = file.where
    data = file.open()
    if data.startswith(_MAGIC):
        return [cases(_array(data, where), layout=layout, where=where, name=file.name)]
    held, others = _members(data, where)
    x = _one(held, _X, where)
    if x is None:
        raise DataError(
            f"{where} holds {', '.join(short(name) for name in held) or 'nothing'}, and no array named X; name the "
            "windows X, their labels y and their people groups."
        )
    channels, rate = _one(held, _CHANNELS, where), _one(held, _RATE, where)
    known = {*_X, *_Y, *_GROUPS, *_CHANNELS, *_RATE}
    unused = [*(name for name in held if name.lower() not in known), *others]
    told = cases(
        x,
        _one(held, _Y, where),
        _one(held, _GROUPS, where),
        layout=layout,
        where=where,
        name=file.name,
        channels=None if channels is None else [str(name) for name in channels.ravel()],
        rate_hz=None if rate is None else _rate(rate, where),
    )
    if unused:
        shown = ", ".join(short(name, 30) for name in unused[:3])
        told = replace(told, notes=(*told.notes, f"arrays of other names were not used: {shown}"))
    return [told]


def cases(
    x: npt.ArrayLike,
    y: Sequence[Any] | npt.NDArray[Any] | None = None,
    groups: Sequence[Any] | npt.NDArray[Any] | None = None,
    layout: Literal["ntc", "nct"] | None = None,
    where: str = "the array",
    *,
    name: str = "",
    channels: Sequence[str] | None = None,
    rate_hz: float | None = None,
) -> Cases:
    """Arrays of windows as cases.

    Args:
        x: shape (window, time, channel), or (window, channel, time), or (window, time) of one channel; of few samples
            only where ``layout`` says that they are windows.
        y: shape (window,), the labels.
        groups: shape (window,), the people.
        layout: ``"ntc"`` or ``"nct"``; None is allowed only where the shape, or the number of channels, tells it.
        where: how a message begins.
        name: path within the source.
        channels: the channels' names.
        rate_hz: samples per second.

    Raises:
        DataError: the shapes do not fit each other, a value is no number, or the axes could be either.

    >>> cases(np.zeros((5, 100, 3)), ["a"] * 5).series[0].shape
    (100, 3)
    >>> cases(np.zeros((5, 3, 100)), ["a"] * 5, layout="nct").series[0].shape
    (100, 3)
    """
    windows = np.asarray(x)
    if windows.dtype.kind not in "fiub":
        raise DataError(f"{where} holds {windows.dtype}, not numbers.")
    if windows.ndim == 2:
        if layout is None:
            _refuse_recording(windows.shape, where)
        windows, layout = windows[:, :, None], "ntc"
    if windows.ndim != 3 or 0 in windows.shape:
        raise DataError(
            f"{where} has the shape {windows.shape}; windows need three axes (window, time and channel), none of them "
            "empty."
        )
    order = layout or _order(windows.shape, channels, where)
    if order == "nct":
        windows = windows.transpose(0, 2, 1)
    n, _, width = windows.shape
    named = tuple(channels) if channels is not None else tuple(f"channel_{i}" for i in range(1, width + 1))
    if len(named) != width or len(set(named)) != width:
        raise DataError(f"{where} has {width} channels, but {len(set(named))} different names for them.")
    windows = windows.astype(np.float64) if windows.dtype.kind != "f" else windows
    if np.isinf(windows).any():
        raise DataError(f"{where} holds an infinite value; a missing one is written as nan.")
    missing = int(np.isnan(windows).sum())
    return Cases(
        name=name,
        series=tuple(windows),
        labels=_words(y, n, "labels", where) if y is not None else (None,) * n,
        groups=tuple(str(word) for word in _words(groups, n, "people", where)) if groups is not None else (),
        channels=named,
        rate_hz=rate_hz,
        form=FORM,
        notes=(f"{missing} values are missing",) if missing else (),
    )


def _refuse_recording(shape: tuple[int, ...], where: str) -> None:
    """Refuses two axes that look like time and channel of one recording, and not like windows of one channel."""
    n, width = shape
    if 1 < width <= _MOST_CHANNELS and n > _TIMES_LONGER * width:
        raise DataError(
            f"{where} has the shape {shape}, as a recording of {n} samples and {width} channels has; save that with "
            "three axes (x[None]), or as a table, where each sample has a label; or say "
            f"--layout ntc for {n} windows of {width} samples and one channel."
        )


def _order(shape: tuple[int, ...], channels: Sequence[str] | None, where: str) -> Literal["ntc", "nct"]:
    """The order of the axes where it is evident."""
    _, second, third = shape
    if channels is not None and second != third and len(channels) in (second, third):
        return "ntc" if len(channels) == third else "nct"
    if third <= _MOST_CHANNELS and second > _TIMES_LONGER * third:
        return "ntc"
    raise DataError(
        f"{where} has the shape {shape}, whose axes could be either; say --layout ntc for windows of {second} samples "
        f"and {third} channels, or --layout nct for windows of {third} samples and {second} channels."
    )


def _words(given: Sequence[Any] | npt.NDArray[Any], n: int, what: str, where: str) -> tuple[str | None, ...]:
    """Labels or people as text; whole numbers without a point."""
    column = np.asarray(given)
    column = column[:, 0] if column.ndim == 2 and column.shape[1] == 1 else column
    if column.ndim == 2 and what == "labels":
        raise DataError(
            f"{where} has labels of the shape {column.shape}; give one label a window, as its name or number "
            "(numpy.argmax(y, axis=1) gives it where each class has a column)."
        )
    if column.shape != (n,):
        raise DataError(f"{where} has {n} windows, but its {what} have the shape {column.shape}; give one a window.")
    if column.dtype.kind not in "iubfUSO":
        raise DataError(f"{where} has {what} that are {column.dtype}, neither words nor numbers.")
    return tuple(_word(cell) for cell in column.tolist())


def _word(cell: object) -> str | None:
    if cell is None or (isinstance(cell, float) and not np.isfinite(cell)):
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.decode(errors="replace") if isinstance(cell, bytes) else str(cell)


def _one(held: Mapping[str, npt.NDArray[Any]], names: Sequence[str], where: str) -> npt.NDArray[Any] | None:
    found = [name for name in held if name.lower() in names]
    if len(found) > 1:
        raise DataError(
            f"{where} holds {short(found[0])} and {short(found[1])}, which could both be {names[0]}; keep one."
        )
    return held[found[0]] if found else None


def _rate(rate: npt.NDArray[Any], where: str) -> float:
    if rate.size != 1 or rate.dtype.kind not in "iuf" or not 0 < float(rate.ravel()[0]) < np.inf:
        raise DataError(f"{where} has a rate that is not one number above 0.")
    return float(rate.ravel()[0])


def _members(data: bytes, where: str) -> tuple[dict[str, npt.NDArray[Any]], list[str]]:
    """The arrays of an ``.npz`` by name, and the names of what is no array."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            held, others, total = {}, list[str](), 0
            for entry in archive.infolist():
                total += entry.file_size
                if total > MEMBER:
                    raise DataError(f"{where} would take {total:,} bytes, more than is sensible; it is damaged.")
                if entry.filename.endswith(".npy"):
                    name = entry.filename.removesuffix(".npy")
                    held[name] = _array(archive.read(entry), f"{where}, {short(name)}")
                else:
                    others.append(entry.filename)
            return held, others
    except DataError:
        raise
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError, NotImplementedError, LookupError) as error:
        raise DataError(f"{where} is damaged or was cut off ({type(error).__name__}); write it again.") from None
    except Exception as error:  # zlib's and lzma's errors are of modules of their own
        if type(error).__module__ not in ("zlib", "_lzma", "lzma", "struct", "builtins"):
            raise
        raise DataError(f"{where} is damaged or was cut off ({type(error).__name__}); write it again.") from None


def _array(data: bytes, where: str) -> npt.NDArray[Any]:
    """One array; what would run code is refused, and so is a shape that the file does not hold."""
    stream = io.BytesIO(data)
    try:
        version = np.lib.format.read_magic(stream)
        reader = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = reader(stream)
    except Exception:  # the header is Python's text: what is wrong with it can be anything
        raise DataError(f"{where} is no array of NumPy's, or a damaged one; write it again with numpy.save.") from None
    if dtype.hasobject:
        raise DataError(
            f"{where} holds Python objects, which are not read because reading them can run anything; save plain "
            "arrays of numbers or text."
        )
    left = len(data) - stream.tell()
    size = dtype.itemsize
    for length in shape:
        size *= int(length)
    if size != left or any(length < 0 for length in shape):
        raise DataError(
            f"{where} says that it has the shape {shape}, but holds {left:,} bytes; it is damaged or cut off."
        )
    stream.seek(0)
    array: npt.NDArray[Any] = np.lib.format.read_array(stream, allow_pickle=False)
    return array
