"""The same data in other windows: of another length, step or rate, or of some channels only."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from stridenet.data.load import Loaded
from stridenet.errors import SettingError
from stridenet.signals.places import Places
from stridenet.signals.recording import Recording
from stridenet.signals.resample import MOST, polyphase, resample
from stridenet.signals.windows import LabelRule, Windows, cut
from stridenet.signals.wording import short

_AT_ONCE = 4096  # windows


@dataclass(frozen=True, slots=True)
class Cutting:
    """How windows are cut.

    Args:
        length_s: seconds in a window.
        step_s: seconds from one start to the next.
        rate_hz: samples per second.
        channels: their names.
    """

    length_s: float
    step_s: float
    rate_hz: float
    channels: tuple[str, ...]

    @property
    def latency_s(self) -> float:
        """Seconds until an answer is about nothing but what has just begun: a window full of it, and a step."""
        return self.length_s + self.step_s

    def words(self, sensors: dict[tuple[str, ...], str]) -> str:
        """In a few words.

        Args:
            sensors: names of groups of channels.
        """
        which = sensors.get(self.channels) or short(", ".join(self.channels), 40)
        return f"{self.length_s:g} s every {self.step_s:g} s at {self.rate_hz:g} Hz, {which}"


@dataclass(eq=False)
class Material:
    """Data that windows are cut from, and what was made of it.

    Args:
        loaded: as it was read.
        labels: the label of a window that holds several.
        purity: share of a window that its majority label must cover.
    """

    loaded: Loaded
    labels: LabelRule = "majority"
    purity: float = 0.5
    _at_rate: dict[float, Sequence[Recording]] = field(default_factory=dict)

    @property
    def windows(self) -> Windows:
        """As they are cut without another word."""
        return self.loaded.windows

    @property
    def came_cut(self) -> bool:
        """Whether there is nothing to cut: the length is what it is."""
        return self.loaded.recordings is None

    @property
    def own(self) -> Cutting:
        """The windows as they are."""
        windows = self.windows
        order = np.lexsort((windows.start, windows.recording))
        gaps = np.diff(windows.start[order])[np.diff(windows.recording[order]) == 0]
        step = int(gaps[gaps > 0].min()) if (gaps > 0).any() else windows.length
        return Cutting(windows.length_s, step / windows.rate_hz, windows.rate_hz, windows.channels)

    def cut(self, cutting: Cutting) -> Windows:
        """The windows of a cutting.

        Raises:
            StridenetError: a rate that is above the data's own or no ratio of it, or no recording as long as a window.
        """
        own, base = self.own, self.windows
        if cutting == own:
            return base
        if cutting.rate_hz > own.rate_hz:
            raise SettingError(
                f"the data has {own.rate_hz:g} Hz, and {cutting.rate_hz:g} Hz would show nothing more; choose a rate "
                "below it."
            )
        if self.loaded.recordings is None:
            if (cutting.length_s, cutting.step_s) != (own.length_s, own.step_s):
                raise SettingError("the windows came cut, so neither their length nor their step can be another.")
            return _of_channels(_slower(base, cutting.rate_hz), cutting.channels)
        sizes: dict[str, Any] = {"length_s": cutting.length_s, "step_s": cutting.step_s}
        if cutting.rate_hz == own.rate_hz:  # to the very sample as it is
            sizes = {"length": round(cutting.length_s * own.rate_hz), "step": round(cutting.step_s * own.rate_hz)}
        made = cut(
            self._recordings(cutting.rate_hz, self.loaded.recordings),
            **sizes,
            labels=self.labels,
            purity=self.purity,
            test_groups=base.test_groups,
        )
        if not len(made):
            raise SettingError("no window is left: none is of one activity as far as it must be.")
        made = replace(made, source=base.source, digest=base.digest, simulated=base.simulated, reading=base.reading)
        return _of_channels(made, cutting.channels)

    def _recordings(self, rate_hz: float, recordings: Sequence[Recording]) -> Sequence[Recording]:
        if rate_hz not in self._at_rate:
            own = recordings[0].rate_hz
            self._at_rate[rate_hz] = recordings if rate_hz == own else [resample(one, rate_hz) for one in recordings]
        return self._at_rate[rate_hz]


def _of_channels(windows: Windows, channels: Sequence[str]) -> Windows:
    if tuple(channels) == windows.channels:
        return windows
    kept = [windows.channels.index(name) for name in channels]
    places = windows.places
    signals = [np.ascontiguousarray(signal[:, kept]) for signal in places.signals]
    return replace(
        windows,
        x=Places(signals, places.which, places.first, places.length),
        channels=tuple(channels),
        units=tuple(windows.units[i] for i in kept),
    )


def _slower(windows: Windows, rate_hz: float) -> Windows:
    """Windows that came cut at a lower rate: each is low-pass filtered by itself, as no more of it is known."""
    if rate_hz == windows.rate_hz:
        return windows
    ratio = Fraction(rate_hz / windows.rate_hz).limit_denominator(MOST)
    up, down = ratio.numerator, ratio.denominator
    made = []
    for first in range(0, len(windows), _AT_ONCE):
        x = windows.x[first : first + _AT_ONCE]
        n, length, n_channels = x.shape
        slower = polyphase(x.transpose(1, 0, 2).reshape(length, n * n_channels), up, down)
        made.append(slower.reshape(-1, n, n_channels).transpose(1, 0, 2).astype(np.float32))
    x = np.concatenate(made)
    return replace(windows, x=x, start=windows.start * up // down, rate_hz=float(rate_hz))
