"""The clock of a long stream, from the disk: the same as in memory."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from stridenet.errors import DataError
from stridenet.signals import long_clock
from stridenet.signals.clock import pieces
from stridenet.signals.long_clock import pieces_on_disk

_Floats = npt.NDArray[np.float64]
_N = 5011
_RNG = np.random.default_rng(0)
EVEN: _Floats = np.arange(_N) / 50


def _with_gaps() -> _Floats:
    time = EVEN.copy()
    time[1000:] += 7
    time[2400:] -= 70  # it starts again
    return time


def _late() -> _Floats:
    time = EVEN.copy()
    time[_RNG.choice(_N - 10, 20)] -= 0.07
    return time


def _partly_uneven() -> _Floats:
    uneven = np.cumsum(_RNG.gamma(25, 0.02 / 25, _N))
    return np.concatenate([EVEN[:2000], EVEN[1999] + 5 + uneven[2000:]])


CLOCKS = {
    "even": EVEN,
    "uneven": np.cumsum(_RNG.gamma(25, 0.02 / 25, _N)),
    "partly uneven": _partly_uneven(),
    "gaps and a restart": _with_gaps(),
    "late stamps": _late(),
    "late stamps after a restart": np.concatenate([EVEN, _late()]),
    "repeated stamps": np.floor(EVEN * 10) / 10,
    "rounded stamps": np.round(EVEN, 1),
    "lost samples": EVEN[_RNG.random(_N) > 0.05],
    "newest first": EVEN[::-1].copy(),
    "newest first, late stamps": _late()[::-1].copy(),
    "still": np.zeros(_N),
    "slow": np.arange(_N) * 10.0,
    "negative": EVEN - 60,
}


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_clock, "AT_ONCE", 256)


@pytest.mark.parametrize("said", [{}, {"gap_s": 0.2}, {"rate_hz": 50.0}], ids=str)
@pytest.mark.parametrize("kind", CLOCKS)
def test_it_is_the_clock_of_memory(kind: str, said: dict[str, float], tmp_path: Path) -> None:
    in_memory, on_disk = pieces(CLOCKS[kind], **said), pieces_on_disk(CLOCKS[kind], tmp_path, **said)
    for one in fields(in_memory):
        _check_same(one.name, getattr(in_memory, one.name), getattr(on_disk, one.name))


def _check_same(name: str, expected: Any, found: Any) -> None:
    if isinstance(expected, slice):
        assert found == expected, name
    else:
        np.testing.assert_allclose(found, expected, rtol=1e-12, err_msg=name)


def test_each_row_a_piece_of_its_own(tmp_path: Path) -> None:
    found = pieces_on_disk(np.arange(_N, dtype=np.float64) * 10, tmp_path, gap_s=1)
    assert len(found.starts) == 1  # a gap is never less than one and a half usual steps
    apart = np.cumsum(np.where(np.arange(_N) % 2, 1.0, 100.0))
    assert pieces_on_disk(apart, tmp_path).starts.tolist() == pieces(apart).starts.tolist()


def test_what_cannot_be_put_in_order_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"mixed up in time.* sort the file"):
        pieces_on_disk(np.where(np.arange(_N) % 2, EVEN, EVEN - 60), tmp_path, gap_s=100)


def test_a_missing_stamp_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="sample 3001 of 5011 has no time"):
        pieces_on_disk(np.where(np.arange(_N) == 3000, np.nan, EVEN), tmp_path)
