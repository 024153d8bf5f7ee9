from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import medfilt, sosfilt

from stridenet.data.load import load_recordings, load_windows
from stridenet.errors import DataError
from stridenet.signals.filters import Chain, chain
from stridenet.signals.recording import Recording
from stridenet_runtime.chain import NOISE

RNG = np.random.default_rng(0)
SIX = ("acc_x", "acc_y", "acc_z", "gyro_x", "gyro_y", "gyro_z")


def recording(n: int = 400, channels: tuple[str, ...] = SIX, rate_hz: float = 50.0) -> Recording:
    data = RNG.normal(size=(n, len(channels)))
    units = tuple("rad/s" if name.startswith("gyro") else "g" for name in channels)
    return Recording("r", "anna", data, channels, units, rate_hz, np.zeros(n, int), ("walk",))


def test_the_median_is_of_three_with_zeros_at_the_ends() -> None:
    given = recording()
    expected = sosfilt(NOISE, np.column_stack([medfilt(given.data[:, c], 3) for c in range(3)]), axis=0)
    np.testing.assert_allclose(chain(given).data[:, :3], expected, rtol=1e-6)


def test_channels_and_units_are_those_of_uci_har() -> None:
    got = chain(recording())
    assert got.channels[::3] == ("total_acc_x", "body_acc_x", "body_gyro_x")
    assert got.units == ("g",) * 6 + ("rad/s",) * 3
    assert got.n_samples == 400


def test_gravity_goes_to_the_total_and_not_to_the_body() -> None:
    still = replace(recording(3000), data=np.tile([0.0, 0, 1, 0.1, 0, 0], (3000, 1)))
    got = chain(still).data[2000]
    np.testing.assert_allclose(got, [0, 0, 1, 0, 0, 0, 0, 0, 0], atol=1e-3)


def test_channels_are_taken_by_name_whatever_their_order() -> None:
    given = recording()
    turned = replace(given, data=given.data[:, ::-1].copy(), channels=SIX[::-1], units=given.units[::-1])
    np.testing.assert_array_equal(chain(turned).data, chain(given).data)


def test_an_accelerometer_alone_is_enough() -> None:
    given = recording()
    alone = replace(given, data=given.data[:, :3], channels=SIX[:3], units=given.units[:3])
    np.testing.assert_array_equal(chain(alone).data, chain(given).data[:, :6])


@given(st.lists(st.integers(0, 40), max_size=12), st.booleans())
def test_any_chunks_give_the_numbers_of_the_whole(sizes: list[int], gyroscope: bool) -> None:
    channels = SIX if gyroscope else SIX[:3]
    given = recording(sum(sizes), channels)
    live, answers = Chain(gyroscope=gyroscope), []
    for end, size in zip(np.cumsum(sizes).tolist(), sizes, strict=True):
        answers.append(live.push(given.data[end - size : end]))
        live = Chain.restored(live.state)
    whole = np.concatenate([*answers, live.flush()]) if answers else live.flush()
    np.testing.assert_array_equal(whole, chain(given).data)


def test_the_answer_to_a_sample_comes_with_the_next() -> None:
    live = Chain()
    assert [len(live.push(np.ones((n, 6)))) for n in (0, 1, 1, 5, 0)] == [0, 0, 1, 5, 0]


def test_a_state_is_a_copy() -> None:
    live = Chain()
    live.push(RNG.normal(size=(9, 6)))
    state = live.state
    first = live.push(np.ones((1, 6)))
    np.testing.assert_array_equal(Chain.restored(state).push(np.ones((1, 6))), first)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (recording(rate_hz=20.0), "has 20 Hz.*--even 50"),
        (recording(channels=("pulse",)), "need an accelerometer"),
        (recording(channels=(*SIX, "hip_acc_x", "hip_acc_y", "hip_acc_z")), "there are 2 .acc, hip_acc."),
    ],
)
def test_recordings_that_it_is_not_made_for(given: Recording, words: str) -> None:
    with pytest.raises(DataError, match=words):
        chain(given)


def test_samples_that_cannot_be_filtered() -> None:
    with pytest.raises(DataError, match=r"expected samples of \(time, 6\)"):
        Chain().push(np.ones((5, 3)))
    with pytest.raises(DataError, match="missing or infinite"):
        Chain().push(np.full((5, 6), np.nan))


@pytest.mark.parametrize("damage", ["last", "noise"])
def test_a_damaged_state(damage: str) -> None:
    state = {name: part for name, part in Chain().state.items() if name != damage}
    with pytest.raises(DataError, match=f"{damage!r} is missing or damaged"):
        Chain.restored(state)


@pytest.mark.real
def test_recordings_of_hapt_give_back_uci_hars_windows(real_data: Path) -> None:
    """Each of 10,299 windows is looked for in its person's recordings, by its first value and then by its whole."""
    recordings = load_recordings("hapt", data_dir=real_data)
    windows = load_windows("uci-har", data_dir=real_data)
    assert len(windows) == 10299
    n_values = n_equal = 0
    for person in windows.people:
        ours = np.concatenate([chain(one).data for one in recordings if one.group == person])
        order = np.argsort(ours[:, 0])
        for window in windows.x[windows.group == person].astype(np.float64):
            near = np.searchsorted(ours[order, 0], window[0, 0] + np.array([-1e-5, 1e-5]))
            starts = order[near[0] : near[1]]
            starts = starts[starts + 128 <= len(ours)]
            start = int(starts[np.abs(ours[starts + 64] - window[64]).sum(axis=1).argmin()])
            n_values += window.size
            n_equal += int((np.abs(ours[start : start + 128] - window) <= 1e-6 * np.abs(window)).sum())
    assert n_values == 10299 * 128 * 9
    assert n_equal / n_values > 0.9999
