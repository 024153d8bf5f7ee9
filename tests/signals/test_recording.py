import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stridenet.errors import DataError
from stridenet.signals.recording import UNLABELLED, Recording, check_finite


def recording(
    data: npt.NDArray[np.float64] | None = None,
    *,
    channels: tuple[str, ...] = ("x", "y"),
    units: tuple[str, ...] = ("g", "g"),
    rate_hz: float = 50.0,
    labels: npt.NDArray[np.int64] | None = None,
) -> Recording:
    data = np.zeros((10, 2)) if data is None else data
    labels = np.zeros(len(data), int) if labels is None else labels
    return Recording("walk.csv", "anna", data, channels, units, rate_hz, labels, ("walk", "sit"))


def test_says_how_long_it_is() -> None:
    assert recording().n_samples == 10
    assert recording(rate_hz=4).duration_s == 2.5


def test_an_empty_recording_is_allowed() -> None:
    assert recording(np.zeros((0, 2))).n_samples == 0


def test_samples_without_a_label_are_allowed() -> None:
    assert recording(labels=np.full(10, UNLABELLED)).labels[0] == -1


def test_refuses_what_does_not_fit_together() -> None:
    with pytest.raises(DataError, match=r"recording 'walk.csv'.*\(time, channel\).*\(10,\)"):
        recording(np.zeros(10))
    with pytest.raises(DataError, match=r"2 channels in the data, but 1 channel names and 2 units"):
        recording(channels=("x",))
    with pytest.raises(DataError, match=r"2 channels in the data, but 2 channel names and 3 units"):
        recording(units=("g", "g", "g"))
    with pytest.raises(DataError, match=r"10 samples, but labels of shape \(9,\)"):
        recording(labels=np.zeros(9, int))


@pytest.mark.parametrize("rate_hz", [0.0, -50.0, float("nan"), float("inf")])
def test_refuses_a_rate_that_is_none(rate_hz: float) -> None:
    with pytest.raises(DataError, match=r"the rate is .* Hz; it must be above 0"):
        recording(rate_hz=rate_hz)


@pytest.mark.parametrize("label", [-2, 2])
def test_refuses_labels_that_name_no_class(label: int) -> None:
    labels = np.zeros(10, int)
    labels[3] = label
    with pytest.raises(DataError, match="but 2 classes; labels count from 0, and -1 means none"):
        recording(labels=labels)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_missing_value_is_refused_with_its_channel_and_place(bad: float) -> None:
    data = np.zeros((10, 2))
    data[[4, 7], 1] = bad
    with pytest.raises(DataError, match=r"channel 'y': 2 of 10 values .*first at sample 4, 0.08 s"):
        recording(data)


def test_infinities_that_cancel_are_refused_without_a_warning() -> None:
    data = np.zeros((10, 2))
    data[2, 0], data[3, 1] = np.inf, -np.inf
    with pytest.raises(DataError, match="channel 'x': 1 of 10"):
        recording(data)


def test_large_finite_values_are_finite() -> None:
    data = np.full((10, 2), float(np.finfo(np.float32).max))
    assert recording(data).n_samples == 10


def test_of_windows_the_first_bad_window_is_named() -> None:
    data = np.zeros((3, 4, 1), np.float32)
    data[1, 2, 0] = np.nan
    with pytest.raises(DataError, match=r"file, channel 'x': 1 of 12 values .*first at window 1, sample 2"):
        check_finite(data, ("x",), "file")


@given(
    st.lists(st.sampled_from([0.0, 1.0, 3e38, -3e38, 1e39, 1e300, np.nan, np.inf, -np.inf]), min_size=1, max_size=20)
)
def test_refuses_exactly_what_is_not_finite_in_single_precision(values: list[float]) -> None:
    data = np.array(values)[:, None]
    if (np.abs(data) < 1e39).all():
        check_finite(data, ("x",), "here")
    else:
        with pytest.raises(DataError):
            check_finite(data, ("x",), "here")


@pytest.mark.parametrize("value", [1e39, -1e39, np.inf, -np.inf, np.nan])
def test_what_single_precision_cannot_hold_is_refused(value: float) -> None:
    data = np.zeros((6, 2))
    data[4, 1] = value
    with pytest.raises(DataError, match=r"channel 'y': 1 of 6 values are missing, infinite or beyond .*sample 4"):
        Recording("r", "p", data, ("x", "y"), ("g", "g"), 10.0, np.zeros(6, int), ("a",))
    data[4, 1] = 3e38
    Recording("r", "p", data, ("x", "y"), ("g", "g"), 10.0, np.zeros(6, int), ("a",))
    Recording("r", "p", np.zeros((0, 2)), ("x", "y"), ("g", "g"), 10.0, np.zeros(0, int), ("a",))


def test_a_recording_is_shown_in_a_few_lines() -> None:
    made = Recording("<b>\nr", "anna", np.zeros((40, 1)), ("x",), ("g",), 20.0, np.arange(40) // 20 - 1, ("sit_down",))
    assert repr(made).startswith("Recording <b> r\n  person    anna\n")
    assert "sit down 1 s" in repr(made)
    assert "&lt;b&gt; r" in made._repr_html_()
