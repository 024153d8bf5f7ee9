"""Smoothing of answers as they come, by name: each takes the answer to one window and says which class is shown.

All are causal: nothing that comes after a window changes what was said of it. An unknown window begins them anew.
"""

import inspect
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
State = dict[str, npt.NDArray[Any]]

UNKNOWN = -1
"""The label of what has no answer."""
_MOST = 1_000_000  # windows that are looked at together: days, and a number that memory holds


class Smoother(Protocol):
    """What stands behind a name."""

    def step(self, label: int, probability: Floats) -> int:
        """The class that is shown for the next window, whose own class and probabilities these are."""
        ...

    def begin(self) -> None:
        """Forgets what came before, as after a gap."""
        ...

    state: State


class Plain:
    """Each window as the network has it."""

    def __init__(self) -> None:
        self.state: State = {}

    def begin(self) -> None:
        """Forgets nothing."""

    def step(self, label: int, probability: Floats) -> int:
        """The window's own class."""
        del probability
        return label


class Majority:
    """The commonest class of the last windows; of classes equally common the window's own, else the first.

    Args:
        windows: how many, the newest among them.

    >>> smoother = Majority(windows=3)
    >>> [smoother.step(label, np.eye(2)[label]) for label in (0, 1, 0, 1, 1)]
    [0, 1, 0, 1, 1]
    """

    def __init__(self, *, windows: int = 5) -> None:
        _least("majority", "windows", windows, 1)
        self.windows = int(windows)
        self.begin()

    def begin(self) -> None:
        """Forgets the windows before."""
        self.state: State = {"last": np.full(self.windows, UNKNOWN)}

    def step(self, label: int, probability: Floats) -> int:
        """The commonest of the last windows."""
        last = self.state["last"]
        last[:-1] = last[1:]
        last[-1] = label
        counts = 2 * np.bincount(last[last >= 0], minlength=len(probability))
        counts[label] += 1  # less than one more window would
        return int(counts.argmax())


class Hysteresis:
    """A class stays until the likeliest reaches ``enter``, or its own probability falls below ``leave``.

    Args:
        enter: from 0 to 1, not below ``leave``.
        leave: from 0 to 1.

    >>> smoother = Hysteresis(enter=0.8, leave=0.1)
    >>> [smoother.step(int(p < 0.5), np.array([p, 1 - p])) for p in (0.9, 0.4, 0.15, 0.05)]
    [0, 0, 1, 1]
    """

    def __init__(self, *, enter: float = 0.7, leave: float = 0.2) -> None:
        if not 0 <= leave <= enter <= 1:
            raise ValueError(f"hysteresis: leave is {leave:g} and enter {enter:g}; 0 <= leave <= enter <= 1 is needed.")
        self.enter, self.leave = enter, leave
        self.begin()

    def begin(self) -> None:
        """Forgets the class that was shown."""
        self.state: State = {"shown": np.array(UNKNOWN)}

    def step(self, label: int, probability: Floats) -> int:
        """The class that stays or comes."""
        shown = int(self.state["shown"])
        if shown == UNKNOWN or probability[label] >= self.enter or probability[shown] < self.leave:
            shown = label
        self.state["shown"][...] = shown
        return shown


class MinimumDuration:
    """A class is shown once that many windows in a row have named it; until then the one before stays.

    Args:
        windows: how many. A change so comes that many windows less one late.

    >>> smoother = MinimumDuration(windows=2)
    >>> [smoother.step(label, np.eye(2)[label]) for label in (0, 1, 0, 1, 1, 1)]
    [0, 0, 0, 0, 1, 1]
    """

    def __init__(self, *, windows: int = 2) -> None:
        _least("minimum-duration", "windows", windows, 1)
        self.windows = int(windows)
        self.begin()

    def begin(self) -> None:
        """Forgets the class that was shown."""
        self.state: State = {"shown": np.array(UNKNOWN), "next": np.array(UNKNOWN), "many": np.array(0)}

    def step(self, label: int, probability: Floats) -> int:
        """The class that was named often enough."""
        del probability
        state = self.state
        state["many"][...] = int(state["many"]) + 1 if label == state["next"] else 1
        state["next"][...] = label
        if state["shown"] == UNKNOWN or state["many"] >= self.windows:
            state["shown"][...] = label
        return int(state["shown"])


SMOOTHERS: dict[str, Callable[..., Smoother]] = {
    "none": Plain,
    "majority": Majority,
    "hysteresis": Hysteresis,
    "minimum-duration": MinimumDuration,
}


def smoother(name: str, **settings: float) -> Smoother:
    """The smoother of a name.

    Args:
        name: one of :data:`SMOOTHERS`.
        settings: of the class that bears the name, such as ``windows``.

    Raises:
        ValueError: no such smoother, no such setting of it, or a value that it does not allow.
    """
    if name not in SMOOTHERS:
        raise ValueError(f"smoothing: unknown smoother {name!r}; known: {', '.join(SMOOTHERS)}.")
    known = inspect.signature(SMOOTHERS[name]).parameters
    for given in settings:
        if given not in known:
            raise ValueError(f"smoothing: {name} has no setting {given!r}; known: {', '.join(known) or 'none'}.")
    return SMOOTHERS[name](**settings)


def smoothed(name: str, labels: npt.ArrayLike, probability: Floats, **settings: float) -> npt.NDArray[np.int64]:
    """The classes that are shown for windows in a row, as a stream would show them.

    Args:
        name: one of :data:`SMOOTHERS`.
        labels: shape (window,), -1 where unknown.
        probability: shape (window, class).
        settings: of the smoother.
    """
    here, shown = smoother(name, **settings), np.array(labels, np.int64)
    for i, label in enumerate(shown.tolist()):
        if label == UNKNOWN:
            here.begin()
        else:
            shown[i] = here.step(label, probability[i])
    return shown


def _least(name: str, what: str, value: float, least: int) -> None:
    if not least <= value <= _MOST or value != int(value):
        raise ValueError(f"{name}: {what} is {value:g}; it must be a whole number from {least} to {_MOST:,}.")


def parsed(text: str) -> tuple[str, dict[str, float]]:
    """A smoother and its settings, as one types them.

    Raises:
        ValueError: it is not of that form, or names what is not known.

    >>> parsed("majority"), parsed("hysteresis:enter=0.8,leave=0.3")
    (('majority', {}), ('hysteresis', {'enter': 0.8, 'leave': 0.3}))
    """
    name, _, rest = text.partition(":")
    settings: dict[str, float] = {}
    for one in rest.split(",") if rest else []:
        key, _, value = one.partition("=")
        try:
            settings[key.strip()] = float(value)
        except ValueError:
            raise ValueError(
                f"smoothing: {one!r} is no setting and number; write it as in hysteresis:enter=0.8,leave=0.3."
            ) from None
    smoother(name, **settings)
    return name, settings
