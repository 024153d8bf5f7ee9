"""The real recordings of people's own recorders, as the README beside them says."""

from pathlib import Path

import numpy as np
import pytest

from stridenet.data.formats import registry
from stridenet.data.sheet import Sheet
from stridenet.data.source import File

pytestmark = pytest.mark.real


@pytest.fixture
def recorders(real_data: Path) -> Path:
    return real_data / "recorders"


def sheets(root: Path, folder: str) -> dict[str, Sheet]:
    """By path within the folder, and by sensor where one file gives several."""
    found = {}
    for path in sorted((root / folder).rglob("*.csv")):
        name = path.relative_to(root / folder).as_posix()
        read = registry.read(File(name=name, size=path.stat().st_size, open=path.read_bytes, path=path))
        for sheet in read:
            assert isinstance(sheet, Sheet)
            found[f"{name}: {sheet.sensor}" if len(read) > 1 else name] = sheet
    return found


def channels(sheet: Sheet) -> dict[str, str]:
    """The unit of each channel."""
    return {one.channel: sheet.units.get(name, "") for name, one in sheet.known.items() if one.role == "channel"}


def xyz(sensor: str, unit: str) -> dict[str, str]:
    return {f"{sensor}_{axis}": unit for axis in "xyz"}


def clock(sheet: Sheet) -> str:
    (name,) = (name for name, one in sheet.known.items() if one.role == "time")
    return name


def rate(sheet: Sheet, seconds: float) -> float:
    times = sheet.frame[clock(sheet)].to_numpy()
    return float((len(times) - 1) / (times[-1] - times[0]) / seconds)


def test_sensor_logger(recorders: Path) -> None:
    found = sheets(recorders, "sensor-logger")
    assert channels(found["Accelerometer.csv"]) == xyz("linear_acc", "m/s^2")
    assert channels(found["TotalAcceleration.csv"]) == xyz("total_acc", "m/s^2")
    assert channels(found["Gravity.csv"]) == xyz("gravity", "m/s^2")
    assert channels(found["Gyroscope.csv"]) == xyz("gyro", "rad/s")
    nothing = {name for name, sheet in found.items() if sheet.kind == "nothing"}
    assert nothing == {"Annotation.csv", "AccelerometerUncalibrated.csv", "Metadata.csv"}
    samples = [sheet for sheet in found.values() if sheet.kind == "samples"]
    assert {sheet.session for sheet in samples} == {"."}
    assert all(sheet.known["seconds_elapsed"].role == "left out" for sheet in samples)
    assert rate(found["Accelerometer.csv"], 1e-9) == pytest.approx(49.4, abs=0.2)


def test_phyphox(recorders: Path) -> None:
    found = sheets(recorders, "phyphox")
    folder = "falling 2023-06-09 12-54-45"
    assert channels(found[f"{folder}/Accelerometer.csv"]) == xyz("acc", "m/s^2")
    assert channels(found[f"{folder}/Linear Accelerometer.csv"]) == xyz("linear_acc", "m/s^2")
    assert channels(found[f"{folder}/Gyroscope.csv"]) == xyz("gyro", "rad/s")
    assert channels(found[f"{folder}/Magnetometer.csv"]) == xyz("mag", "uT")
    assert channels(found[f"{folder}/Barometer.csv"]) == {"pressure": "hPa"}
    assert {sheet.session for sheet in found.values() if sheet.kind == "samples"} == {folder}
    assert found[f"{folder}/meta/device.csv"].kind == found[f"{folder}/meta/time.csv"].kind == "nothing"
    assert "paused at 31.7 s" in found[f"{folder}/meta/time.csv"].notes[0]
    assert rate(found[f"{folder}/Accelerometer.csv"], 1) == pytest.approx(100.07, abs=0.01)


def test_androsensor(recorders: Path) -> None:
    (sheet,) = sheets(recorders, "androsensor").values()
    assert channels(sheet) == xyz("acc", "m/s^2")
    assert clock(sheet).strip() == "Time since start in ms"
    assert all(name in sheet.known for name in sheet.frame.columns)


