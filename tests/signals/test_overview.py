import io
import json

import numpy as np
import numpy.typing as npt
import pytest
from rich.console import Console

from stridenet.cli._tables import of_data
from stridenet.signals import overview as overview_module
from stridenet.signals.overview import contiguous, join, overview
from stridenet.signals.recording import UNLABELLED, Recording
from stridenet.signals.windows import Windows, cut

CLASSES = ("sitting", "walking")


def recording(name: str, group: str, labels: list[int], data: npt.NDArray[np.float64] | None = None) -> Recording:
    n = len(labels)
    values = np.random.default_rng(len(name) + n).normal(size=(n, 2)) if data is None else data
    return Recording(name, group, values, ("acc_x", "acc_y"), ("g", "g"), 10.0, np.array(labels), CLASSES)


@pytest.fixture
def recordings() -> list[Recording]:
    return [
        recording("one", "anna", [0] * 100 + [UNLABELLED] * 60 + [1] * 100),
        recording("two", "anna", [0] * 45),
        recording("three", "bela", [1] * 100),
    ]


@pytest.fixture
def windows(recordings: list[Recording]) -> Windows:
    return cut(recordings, length=20, step=10, labels="pure", test_groups=("bela",))


def test_counts(windows: Windows, recordings: list[Recording]) -> None:
    told = overview(windows, recordings)
    assert (told["n_people"], told["n_recordings"], told["n_windows"]) == (2, 3, len(windows))
    assert told["window"] == {"length": 20, "length_s": 2.0, "step": 10, "step_s": 1.0}
    assert told["people"]["anna"] == {"windows": 21, "recordings": 2, "test": False}
    assert told["people_activities"]["anna"] == {"sitting": 12, "walking": 9}
    assert told["test_people"] == ["bela"]
    assert told["activities"]["sitting"] == {"windows": 12, "seconds": 14.5}
    assert told["dropped"] == windows.dropped


def test_gaps(windows: Windows, recordings: list[Recording]) -> None:
    gaps = overview(windows, recordings)["gaps"]
    assert gaps["recordings_per_person"] == {"fewest": 1, "median": 1.5, "most": 2}
    assert gaps["unlabelled_s"] == 6.0
    assert gaps["samples_between_windows"] == 60


def test_without_recordings_the_windows_must_do(windows: Windows) -> None:
    told = overview(windows)
    assert told["activities"]["sitting"]["seconds"] == 10.0 + 4.0  # the last 0.5 s are in no window
    assert told["duration_s"] == {"windows": 34.0, "recordings": None}
    assert told["gaps"]["unlabelled_s"] is None


def test_channel_figures_count_each_sample_once(windows: Windows, recordings: list[Recording]) -> None:
    held = np.concatenate(
        [recordings[0].data[:100], recordings[0].data[160:], recordings[1].data[:40], recordings[2].data]
    )
    every = np.concatenate([r.data for r in recordings])  # also what has no label
    for told, once in ((overview(windows, recordings), every), (overview(windows), held)):
        channel = told["channels"]["acc_y"]
        assert channel["mean"] == pytest.approx(once[:, 1].mean(), abs=1e-6)
        assert channel["sd"] == pytest.approx(once[:, 1].std(), abs=1e-6)
        assert channel["max"] == pytest.approx(once[:, 1].max())


def test_a_sensor_that_hangs_or_is_at_its_limit_is_seen() -> None:
    rng = np.random.default_rng(0)
    data = rng.uniform(-1, 1, (100, 2))
    data[20:45, 0] = 0.25  # 2.5 s
    data[60:70, 0] = 0.5  # 1 s is not more than 1 s
    data[:, 1] = np.clip(data[:, 1], -0.5, 1)
    recordings = [recording("r", "anna", [0] * 100, data)]
    for told in (overview(cut(recordings, length=20), recordings), overview(cut(recordings, length=20))):
        assert told["gaps"]["constant_stretches"] == 1
        assert told["gaps"]["longest_constant_s"] == 2.5
        assert told["channels"]["acc_x"]["constant"] == 0.25
        assert told["channels"]["acc_x"]["saturated"] == pytest.approx(0.02)
        assert 0.15 < told["channels"]["acc_y"]["saturated"] < 0.35


def test_equal_ends_of_two_recordings_are_not_one_stretch() -> None:
    flat = np.repeat(np.arange(4.0), 10)[:, None] * [1, 1]  # 1 s each
    recordings = [recording("a", "anna", [0] * 40, flat), recording("b", "anna", [0] * 40, flat[::-1])]
    assert overview(cut(recordings, length=20), recordings)["gaps"]["constant_stretches"] == 0


