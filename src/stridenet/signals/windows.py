"""Windows: recordings cut into pieces of equal length that remember where they came from."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from stridenet.errors import DataError, SettingError, unknown_name
from stridenet.signals.arrays import Layout, fields, named, whole_numbers
from stridenet.signals.cards import Card
from stridenet.signals.places import Places, Signal, fresh_samples, joined
from stridenet.signals.reading import Reading
from stridenet.signals.recording import UNLABELLED, Recording
from stridenet.signals.wording import channels_with_units, left_out, listed, one_line, sized, words
from stridenet.system.mapped import forget

LabelRule = Literal["majority", "end", "pure"]


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Pieces of recordings, all of one length, each with its label, its person and its place.

    Args:
        x: shape (window, time, channel), float32. An array is taken, and becomes a
            :class:`stridenet.signals.places.Places`: it reads like an array, ``x[i]`` and ``np.asarray(x)`` are real
            ones, and it holds the signal under the windows once, however much they overlap.
        y: shape (window,), the class of each window, from 0; -1 where nobody says it.
        group: shape (window,), the person; numbers become text.
        recording: shape (window,), an index into ``recordings``.
        start: shape (window,), the window's first sample within its recording.
        recordings: the recordings' names.
        channels: the channels' names.
        units: the channels' units.
        classes: the classes' names.
        rate_hz: samples per second.
        test_groups: the people that the data set's authors keep for testing; empty when they name none.
        dropped: what :func:`cut` left out, by reason.
        source: where the data came from, for people to read.
        simulated: whether a program made the signals.
        digest: identifies the content that the windows were made from; empty where nobody has looked at it yet.
        reading: how they were read, where they are someone's own.
        cut_from: the recordings that they were cut from, where there is no digest of them.
    """

    x: Places | npt.NDArray[np.float32]
    y: npt.NDArray[np.int64]
    group: npt.NDArray[np.str_]
    recording: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]
    recordings: tuple[str, ...]
    channels: tuple[str, ...]
    units: tuple[str, ...]
    classes: tuple[str, ...]
    rate_hz: float
    test_groups: tuple[str, ...] = ()
    dropped: dict[str, int] = field(default_factory=dict)
    source: str = ""
    simulated: bool = False
    digest: str = ""
    reading: Reading = field(default_factory=Reading)
    cut_from: Sequence[Recording] = ()

    def __post_init__(self) -> None:
        if self.x.ndim != 3:
            raise DataError(
                f"windows: expected an array of (window, time, channel), found shape {self.x.shape}; "
                "a single recording of (time, channel) must be cut into windows first, see cut()."
            )
        n = len(self.x)
        for name in ("y", "recording", "start"):
            object.__setattr__(self, name, whole_numbers(getattr(self, name), name))
        object.__setattr__(self, "group", named(self.group))
        object.__setattr__(self, "test_groups", tuple(map(str, self.test_groups)))
        for name in ("y", "group", "recording", "start"):
            if getattr(self, name).shape != (n,):
                raise DataError(
                    f"windows: {n} windows, but {name} has shape {getattr(self, name).shape}; one per window."
                )
        for name, names, least in (("y", self.classes, UNLABELLED), ("recording", self.recordings, 0)):
            if n and not least <= getattr(self, name).min() <= getattr(self, name).max() < len(names):
                what = f"{name} goes from {getattr(self, name).min()} to {getattr(self, name).max()}"
                raise DataError(f"windows: {what}, and there are {len(names)} names of it; they count from 0.")
        if len(set(self.classes)) < len(self.classes):
            raise DataError(f"windows: a name comes twice in classes ({listed(self.classes)}); merge them in y.")
        if len(self.channels) != self.x.shape[2]:
            raise DataError(f"windows: {self.x.shape[2]} channels, but {len(self.channels)} channel names.")
        if not isinstance(self.x, Places):
            x = np.ascontiguousarray(self.x, np.float32)
            object.__setattr__(self, "x", Places.of(x, self.recording, self.start))

    def __len__(self) -> int:
        return len(self.x)

    def __repr__(self) -> str:
        return str(self._card())

    def _repr_html_(self) -> str:
        return self._card().html()

    @classmethod
    def from_arrays(
        cls,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        groups: npt.ArrayLike | None = None,
        *,
        recordings: npt.ArrayLike | None = None,
        layout: Layout = "ntc",
        channels: Sequence[str] | None = None,
        units: Sequence[str] | None = None,
        rate_hz: float | None = None,
        classes: Sequence[str] | None = None,
    ) -> "Windows":
        """Windows that came cut, as arrays.

        Windows that hold the end of the one before them, by the same step and of one person, are told as one recording.

        Args:
            x: shape (window, time, channel), numbers that are finite in single precision.
            y: shape (window,), the class of each: text, or numbers. Classes are sorted, numbers by their value.
            groups: shape (window,), the person of each; None where nobody knows: then no split by person is possible.
            recordings: shape (window,), the recording of each, as its person has them; None where nobody knows: then
                no split by recording is possible.
            layout: the order of x's axes: ``"ntc"``, or ``"nct"`` for (window, channel, time).
            channels: the channels' names, by default ``channel 1`` and so on.
            units: the channels' units, by default none.
            rate_hz: samples per second; without it a sample counts as a second.
            classes: the classes' names in the order of their numbers. y then holds these names, or numbers from 0.

        Raises:
            DataError: what does not fit together, in one sentence.

        >>> windows = Windows.from_arrays(np.zeros((3, 9, 50)), ["walk", "sit", "walk"], [1, 1, 2], layout="nct")
        >>> windows.x.shape, windows.classes, windows.y.tolist(), windows.people
        ((3, 50, 9), ('sit', 'walk'), [1, 0, 1], ('1', '2'))
        """
        said: dict[str, Any] = {"channels": channels, "units": units, "rate_hz": rate_hz, "classes": classes}
        return cls(**fields(x, y, groups, recordings=recordings, layout=layout, **said))

    @property
    def places(self) -> Places:
        """The same as ``x``."""
        assert isinstance(self.x, Places)  # since it was made
        return self.x

    @property
    def length(self) -> int:
        """Samples in a window."""
        return int(self.x.shape[1])

    @property
    def length_s(self) -> float:
        """Seconds in a window."""
        return self.length / self.rate_hz

    @property
    def people(self) -> tuple[str, ...]:
        """Every group once, numbers in the order of their value."""
        return by_number(map(str, np.unique(self.group)))

    def _card(self) -> Card:
        counts = [f"{words(name)} {int((self.y == c).sum()):,}" for c, name in enumerate(self.classes)]
        people = [one_line(name) for name in self.people]
        facts = [
            ("data", self.source or "not named"),
            ("window", sized(self.length, self.rate_hz)),
            ("channels", channels_with_units(self.channels, self.units)),
            ("classes", listed(counts, 12)),
            ("people", f"{len(people)}: {listed(people, 12)}"),
        ]
        lost = "; ".join(f"{what}: {n:,}" for what, n in left_out(self.dropped))
        return Card(f"Windows: {len(self):,}", [*facts, ("left out", lost)] if lost else facts)

    def take(self, index: npt.NDArray[np.integer]) -> "Windows":
        """The windows with these numbers, in this order; of the signal nothing is copied."""
        return replace(
            self,
            x=self.places.take(np.asarray(index, np.int64)),
            y=self.y[index],
            group=self.group[index],
            recording=self.recording[index],
            start=self.start[index],
        )

    def without_overlap(self) -> npt.NDArray[np.float32]:
        """Every sample that the windows hold, once: shape (sample, channel).

        Windows that overlap hold a sample twice, which biases histograms and scalers. Of each window only the part
        that no earlier window of its recording reaches is kept, whatever the overlap.

        Source: "How to Develop 1D Convolutional Neural Network Models for Human Activity Recognition" keeps the
        second half of each window, which is the same for half overlap but for each recording's first half window.

        >>> import numpy as np
        >>> r = Recording("r", "p", np.arange(6.0)[:, None], ("x",), ("g",), 1.0, np.zeros(6, int), ("a",))
        >>> cut([r], length=3, step=1).without_overlap().ravel().tolist()
        [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
        """
        return joined(self.pieces(), len(self.channels))

    def pieces(self) -> Iterator[Signal]:
        """What :meth:`without_overlap` gives, as views onto the signal, each as long as its samples lie in a row."""
        order = np.lexsort((self.start, self.recording))
        fresh = fresh_samples(self.recording[order], self.start[order], self.length)
        return self.places.pieces(order, fresh)

    def in_time(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Numbers of windows in the order of recordings and starts, and of new samples at the end of each.

        Together they are all that the windows hold: new is what the window before does not hold in the same place.
        """
        order = np.lexsort((self.start, self.recording))
        fresh = fresh_samples(self.recording[order], self.start[order], self.length)
        which, first = self.places.which[order], self.places.first[order]
        apart = (np.diff(which) != 0) | (np.diff(first) != np.diff(self.start[order]))
        fresh[1:][apart] = self.length
        return order, fresh


def by_number(people: Iterable[str]) -> tuple[str, ...]:
    """The names of people in order, numbers in the order of their value.

    >>> by_number({"10", "9", "anna"})
    ('9', '10', 'anna')
    """
    return tuple(sorted(people, key=lambda name: (len(name), name)))


def cut(
    recordings: Sequence[Recording],
    *,
    length: int | None = None,
    step: int | None = None,
    length_s: float | None = None,
    step_s: float | None = None,
    labels: LabelRule = "majority",
    purity: float = 0.5,
    test_groups: Sequence[str] = (),
) -> Windows:
    """Cuts recordings into windows, and counts what it leaves out and why.

    A window never spans two recordings, so never two people and never a gap. The windows of a recording start at its
    first sample; what is left at its end is counted, not padded.

    Args:
        recordings: all of one rate, with the same channels and classes; what ``read`` gives tells how it was read.
        length: samples in a window; or give ``length_s``.
        step: samples from one start to the next, by default half the length; or give ``step_s``.
        length_s: seconds in a window, rounded to a whole sample.
        step_s: seconds from one start to the next.
        labels: the label of a window that holds several. ``"majority"``: the commonest, dropped as ``mixed`` unless it
            covers at least ``purity`` of the samples; ``"end"``: that of the last sample; ``"pure"``: dropped as
            ``mixed`` unless all samples agree.
        purity: between 0 and 1, for ``"majority"``; samples without a label count against it.
        test_groups: the people that the data set's authors keep for testing.

    Returns:
        Windows whose ``dropped`` counts windows that are ``mixed`` or ``unlabelled``, ``short_recordings`` and
        ``tail_samples``.

    Raises:
        SettingError: a size that is not above zero, both or neither of samples and seconds, an unknown rule.
        DataError: recordings that differ in rate, channels or classes, or none as long as a window.

    >>> import numpy as np
    >>> r = Recording("r", "p", np.zeros((10, 1)), ("x",), ("g",), 2.0, np.repeat([0, 1], 5), ("sit", "walk"))
    >>> cut([r], length_s=2, step_s=1, purity=0.75).y.tolist()
    [0, 0, 1, 1]
    """
    if not recordings:
        raise DataError("no recordings to cut: at least one is needed.")
    _check_alike(recordings)
    if labels not in get_args(LabelRule):
        raise unknown_name("label rule", labels, get_args(LabelRule))
    if not 0 <= purity <= 1:
        raise SettingError(f"purity is {purity}: it is a share of a window's samples and must lie from 0 to 1.")
    rate_hz = recordings[0].rate_hz
    n_length = _samples("length", length, length_s, rate_hz)
    n_step = max(1, n_length // 2) if step is None and step_s is None else _samples("step", step, step_s, rate_hz)
    longest = max(recordings, key=lambda r: r.n_samples)
    if longest.n_samples < n_length:
        raise DataError(
            f"a window of {n_length} samples ({n_length / rate_hz:g} s) is longer than every recording; the longest is "
            f"{longest.name!r} with {longest.n_samples} samples ({longest.duration_s:g} s); choose a shorter window."
        )

    n_classes = len(recordings[0].classes)
    dropped = {"mixed": 0, "unlabelled": 0, "short_recordings": 0, "tail_samples": 0}
    kept: list[tuple[int, npt.NDArray[np.int64], npt.NDArray[np.int64]]] = []
    for i, recording in enumerate(recordings):
        if recording.n_samples < n_length:
            dropped["short_recordings"] += 1
            continue
        starts = np.arange(0, recording.n_samples - n_length + 1, n_step)
        dropped["tail_samples"] += recording.n_samples - int(starts[-1]) - n_length
        at_once = max(1, _SAMPLES // n_step)
        blocks = [starts[k : k + at_once] for k in range(0, len(starts), at_once)]
        y = np.concatenate([_label(recording.labels, block, n_length, n_classes, labels, purity) for block in blocks])
        forget(recording.labels)
        dropped["mixed"] += int((y == _MIXED).sum())
        dropped["unlabelled"] += int((y == _NONE).sum())
        kept.append((i, starts[y >= 0], y[y >= 0]))

    counts = [len(starts) for _, starts, _ in kept]
    index = np.repeat(np.array([i for i, _, _ in kept], dtype=np.int64), counts)
    start = np.concatenate([starts for _, starts, _ in kept])
    groups = np.array([r.group for r in recordings])
    first = recordings[0]
    digest = str(getattr(recordings, "digest", ""))
    return Windows(
        x=Places([r.data for r in recordings], index, start, n_length),
        y=np.concatenate([y for _, _, y in kept]),
        group=groups[index],
        recording=index,
        start=start,
        recordings=tuple(r.name for r in recordings),
        channels=first.channels,
        units=first.units,
        classes=first.classes,
        rate_hz=rate_hz,
        test_groups=tuple(test_groups or getattr(recordings, "test_groups", ())),
        dropped=dropped,
        source=str(getattr(recordings, "source", "")),
        simulated=bool(getattr(recordings, "simulated", False)),
        digest=digest,
        cut_from=() if digest else tuple(recordings),
        reading=reading if isinstance(reading := getattr(recordings, "reading", None), Reading) else Reading(),
    )


_NONE, _MIXED = -1, -2
_SAMPLES = 1 << 18  # of the windows that are labelled at a time: counts are many numbers each


def _label(
    labels: npt.NDArray[np.integer],
    starts: npt.NDArray[np.int64],
    length: int,
    n_classes: int,
    rule: LabelRule,
    purity: float,
) -> npt.NDArray[np.int64]:
    """The class of each window, or why it has none."""
    if rule == "end":
        return labels[starts + length - 1].astype(np.int64)
    labels, starts = labels[starts[0] : starts[-1] + length], starts - starts[0]
    one_hot = labels[:, None] == np.arange(n_classes)
    before = np.concatenate([np.zeros((1, n_classes), np.int64), np.cumsum(one_hot, axis=0, dtype=np.int64)])
    counts = before[starts + length] - before[starts]  # (window, class), without a loop over windows
    top = counts.max(axis=1, initial=0)
    enough = top == length if rule == "pure" else top >= purity * length
    y = np.where(enough, counts.argmax(axis=1) if n_classes else 0, _MIXED)
    y[length - counts.sum(axis=1) >= np.maximum(top, 1)] = _NONE  # no label is the commonest
    return y.astype(np.int64)


_MOST_SAMPLES = 2**31


def _samples(name: str, samples: int | None, seconds: float | None, rate_hz: float) -> int:
    """A size in samples, from samples or seconds."""
    if (samples is None) == (seconds is None):
        raise SettingError(f"give {name} in samples or {name}_s in seconds, one of the two.")
    given = f"{name}={samples}" if samples is not None else f"{name}_s={seconds}"
    value = float(samples) if samples is not None else float(seconds or 0) * rate_hz
    if not np.isfinite(value) or round(value) < 1:
        raise SettingError(f"{given} is {value:.0f} samples at {rate_hz:g} Hz: it must be at least one sample.")
    if value > _MOST_SAMPLES:
        raise SettingError(f"{given} is {value:.3g} samples at {rate_hz:g} Hz: it must be at most {_MOST_SAMPLES}.")
    return round(value)


def _check_alike(recordings: Sequence[Recording]) -> None:
    first = recordings[0]
    for other in recordings:
        for what in ("rate_hz", "channels", "units", "classes"):
            if getattr(other, what) != getattr(first, what):
                raise DataError(
                    f"recording {other.name!r} has {what} {getattr(other, what)}, but {first.name!r} has "
                    f"{getattr(first, what)}; all recordings of a data set must agree."
                )