def test_physics_toolbox(recorders: Path) -> None:
    found = sheets(recorders, "physics-toolbox")
    assert len(found) == 6
    rates = {name: round(rate(sheet, 1)) for name, sheet in found.items()}
    assert {r for name, r in rates.items() if name.startswith("daily")} == {15}
    assert rates["circles.csv: accelerometer"] == pytest.approx(405, rel=0.05)
    assert {rates[f"circles.csv: {s}"] for s in ("linear accelerometer", "gyroscope")} == {15}
    assert channels(found["daily.csv: accelerometer"]) == xyz("acc", "g")
    assert channels(found["daily.csv: linear accelerometer"]) == xyz("linear_acc", "m/s^2")
    assert channels(found["daily.csv: gyroscope"]) == xyz("gyro", "rad/s")
    assert {sheet.session for sheet in found.values()} == {"daily.csv", "circles.csv"}


def test_xsens_dot(recorders: Path) -> None:
    found = sheets(recorders, "xsens-dot")
    assert {sheet.place for sheet in found.values()} == {"Pelvis", "LTibia", "LFemur"}
    assert len({sheet.session for sheet in found.values()}) == 1
    for sheet in found.values():
        assert channels(sheet) == dict.fromkeys(("quat_w", *xyz("quat", "")), "") | xyz("linear_acc", "m/s^2")
        assert (clock(sheet), sheet.units["SampleTimeFine"], sheet.rate_hz) == ("SampleTimeFine", "us", 60.0)
    pelvis = next(sheet for sheet in found.values() if sheet.place == "Pelvis")
    assert rate(pelvis, 1e-6) == pytest.approx(60.0, abs=0.01)


def test_metawear(recorders: Path) -> None:
    found = sheets(recorders, "metawear")
    sessions = sorted(sheet.session for sheet in found.values())
    assert sessions[0] == sessions[1] != sessions[2] == sessions[3]
    for sheet in found.values():
        is_acceleration = sheet.sensor == "accelerometer"
        assert channels(sheet) == (xyz("acc", "g") if is_acceleration else xyz("gyro", "deg/s"))
        assert (clock(sheet), sheet.rate_hz) == ("epoch", 12.5 if is_acceleration else 25.0)


def test_empatica_e4(recorders: Path) -> None:
    found = sheets(recorders, "empatica-e4")
    samples = {name: sheet for name, sheet in found.items() if sheet.kind == "samples"}
    assert {name: sheet.rate_hz for name, sheet in samples.items()} == {
        "ACC.csv": 32,
        "BVP.csv": 64,
        "EDA.csv": 4,
        "TEMP.csv": 4,
        "HR.csv": 1,
    }
    assert channels(found["ACC.csv"]) == xyz("acc", "g")
    assert found["ACC.csv"].frame.row(0) == (-61 / 64, 25 / 64, 6 / 64)
    starts = {sheet.start_s for name, sheet in samples.items() if name != "HR.csv"}
    assert starts == {1560279825.0}
    assert found["HR.csv"].start_s == 1560279835.0


def test_axivity(recorders: Path) -> None:
    (sheet,) = sheets(recorders, "axivity").values()
    assert channels(sheet) == xyz("acc", "g")
    assert rate(sheet, 1) == pytest.approx(384.1, rel=0.002)


def test_actigraph(recorders: Path) -> None:
    found = sheets(recorders, "actigraph")
    stamped, bare = found["actigraph_timestamped.csv"], found["actigraph_no_timestamp.csv"]
    assert channels(stamped) == channels(bare) == xyz("acc", "g")
    assert (stamped.rate_hz, bare.rate_hz, stamped.start_s) == (40.0, 40.0, None)
    first = stamped.frame["Timestamp"].dt.epoch("ms")[0] / 1000
    assert bare.start_s is not None
    assert 40 * 60 < first - bare.start_s < 42 * 60


def test_arduino(recorders: Path) -> None:
    for name, sheet in sheets(recorders, "arduino-nano33").items():
        assert channels(sheet) == xyz("acc", "g") | xyz("gyro", "deg/s")
        assert set(np.diff([0, *sheet.breaks])) == {119}, name
        assert sheet.rate_hz is None


def test_ios_logger(recorders: Path) -> None:
    found = sheets(recorders, "ios-orientation-label")
    for sheet in found.values():
        assert channels(sheet) == xyz("acc", "g")
        assert (clock(sheet), sheet.units["Timestamp"]) == ("Timestamp", "s")
    assert {name: sheet.known["Label"].role for name, sheet in found.items()} == {
        "walking.csv": "left out",
        "running.csv": "label",
        "sitting.csv": "label",
    }
