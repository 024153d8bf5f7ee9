"""Recordings as one goes through them: their pieces in a row, what is missing between, and where each begins."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.prediction.fitting import Fit, at_rate, fitted
from stridenet.signals.recording import UNLABELLED, Recording
from stridenet.system.mapped import forget
from stridenet_runtime.answers import Task

_LONGEST_HOLE_S = 60.0
"""Without a sample, after which windows begin anew; in shorter holes they are unknown."""
_BLOCK = 1 << 15


@dataclass(frozen=True, eq=False)
class Line:
    """What was recorded by one recorder, with its short holes.

    Args:
        pieces: of the recording, at the model's rate.
        holes: samples that are missing before each piece.
        fits: how each piece's channels become the model's.
    """

    pieces: tuple[Recording, ...]
    holes: tuple[int, ...]
    fits: tuple[Fit, ...]

    @property
    def name(self) -> str:
        """The recording's name."""
        return self.pieces[0].name

    @property
    def group(self) -> str:
        """The person."""
        return self.pieces[0].group

    @property
    def start_s(self) -> float:
        """Where it begins, in seconds: as its clock says, or from the beginning of its file where that says dates."""
        first = self.pieces[0]
        return first.start_s if first.dated or first.clock_s is None else first.clock_s

    @property
    def date_s(self) -> float | None:
        """When it begins, in seconds since 1970; None where nobody knows."""
        return self.pieces[0].clock_s if self.pieces[0].dated else None

    @property
    def n_samples(self) -> int:
        """With those that are missing."""
        return sum(piece.n_samples for piece in self.pieces) + sum(self.holes)

    @property
    def n_missing(self) -> int:
        """Samples that are missing."""
        return sum(self.holes)

    def parts(self) -> Iterator[npt.NDArray[Any]]:
        """The model's channels in its units, shape (time, channel), a part at a time; NaN where they are missing."""
        for piece, hole, fit in zip(self.pieces, self.holes, self.fits, strict=True):
            places, factors = list(fit.places), np.array(fit.factors)
            yield np.full((hole, len(places)), np.nan, np.float32)
            for first in range(0, piece.n_samples, _BLOCK):
                block = piece.data[first : first + _BLOCK]
                taken = block[:, places]
                yield taken if (factors == 1).all() else taken * factors
                forget(block)

    def labels(self) -> npt.NDArray[np.int16]:
        """Shape (sample,), -1 where there is none."""
        parts = [np.zeros(0, np.int16)]
        for piece, hole in zip(self.pieces, self.holes, strict=True):
            parts += [np.full(hole, UNLABELLED, np.int16), piece.labels.astype(np.int16)]
            forget(piece.labels)
        return np.concatenate(parts)


def lines(recordings: Sequence[Recording], task: Task) -> list[Line]:
    """Recordings fitted to a model, those that are pieces of one joined over their short holes.

    Raises:
        DataError: see :func:`stridenet.prediction.fitting.fitted` and :func:`stridenet.prediction.fitting.at_rate`.
    """
    found: list[Line] = []
    for given in recordings:
        piece, fit = at_rate(given, task), fitted(given, task)
        hole = _hole(found[-1], piece) if found else None
        if hole is None:
            found.append(Line((piece,), (0,), (fit,)))
        else:
            before = found[-1]
            found[-1] = Line((*before.pieces, piece), (*before.holes, hole), (*before.fits, fit))
    return found


def _hole(before: Line, piece: Recording) -> int | None:
    """Samples that are missing between what came before and its next piece; None where it is none."""
    last, numbered = before.pieces[-1], re.fullmatch(r"(.*)#\d+", piece.name, re.DOTALL)
    if not numbered or numbered[1] != re.sub(r"#\d+$", "", before.name) or piece.group != last.group:
        return None
    missing = round((piece.start_s - last.start_s) * piece.rate_hz) - last.n_samples
    return missing if 1 <= missing <= _LONGEST_HOLE_S * piece.rate_hz else None
