"""How windows reach a step: from their signal on the device, or, where that does not fit, a batch at a time."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple, Protocol

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
from jax import lax

from stridenet.engine.compiling import compiling
from stridenet.signals.places import Places
from stridenet.system import mapped
from stridenet.system.machine import SHARE, free_memory

Order = npt.NDArray[np.int32]
Targets = npt.NDArray[np.int64] | npt.NDArray[np.float32]
_ROOM = 0.25
"""Of the memory that is free, what a signal may take that is copied: it is there twice for a moment."""
_AHEAD = 16
"""Batches that are gathered before they are needed."""
_READERS = 8
"""Threads that wait for a disk; memory needs one."""
_IN_FLIGHT = 64
"""Steps that JAX may be told of before they are done: each holds its batch."""


class Step(NamedTuple):
    """What a step is given: windows (a batch of them by index), classes, and which of both are its batch."""

    data: Any
    labels: Any
    batch: Order


class Feed(Protocol):
    """Gives the batches of an epoch."""

    def steps(self, order: Order, size: int) -> Iterator[Step]:
        """The windows in this order, so many a step; the last has what is left."""


@jax.tree_util.register_pytree_node_class
class OnDevice:
    """Windows over a signal that is on the device: an index, also a traced one, gathers them there.

    Args:
        signal: shape (sample, channel).
        first: shape (window,), each window's first sample.
        length: samples in a window.
        flat: whether a window is given as one vector.
    """

    def __init__(self, signal: Any, first: Any, length: int, flat: bool) -> None:
        self.signal, self.first, self.length, self.flat = signal, first, length, flat

    def __getitem__(self, index: Any) -> Any:
        size = (self.length, self.signal.shape[1])
        found = jax.vmap(lambda first: lax.dynamic_slice(self.signal, (first, 0), size))(self.first[index])
        return found.reshape(len(found), -1) if self.flat else found

    def tree_flatten(self) -> tuple[tuple[Any, Any], tuple[int, bool]]:
        """What is traced, and what is not."""
        return (self.signal, self.first), (self.length, self.flat)

    @classmethod
    def tree_unflatten(cls, still: tuple[int, bool], traced: tuple[Any, Any]) -> "OnDevice":
        """The other way round."""
        return cls(*traced, *still)


class Whole:
    """All windows on the device.

    Args:
        data: whatever gives windows by index.
        y: shape (window,), or (window, class) of soft targets.
    """

    def __init__(self, data: Any, y: Targets) -> None:
        self.data = data
        with compiling():
            self.labels = jnp.asarray(_padded(_labels(y)))

    def steps(self, order: Order, size: int) -> Iterator[Step]:
        """The windows in this order, so many a step; the last has what is left."""
        for first in range(0, len(order), size):
            yield Step(self.data, self.labels, order[first : first + size])


class FromHost:
    """Windows gathered from their signal while the steps before them are computed.

    The program is that of windows on the device, whose signal is one batch here: so the numbers are the same. What
    memory can keep is fetched from the disk as a whole; of more only what windows hold is read, by several threads.

    Args:
        places: the windows.
        y: shape (window,), or (window, class) of soft targets.
        flat: whether a window is given as one vector.
    """

    def __init__(self, places: Places, y: Targets, *, flat: bool) -> None:
        self.places, self.labels, self.flat = places, _labels(y), flat
        files = [signal for signal in places.used() if mapped.in_file(signal)]
        self._readers = 1
        if sum(signal.nbytes for signal in files) < SHARE * free_memory():
            mapped.will_need(files)
        else:
            mapped.at_random(files)
            self._readers = _READERS

    def steps(self, order: Order, size: int) -> Iterator[Step]:
        """The windows in this order, so many a step; the last has what is left."""
        ahead: deque[Future[Step]] = deque()
        with ThreadPoolExecutor(self._readers) as pool:
            try:
                for first in range(0, len(order), size):
                    ahead.append(pool.submit(self._step, order[first : first + size]))
                    if len(ahead) > _AHEAD:
                        yield ahead.popleft().result()
                while ahead:
                    yield ahead.popleft().result()
            finally:
                pool.shutdown(cancel_futures=True)

    def _step(self, index: Order) -> Step:
        n, length, channels = len(index), *self.places.shape[1:]
        signal = self.places.gather(index).reshape(n * length, channels)
        number = np.arange(n, dtype=np.int32)
        return Step(OnDevice(signal, number * length, length, self.flat), self.labels[index], number)


def feed(x: Any, y: Targets, *, flat: bool, room: int | None = None) -> Feed:
    """How these windows reach a step.

    Args:
        x: an array of windows as the model takes them, or places.
        y: shape (window,), or (window, class) of soft targets.
        flat: whether the model takes a window as one vector.
        room: bytes that a copied signal may take; see :func:`fits`.
    """
    if isinstance(x, Places) and not fits(x, room):
        return FromHost(x, y, flat=flat)
    return Whole(on_device(x, flat=flat), y)


def fits(places: Places, room: int | None = None) -> bool:
    """Whether the signal of windows is copied to the device.

    Args:
        places: the windows.
        room: bytes that it may take, by default a quarter of what is free.
    """
    most = _ROOM * _free() if room is None else room
    return places.covered * places.shape[2] * 4 <= most and places.covered < 2**31


def on_device(x: Any, *, flat: bool) -> Any:
    """Windows on the device: an array, or places with their signal."""
    with compiling():
        if not isinstance(x, Places):
            return jnp.asarray(x)
        small = x.compact()
        signal, first = small.signals[0], small.first.astype(np.int32)
        return OnDevice(jnp.asarray(_padded(signal)), jnp.asarray(_padded(first)), x.length, flat)


def sketch(x: Any, *, flat: bool, size: int, room: int | None = None) -> tuple[Any, Any, Order]:
    """What a step will be given of these windows, in shapes alone; places, or the shape of an array."""
    if isinstance(x, Places):
        n, whole = len(x), fits(x, room)
        number = np.arange(min(size, n), dtype=np.int32)
        samples, places = (len(number) * x.length, len(number))
        if whole:
            samples, places = padded_size(x.covered), padded_size(n)
        signal = jax.ShapeDtypeStruct((samples, x.shape[2]), jnp.float32)
        labels = jax.ShapeDtypeStruct((places,), jnp.int32)
        return OnDevice(signal, labels, x.length, flat), labels, number
    number = np.arange(min(size, x[0]), dtype=np.int32)
    labels = jax.ShapeDtypeStruct((padded_size(x[0]),), jnp.int32)
    return jax.ShapeDtypeStruct(x, jnp.float32), labels, number


def padded_size(n: int) -> int:
    """So long is what holds n: a size of few, so that folds of about as many windows share their programs.

    >>> padded_size(5), padded_size(1859), padded_size(1872)
    (5, 1920, 1920)
    """
    grain = 1 << max(0, n.bit_length() - 4)
    return -(-n // grain) * grain


def _labels(y: Targets) -> npt.NDArray[Any]:
    """As a step takes them: class numbers, or soft targets."""
    return y.astype(np.float32 if y.ndim == 2 else np.int32)


def _padded(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same, with zeros that no index reaches."""
    more = padded_size(len(values)) - len(values)
    return np.concatenate([values, np.zeros((more, *values.shape[1:]), values.dtype)]) if more else values


def throttled(scores: list[Any]) -> None:
    """Waits until no more steps are on their way than may be."""
    if len(scores) > _IN_FLIGHT:
        jax.block_until_ready(scores[-_IN_FLIGHT])


def _free() -> int:
    """Bytes that are free where the steps are computed."""
    stats = jax.devices()[0].memory_stats() or {}
    return int(stats["bytes_limit"] - stats.get("bytes_in_use", 0)) if "bytes_limit" in stats else free_memory()
