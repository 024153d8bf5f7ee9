"""Windows and recordings as named arrays and metadata, as the store keeps them, and back."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import fields, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.signals.places import Places
from stridenet.signals.recording import Recording
from stridenet.signals.windows import Windows
from stridenet.system.cache import Stored

_PER_WINDOW = ("y", "group", "recording", "start")
_OF_ALL = ("recordings", "channels", "units", "classes", "test_groups")
_OF_EACH = ("name", "group", "channels", "units", "rate_hz", "classes")
_TIMES = ("start_s", "clock_s", "dated")
"""The content is the same whenever it was recorded."""


def pack_windows(windows: Windows) -> Stored:
    """Windows to keep, as places over one signal; without ``source``: the next reader may find them elsewhere."""
    meta: dict[str, Any] = {name: list(getattr(windows, name)) for name in _OF_ALL}
    meta |= {"rate_hz": windows.rate_hz, "dropped": windows.dropped, "length": windows.length}
    places = windows.places.compact()
    arrays = {"signal": places.signals[0], "first": places.first}
    return _with_digest(arrays | {name: getattr(windows, name) for name in _PER_WINDOW}, meta)


def unpack_windows(stored: Stored) -> Windows:
    """What :func:`pack_windows` was given, with its digest."""
    given: dict[str, Any] = {**stored.arrays, **stored.meta}
    first = given.pop("first")
    places = Places([given.pop("signal")], np.zeros(len(first), np.int64), first, given.pop("length"))
    return Windows(x=places, **given | {name: tuple(stored.meta[name]) for name in _OF_ALL})


def pack_recordings(recordings: Sequence[Recording]) -> Stored:
    """Recordings to keep, end to end in one array, which is made on the disk alone."""
    ends = np.cumsum([0] + [r.n_samples for r in recordings])
    parts: dict[str, list[npt.NDArray[Any]]] = {
        "data": [r.data for r in recordings],
        "labels": [r.labels for r in recordings],
    }
    meta = {"recordings": [{name: getattr(r, name) for name in _OF_EACH} for r in recordings]}
    stored = _with_digest({"ends": ends}, meta, parts)
    stored.meta["times"] = [{name: getattr(r, name) for name in _TIMES} for r in recordings]
    return stored


def unpack_recordings(stored: Stored) -> list[Recording]:
    """What :func:`pack_recordings` was given."""
    data, labels = stored.arrays["data"], stored.arrays["labels"]
    recordings = []
    of_each, bounds = stored.meta["recordings"], pairwise(stored.arrays["ends"].tolist())
    times = stored.meta.get("times", [{}] * len(of_each))
    for meta, (first, end), when in zip(of_each, bounds, times, strict=True):
        plain: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in meta.items()
        }
        recordings.append(_as_kept(data=data[first:end], labels=labels[first:end], **plain, **when))
    return recordings


def _as_kept(**given: Any) -> Recording:
    """A recording that was checked before it was stored: to look at its values again would read all of them."""
    recording = object.__new__(Recording)
    for name, value in ({one.name: one.default for one in fields(Recording)} | given).items():
        object.__setattr__(recording, name, value)
    return recording


def digest_of(recordings: Sequence[Recording]) -> str:
    """Identifies the content of recordings, wherever they came from."""
    return str(pack_recordings(recordings).meta["digest"])


def digest_of_settings(name: str, version: int) -> str:
    """Identifies data that is computed: by what it is computed from, so that it is the same on every machine."""
    return hashlib.sha256(f"{name} version {version}".encode()).hexdigest()


def with_source(windows: Windows, source: str, digest: str = "", *, simulated: bool = False) -> Windows:
    """The same windows, saying where they came from."""
    told = replace(windows, source=source, simulated=simulated)
    return replace(told, digest=digest, cut_from=()) if digest else told


def identified(windows: Windows) -> Windows:
    """The same windows with the digest of the recordings that they were cut from, which are let go."""
    if not windows.cut_from:
        return windows
    return replace(windows, digest=digest_of(windows.cut_from), cut_from=())


def _with_digest(
    arrays: dict[str, npt.NDArray[Any]],
    meta: dict[str, Any],
    parts: dict[str, list[npt.NDArray[Any]]] | None = None,
) -> Stored:
    total = hashlib.sha256(json.dumps(meta, sort_keys=True).encode())
    stored = Stored(arrays, meta, parts or {})
    for name, some in stored.bodies():
        total.update(f"{name} {some.dtype.str} {some.shape}".encode())
        for block in some.blocks():
            total.update(block)
    meta["digest"] = total.hexdigest()
    return stored
