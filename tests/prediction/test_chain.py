import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import butter, medfilt, sosfilt

from stridenet_runtime.chain import GRAVITY, NOISE, OFFSET, RATE_HZ, Chain, rounded
from stridenet_runtime.recursion import TILE, filtered

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(("sections", "order", "hz"), [(NOISE, 10, 20.0), (GRAVITY, 3, 0.3), (OFFSET, 2, 0.1)])
def test_the_filters_are_scipys(sections: tuple[tuple[float, ...], ...], order: int, hz: float) -> None:
    np.testing.assert_allclose(sections, butter(order, hz, fs=RATE_HZ, output="sos"), rtol=1e-12)
    signal = RNG.normal(size=(4 * TILE, 3)).cumsum(axis=0)
    ours, state = filtered(sections, signal.reshape(4, TILE, 3), np.zeros((2 * len(sections), 3)))  # type: ignore[arg-type]
    theirs, last = sosfilt(sections, signal, axis=0, zi=np.zeros((len(sections), 2, 3)))
    np.testing.assert_allclose(ours.reshape(-1, 3), theirs, atol=1e-9)
    np.testing.assert_allclose(state.reshape(-1, 2, 3), last, atol=1e-6)


def test_it_is_median_noise_gravity_and_offset() -> None:
    x = RNG.normal(size=(2000, 6))
    chain = Chain()
    got = np.concatenate([chain.push(x), chain.flush()])
    total = sosfilt(NOISE, np.column_stack([medfilt(column, 3) for column in x.T]), axis=0)
    acc, gyro = total[:, :3], total[:, 3:]
    parts = [acc, acc - sosfilt(GRAVITY, acc, axis=0), gyro - sosfilt(OFFSET, gyro, axis=0)]
    np.testing.assert_allclose(got, np.hstack(parts), rtol=1e-6, atol=1e-12)


@given(st.lists(st.integers(0, 3 * TILE // 2), max_size=8), st.booleans())
def test_any_chunks_give_the_digits_of_the_whole(sizes: list[int], gyroscope: bool) -> None:
    x = RNG.normal(size=(sum(sizes), 6 if gyroscope else 3))
    whole, live, answers = Chain(gyroscope=gyroscope), Chain(gyroscope=gyroscope), []
    for end, size in zip(np.cumsum(sizes).tolist(), sizes, strict=True):
        answers.append(live.push(x[end - size : end]))
        live = Chain.restored(live.state)
    expected = np.concatenate([whole.push(x), whole.flush()])
    np.testing.assert_array_equal(np.concatenate([*answers, live.flush()]), expected)


def test_one_sample_after_the_other() -> None:
    x = RNG.normal(size=(TILE + 20, 6))
    live = Chain()
    answers = [live.push(row[None]) for row in x]
    np.testing.assert_array_equal(np.concatenate(answers), Chain().push(x))


@pytest.mark.parametrize("exponent", [-30, -7, 0, 9, 30])
def test_seven_digits(exponent: int) -> None:
    values = RNG.normal(size=1000) * 10.0**exponent
    assert rounded(values).tolist() == pytest.approx([float(f"{value:.6e}") for value in values.tolist()], rel=1e-12)


def test_powers_of_ten_and_zero_stay() -> None:
    values = np.array([0.0, *(10.0 ** np.arange(-20, 20)), *(-(10.0 ** np.arange(-20, 20)))])
    np.testing.assert_allclose(rounded(values), values, rtol=1e-15)


@pytest.mark.parametrize("shape", [(5, 3), (5,), (5, 7)])
def test_other_channels(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"expected samples of \(time, 6\)"):
        Chain().push(np.zeros(shape))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_values_that_cannot_be_filtered(bad: float) -> None:
    with pytest.raises(ValueError, match="missing or infinite"):
        Chain().push(np.full((1, 6), bad))


@pytest.mark.parametrize("name", ["last", "held", "noise"])
def test_a_damaged_state(name: str) -> None:
    state = Chain().state
    with pytest.raises(ValueError, match=f"{name!r} is missing or damaged"):
        Chain.restored(state | {name: np.zeros((3, 3, 3))})
    del state[name]
    with pytest.raises(ValueError, match=f"{name!r} is missing or damaged"):
        Chain.restored(state)
