"""Real recordings by people's own recorders, read through the door: as their README says."""

from pathlib import Path
from typing import Any

import pytest

import stridenet
from stridenet.errors import DataError

pytestmark = pytest.mark.real
ACC, GYRO, LINEAR = (tuple(f"{kind}_{axis}" for axis in "xyz") for kind in ("acc", "gyro", "linear_acc"))


@pytest.fixture
def recorder(real_data: Path) -> Any:
    """Reads one recorder's folder, or a file in it."""
    return lambda name, **said: stridenet.read(str(real_data / "recorders" / name), **said)


@pytest.mark.parametrize(
    ("name", "channels", "unit", "rate", "n", "out"),
    [
        ("androsensor", ACC, "m/s^2", 2.0, 491, "LOCATION Latitude"),
        ("actigraph", ACC, "g", 40.0, 2139, "actigraph_no_timestamp.csv"),
        ("actigraph/actigraph_no_timestamp.csv", ACC, "g", 40.0, 2489, ""),
        ("axivity", ACC, "g", 384.1, 3000, ""),
        ("empatica-e4/ACC.csv", ACC, "g", 32.0, 3200, ""),
        ("empatica-e4", (*ACC, "bvp"), "g", 32.0, 3200, "tags.csv (0 bytes)"),
        ("phyphox", (*ACC, *GYRO, *LINEAR, "mag_x", "mag_y", "mag_z"), "m/s^2", 100.07, 557, "meta/time.csv"),
        ("physics-toolbox/daily.csv", (*ACC, *LINEAR, *GYRO), "g", 14.6, 364, ""),
        ("physics-toolbox/circles.csv", (*ACC, *LINEAR, *GYRO), "g", 405.0, 542, ""),
    ],
)  # fmt: skip
def test_one_recording_of_nobody(
    recorder: Any, tells: Any, name: str, channels: tuple[str, ...], unit: str, rate: float, n: int, out: str
) -> None:
    recordings = recorder(name)
    assert recordings[0].channels == channels
    assert recordings[0].units[0] == unit
    assert recordings[0].rate_hz == pytest.approx(rate, rel=0.04)
    assert sum(len(one.data) for one in recordings) == pytest.approx(n, rel=0.01)
    assert len({one.group for one in recordings}) == 1
    assert out in tells(recordings)
    assert not recordings.description.doubts


def test_sensor_logger_joins_sensors_by_name(recorder: Any, tells: Any) -> None:
    (one,) = recordings = recorder("sensor-logger")
    assert set(one.channels) == {
        f"{kind}_{axis}" for kind in ("linear_acc", "gravity", "gyro", "total_acc") for axis in "xyz"
    }
    at = {name: i for i, name in enumerate(one.channels)}
    for axis in "xyz":  # the file's order is z, y, x
        total = one.data[:, at[f"linear_acc_{axis}"]] + one.data[:, at[f"gravity_{axis}"]]
        assert abs(total - one.data[:, at[f"total_acc_{axis}"]]).mean() < 0.5
    assert one.rate_hz == pytest.approx(49.4, rel=0.01)
    assert all(name in tells(recordings) for name in ("seconds_elapsed", "pressure", "Annotation.csv (0 bytes)"))
    assert one.classes == ()


def test_three_places_at_one_moment_are_one_recording(recorder: Any, tells: Any) -> None:
    (one,) = recordings = recorder("xsens-dot")
    assert len(one.channels) == 21
    assert {name.partition("_")[0] for name in one.channels} == {"Pelvis", "LTibia", "LFemur"}
    assert one.rate_hz == pytest.approx(60)
    assert "PacketCounter" in tells(recordings)
    assert "Status" in tells(recordings)


def test_two_exercises_of_two_sensors_each(recorder: Any) -> None:
    recordings = recorder("metawear")
    assert len(recordings) == 2
    assert recordings[0].classes == ("bench", "dead")
    assert recordings[0].channels == (*ACC, *GYRO)
    assert recordings[0].units == ("g",) * 3 + ("deg/s",) * 3
    assert recordings[0].rate_hz == 25
    assert recordings.description.doubts  # of whom they are is not known
    said = recorder("metawear", people_from="{person}-{activity}-{any}.csv")
    assert ({one.group for one in said}, said[0].classes, len(said)) == ({"A"}, ("bench", "dead"), 2)


def test_empty_lines_divide_gestures_and_the_rate_must_be_told(recorder: Any) -> None:
    with pytest.raises(DataError, match="--rate-hz"):
        recorder("arduino-nano33")
    recordings = recorder("arduino-nano33", rate_hz=119)
    assert len(recordings) == 22
    assert recordings[0].classes == ("clap", "flex", "punch")
    assert sorted({len(one.data) for one in recordings})[-1] == 119
    assert recordings[0].units == ("g",) * 3 + ("deg/s",) * 3


def test_a_label_that_contradicts_the_files_name_is_reported_and_both_answers_work(recorder: Any) -> None:
    with pytest.raises(DataError, match=r"'running.csv' is labelled 'walk' inside, and its name says 'running'"):
        recorder("ios-orientation-label")
    by_name = recorder("ios-orientation-label", people_from="{activity}")
    assert by_name[0].classes == ("running", "sitting", "walking")
    assert len({one.group for one in by_name}) == 1
    inside = recorder("ios-orientation-label", label="Label")
    assert inside[0].classes == ("sit", "walk")
    assert by_name[0].rate_hz == pytest.approx(20.16, rel=0.02)


def test_rates_of_two_recordings_that_differ_are_asked_about(recorder: Any) -> None:
    with pytest.raises(DataError, match="--even 15"):
        recorder("physics-toolbox")
    assert {one.rate_hz for one in recorder("physics-toolbox", even=15.0)} == {15}
