from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import StepPatch

from stridenet.errors import DataError
from stridenet.signals.recording import Recording
from stridenet.signals.simulation import simulate
from stridenet.signals.windows import Windows, cut
from stridenet.signals.wording import words
from stridenet.views.plots import data as data_figures


@pytest.fixture(scope="module")
def recordings() -> list[Recording]:
    return simulate(n_people=2, activity_s=24.0, n_recordings=2, seed=0)


@pytest.fixture(scope="module")
def windows(recordings: list[Recording]) -> Windows:
    return cut(recordings, length=128)


def _ramp(values: list[float], *, unit: str = "g") -> Windows:
    data = np.array(values)[:, None]
    labels = np.zeros(len(values), int)
    return cut([Recording("r", "p", data, ("x",), (unit,), 10.0, labels, ("a",))], length=4, step=1)


def test_a_histogram_per_channel_with_each_sample_once(windows: Windows, tmp_path: Path, drawn: list[Figure]) -> None:
    paths = data_figures.histograms(windows, tmp_path, limits=(-50, 50))
    assert [p.name for p in paths] == ["histograms.png", "histograms.svg"]
    shown = [ax for ax in drawn[0].axes if ax.get_visible()]
    assert [ax.get_title(loc="left") for ax in shown] == [words(name) for name in windows.channels]
    for ax in shown:
        (steps,) = (p for p in ax.patches if isinstance(p, StepPatch))
        counts = steps.get_data()[0]
        assert len(counts) == 100
        assert counts.sum() == len(windows.without_overlap())


def test_histograms_show_minus_one_to_one_and_tell_what_is_outside(tmp_path: Path, drawn: list[Figure]) -> None:
    data_figures.histograms(_ramp([0.0, 0.5, -0.5, 0.25, 3.0, 0.1, 0.2, 0.3]), tmp_path)
    ax = drawn[0].axes[0]
    assert ax.get_xlim() == (-1, 1)
    assert ax.get_title(loc="right") == "12.5 % outside"


def test_histograms_of_large_values_show_all_of_them(tmp_path: Path, drawn: list[Figure]) -> None:
    data_figures.histograms(_ramp([9.8, 9.9, 10.1, 10.0, 9.7, -2.0], unit="m/s²"), tmp_path)
    assert drawn[0].axes[0].get_xlim() == pytest.approx((-2.0, 10.1))


def test_a_channel_that_never_changes_has_a_histogram(tmp_path: Path) -> None:
    assert data_figures.histograms(_ramp([7.0] * 6), tmp_path)


def test_windows_and_recordings_give_ten_seconds_of_each_activity(
    windows: Windows, recordings: list[Recording], tmp_path: Path, drawn: list[Figure]
) -> None:
    for data in (windows, recordings):
        data_figures.signals(data, tmp_path)
        axes = drawn.pop().axes
        assert len(axes) == 6 * 3  # activities, sensors
        for ax in axes:
            assert len(ax.lines) == 3
            seconds = np.ptp(np.asarray(ax.lines[0].get_xdata()))
            assert 7.0 < seconds <= 10.0


def test_the_signals_are_the_recordings_own(
    windows: Windows, recordings: list[Recording], tmp_path: Path, drawn: list[Figure]
) -> None:
    data_figures.signals(windows, tmp_path)
    line = np.asarray(drawn[0].axes[0].lines[0].get_ydata())
    found = [
        r
        for r in recordings
        if (np.lib.stride_tricks.sliding_window_view(r.data[:, 0].astype(np.float32), len(line)) == line).all(1).any()
    ]
    assert len(found) == 1


def test_the_same_data_give_the_same_picture_in_any_order(windows: Windows, tmp_path: Path) -> None:
    few = windows.take(np.flatnonzero(windows.y < 2))
    shuffled = few.take(np.random.default_rng(0).permutation(len(few)))
    one = data_figures.signals(few, tmp_path / "one")
    other = data_figures.signals(shuffled, tmp_path / "other")
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in other]


def test_a_person_who_stands_in_is_named(tmp_path: Path, drawn: list[Figure]) -> None:
    def record(group: str, labels: list[int]) -> Recording:
        data = np.random.default_rng(0).normal(size=(len(labels), 1))
        return Recording(group, group, data, ("x",), ("g",), 10.0, np.array(labels), ("sit", "walk"))

    data_figures.signals([record("anna", [0] * 200), record("bela", [1] * 150)], tmp_path)
    sit, walk = (ax.texts[0].get_text() for ax in drawn[0].axes)
    assert (sit, walk) == ("sit", "walk\n(person bela)")


@pytest.mark.parametrize(
    ("channels", "names"),
    [
        (["acc_x", "acc_y", "acc_z"], ["acc"]),
        (["x", "y", "z"], ["signal"]),
        ([f"emg{i}" for i in range(1, 9)], ["emg", "emg8"]),
        (["proxy", "max"], ["proxy", "max"]),
        (["acc_x", "gyro_x"], ["acc_x", "gyro_x"]),
        (["3", "4"], ["signal"]),
    ],
)
@pytest.mark.usefixtures("drawn")
def test_sensors_are_grouped_by_name(channels: list[str], names: list[str], tmp_path: Path) -> None:
    sensors = data_figures._sensors(channels, ["g"] * len(channels))
    assert [s.name for s in sensors] == names
    assert sorted(i for s in sensors for i in s.index) == list(range(len(channels)))
    data = np.random.default_rng(0).normal(size=(60, len(channels)))
    source = Recording("r", "p", data, tuple(channels), ("g",) * len(channels), 10.0, np.zeros(60, int), ("a",))
    data_figures.signals([source], tmp_path)
    data_figures.histograms(cut([source], length=20), tmp_path)


def test_nothing_to_draw_is_said(windows: Windows, tmp_path: Path) -> None:
    none = windows.take(np.array([], int))
    with pytest.raises(DataError, match="at least one"):
        data_figures.histograms(none, tmp_path)
    with pytest.raises(DataError, match="at least one labelled"):
        data_figures.signals(none, tmp_path)
    with pytest.raises(DataError, match="at least one labelled"):
        data_figures.signals([], tmp_path)