@pytest.mark.parametrize("step", [3, 10, 20, 25])
def test_runs_join_to_the_recording(step: int) -> None:
    source = recording("r", "anna", [0] * 100)
    windows = cut([source], length=20, step=step)
    shuffled = windows.take(np.random.default_rng(0).permutation(len(windows)))
    runs = contiguous(shuffled)
    assert len(runs) == (len(windows) if step > 20 else 1)
    for run in runs:
        begin = shuffled.start[run[0]]
        joined = join(shuffled, run)
        np.testing.assert_array_equal(joined, source.data[begin : begin + len(joined)].astype(np.float32))


def test_json_can_hold_it(windows: Windows, recordings: list[Recording]) -> None:
    told = overview(windows, recordings)
    assert json.loads(json.dumps(told, allow_nan=False)) == told


def _printed(told: dict[str, object]) -> str:
    console = Console(file=io.StringIO(), width=80)
    console.print(of_data(told))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_tables_fit_in_80_columns_and_lose_nothing() -> None:
    classes = tuple(f"a_rather_long_activity_[{i}]" for i in range(18))
    rng = np.random.default_rng(0)
    recordings = [
        Recording(
            f"r{person}",
            f"participant-{person:03}",
            rng.normal(size=(18 * 40, 2)) * -1e-5,
            ("left_forearm_accelerometer_x", "y"),
            ("m/s^2", "deg"),
            20.0,
            np.repeat(np.arange(18), 40),
            classes,
        )
        for person in range(3)
    ]
    told = overview(cut(recordings, length=4, step=1), recordings)
    printed = _printed(told)
    assert max(map(len, printed.splitlines())) <= 80
    assert "…" not in printed
    squeezed = "".join(printed.split())
    for name in (*classes, "participant-002", str(told["n_windows"])):
        assert name in squeezed


def test_brackets_in_names_are_not_markup(windows: Windows) -> None:
    told = overview(windows)
    told["source"] = "file [bold].csv"
    assert "[bold]" in _printed(told)


@pytest.mark.parametrize("labels", ["none", "few", "mixed"])
def test_without_a_window_people_and_samples_are_told(labels: str) -> None:
    given = {"none": [UNLABELLED] * 60, "few": [UNLABELLED] * 55 + [0] * 5, "mixed": [0, 1, UNLABELLED] * 20}[labels]
    rng = np.random.default_rng(0)
    recordings = [recording(n, p, given, rng.normal(5, 2, (60, 2))) for n, p in (("a", "anna"), ("b", "10"))]
    windows = cut(recordings, length=20, labels="pure")
    told = overview(windows, recordings)
    every = np.concatenate([r.data for r in recordings])
    assert (told["n_windows"], told["n_people"]) == (0, 2)
    assert list(told["people"]) == ["10", "anna"]
    assert told["people"]["anna"] == {"windows": 0, "recordings": 1, "test": False}
    assert told["channels"]["acc_y"]["mean"] == pytest.approx(every[:, 1].mean())
    assert told["channels"]["acc_y"]["max"] == every[:, 1].max()
    assert "none of 20 samples" in _printed(told)
    assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_a_person_of_whom_no_window_is_left_is_told(recordings: list[Recording]) -> None:
    more = [*recordings, recording("four", "carl", [UNLABELLED] * 50)]
    told = overview(cut(more, length=20, test_groups=("bela",)), more)
    assert told["people"]["carl"] == {"windows": 0, "recordings": 1, "test": False}
    assert told["n_people"] == 3


def test_figures_of_nothing_are_none(windows: Windows) -> None:
    told = overview(windows.take(np.zeros(0, dtype=int)))
    assert told["channels"]["acc_x"]["mean"] is None
    assert "none of 20 samples" in _printed(told)
    assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_figures_are_the_same_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = np.repeat(np.random.default_rng(0).normal(size=(60, 2)).round(1), 7, axis=0)
    steps[100:137] = 3.0  # longer than a second
    held = [recording("one", "anna", [0, 1] * 210, steps), recording("two", "bela", [1] * 50)]
    whole = overview(cut(held, length=20), held)
    monkeypatch.setattr(overview_module, "_AT_ONCE", 16)
    blocks = overview(cut(held, length=20), held)
    for name, figures in whole["channels"].items():
        numbers = {key: value for key, value in figures.items() if key != "unit"}
        assert {key: blocks["channels"][name][key] for key in numbers} == pytest.approx(numbers, rel=1e-12)
    assert {**blocks, "channels": None} == {**whole, "channels": None}
    assert whole["gaps"]["constant_stretches"] > 1
