import pickle
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stridenet.runs.trial import content
from stridenet.signals.places import Places
from stridenet.signals.simulation import simulate
from stridenet.signals.windows import Windows, cut
from stridenet.system.cache import Stored, load_or_make
from stridenet.system.mapped import in_file


@pytest.fixture
def places() -> Places:
    """Windows over two signals, out of order, one of them twice."""
    rng = np.random.default_rng(0)
    signals = [rng.normal(size=(n, 2)).astype(np.float32) for n in (30, 9)]
    which, first = np.array([0, 1, 0, 0, 1, 0]), np.array([4, 0, 20, 2, 1, 4])
    return Places(signals, which, first, 8)


def whole(places: Places) -> np.ndarray:
    return np.stack([places.signals[w][f : f + 8] for w, f in zip(places.which, places.first, strict=True)])


INDICES: list[Any] = [
    0,
    -1,
    np.int64(3),
    slice(None),
    slice(1, 4),
    slice(None, None, -2),
    [0, 2, 2],
    np.array([5, -6]),
    np.array([[0, 1], [2, 3]]),
    np.zeros(6, bool),
    np.arange(6) % 2 == 0,
    (slice(None), slice(None), 1),
    (slice(0, 3), 2),
    (2, slice(None), 0),
    (1, 3, 1),
    ([0, 3], slice(2), 1),
    (..., 0),
    ([0, 1], [2, 3], [0, 1]),
    np.zeros((0,), np.int64),
]


@pytest.mark.parametrize("index", INDICES, ids=str)
def test_an_index_gives_what_the_array_would(places: Places, index: Any) -> None:
    found = places[index]
    np.testing.assert_array_equal(found, whole(places)[index])
    assert found.dtype == np.float32
    assert not any(np.shares_memory(found, signal) for signal in places.signals)


@pytest.mark.parametrize("index", [6, -7, [0, 9], np.zeros(5, bool)])
def test_an_index_that_is_none_is_refused(places: Places, index: Any) -> None:
    with pytest.raises(IndexError):
        places[index]


def test_it_reads_like_an_array(places: Places) -> None:
    array = whole(places)
    assert (places.shape, places.ndim, places.size, places.nbytes) == (array.shape, 3, array.size, array.nbytes)
    assert places.held == 39 * 2 * 4
    assert len(places) == len(list(places)) == 6
    np.testing.assert_array_equal(np.asarray(places), array)
    assert np.asarray(places, np.float64).dtype == np.float64
    np.testing.assert_array_equal(places.mean(axis=1), array.mean(axis=1))
    np.testing.assert_array_equal(np.isfinite(places), np.isfinite(array))
    with pytest.raises(ValueError, match="is a copy"):
        np.array(places, copy=False)
    with pytest.raises(AttributeError, match="'means'"):
        places.means  # noqa: B018


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 12)), min_size=1, max_size=20))
def test_compact_and_joined_places_hold_the_same_windows_and_each_sample_once(at: list[tuple[int, int]]) -> None:
    signals = [np.arange(20.0)[:, None], np.arange(100.0, 120.0)[:, None]]
    which, first = np.array(at).T
    places = Places(signals, which, first, 8)
    small = places.compact()
    np.testing.assert_array_equal(small, places)
    assert sorted(small.signals[0].ravel().tolist()) == np.unique(np.asarray(places)).tolist()
    np.testing.assert_array_equal(places.plus(small), np.concatenate([places, small]))


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 12), st.booleans()), min_size=1, max_size=20))
def test_copies_are_joined_only_where_their_values_agree(at: list[tuple[int, int, bool]]) -> None:
    rng = np.random.default_rng(len(at))
    signals = rng.normal(size=(2, 20, 2)).astype(np.float32)
    recording, start, spoilt = np.array(at).T
    x = np.stack([signals[r, s : s + 8] for r, s in zip(recording, start, strict=True)])
    np.testing.assert_array_equal(Places.of(x, recording, start), x)
    assert Places.of(x, recording, start).held == 8 * len(np.unique(x[..., 0]))
    x[spoilt.astype(bool), 3] += 1
    np.testing.assert_array_equal(Places.of(x, recording, start), x)


def test_minus_zero_is_another_value_and_nan_the_same() -> None:
    x = np.zeros((2, 4, 1), np.float32)
    x[1, 0] = -0.0
    assert np.signbit(Places.of(x, np.zeros(2, int), np.array([0, 2]))[1, 0, 0])
    x[:] = np.nan
    assert Places.of(x, np.zeros(2, int), np.array([0, 2])).held == 6 * 4


def test_the_content_is_the_same_for_places_and_copies_and_tells_what_differs(easy: Windows) -> None:
    def copies(windows: Windows) -> Windows:
        return replace(windows, x=np.asarray(windows.x))

    order = np.random.default_rng(1).permutation(len(easy))[:50]
    for windows in (easy, easy.take(order), easy.take(np.repeat(order, 2)), easy.take(order[:0])):
        assert content(copies(windows)) == content(windows)
    assert content(easy.take(order)) != content(easy.take(order[::-1]))
    for i in range(0, len(easy), 7):
        x = np.asarray(easy.x)
        x[i, 3, 0] += 1
        other = replace(easy, x=x)
        np.testing.assert_array_equal(other.x, x)
        assert content(other) != content(easy)


def test_a_step_of_one_sample_takes_about_the_memory_of_the_signal() -> None:
    recordings = simulate(n_people=4)
    signal = sum(r.data.nbytes for r in recordings)
    tracemalloc.start()
    try:
        windows = cut(recordings, length=128, step=1)
        assert len(windows) > 0.9 * signal / 36 * 0.8
        windows.take(np.arange(0, len(windows), 2))
        windows.without_overlap()
        content(windows)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert windows.x.nbytes > 80 * signal
    assert peak < 6 * signal


def test_another_process_gets_a_mapped_signal_as_its_place_in_the_file_and_others_once(tmp_path: Path) -> None:
    signal = np.random.default_rng(0).normal(size=(100_000, 2)).astype(np.float32)
    stored = load_or_make("a", lambda: Stored({"n": np.arange(3), "x": signal}), folder=tmp_path).arrays["x"]
    first = np.arange(0, 99_000, 10)
    for source in (stored, stored[1000:]):
        sent = pickle.dumps(Places([source], np.zeros(len(first) - 100, np.int64), first[:-100], 20))
        assert len(sent) < 3 * first.nbytes
        np.testing.assert_array_equal(pickle.loads(sent)[:50], Places([source], first * 0, first, 20)[:50])
    (tmp_path / "a.bin").unlink()
    assert in_file(stored) is None
    assert len(pickle.dumps(Places([stored], first * 0, first, 20))) > signal.nbytes
