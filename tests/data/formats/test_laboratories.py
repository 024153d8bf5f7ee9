"""Forms of laboratories and electrodes that are no plain tables."""

import json
from pathlib import Path

import numpy as np
import pytest

from stridenet import read
from stridenet.errors import DataError
from stridenet.signals.recording import Recording


def rows(*columns: object, separator: str = ",") -> str:
    return "\n".join(separator.join(str(cell) for cell in row) for row in zip(*columns, strict=True)) + "\n"


def read_one(folder: Path, name: str, text: str) -> Recording:
    (folder / name).write_text(text)
    found = read(folder / name)
    assert len(found) == 1
    return found[0]


N = 400
X, Y, Z = (np.sin(np.arange(N) * k).round(4) for k in (0.3, 0.7, 1.1))


@pytest.mark.parametrize("clock", [True, False])
@pytest.mark.parametrize("comma", [True, False])
def test_labview(tmp_path: Path, clock: bool, comma: bool) -> None:
    times = [f"{i / 100:.3f}" if clock else "" for i in range(N)]
    head = "LabVIEW Measurement\t\nSeparator\tTab\n***End_of_Header***\t\n\t\nChannels\t2\t\n"
    head += "Y_Unit_Label\tg\tg\nDelta_X\t0.010\t0.010\n***End_of_Header***\t\t\nX_Value\tA\tB\tComment\n"
    text = head + rows(times, X, Y, separator="\t")
    found = read_one(tmp_path, "a.lvm", text.replace(".", ",") if comma else text)
    assert (found.channels, found.units, found.data.shape) == (("A", "B"), ("g", "g"), (N, 2))
    assert found.rate_hz == pytest.approx(100)
    assert found.data[:, 0] == pytest.approx(X)


def test_openbci(tmp_path: Path) -> None:
    head = (
        "%OpenBCI Raw EXG Data\n%Sample Rate = 250 Hz\nSample Index, EXG Channel 0, Accel Channel 0, Accel Channel 1, "
    )
    head += "Accel Channel 2, Other, Other, Timestamp\n"
    times = [f"{1641114672 + i / 250:.4f}" for i in range(N)]
    found = read_one(
        tmp_path, "a.txt", head + rows(np.arange(N) % 256, X * 50, X, Y, Z, [1] * N, [2] * N, times, separator=", ")
    )
    assert found.channels == ("exg_0", "acc_x", "acc_y", "acc_z")
    assert found.units == ("uV", "g", "g", "g")
    assert found.rate_hz == pytest.approx(250)


def test_opensignals(tmp_path: Path) -> None:
    device = {"column": ["nSeq", "DI", "CH1", "CH2"], "sensor": ["XYZ", "XYZ"], "sampling rate": 100, "position": 0}
    head = f"# OpenSignals Text File Format. Version 1\n# {json.dumps({'00:07': device})}\n# EndOfHeader\n"
    counts = (X * 5000).astype(int)
    found = read_one(
        tmp_path, "a.txt", head + rows(np.arange(N) % 16, [0] * N, counts, counts, [""] * N, separator="\t")
    )
    assert (found.channels, found.units, found.rate_hz) == (("CH1", "CH2"), ("counts", "counts"), 100)


def test_mind_monitor(tmp_path: Path) -> None:
    names = "TimeStamp,Alpha_TP9,RAW_TP9,Accelerometer_X,Accelerometer_Y,Accelerometer_Z,HeadBandOn,Elements\n"
    times = [f"2022-01-02 10:11:{i / 10:06.3f}" for i in range(N)]
    lines = rows(times, X, X * 9, X, Y, Z, [1] * N, [""] * N).splitlines()
    lines.insert(7, f"{times[7]},,,,,,,/muse/elements/blink")
    found = read_one(tmp_path, "a.csv", names + "\n".join(lines) + "\n")
    assert (found.channels, len(found.data)) == (("raw_tp9", "acc_x", "acc_y", "acc_z"), N)


def test_geneactiv(tmp_path: Path) -> None:
    head = "Device Type,GENEActiv\nMeasurement Frequency,100.0 Hz\n" + 98 * "\n"
    times = [f"2014-03-05 14:00:{i // 100:02d}:{i % 100 * 10:03d}" for i in range(N)]
    found = read_one(tmp_path, "a.csv", head + rows(times, X, Y, Z, [3] * N, [0] * N, [25.5] * N))
    assert (found.channels, found.units) == (("acc_x", "acc_y", "acc_z"), ("g",) * 3)
    assert found.rate_hz == pytest.approx(100)


def test_delsys(tmp_path: Path) -> None:
    slow = [f"{i / 50:.3f}" if i < N // 2 else "" for i in range(N)]
    held = [f"{x}" if i < N // 2 else "" for i, x in enumerate(X)]
    head = 'X[s],"Avanti sensor 1: EMG 1 [V]",X[s],"Avanti sensor 1: ACC X 1 [G]"\n'
    found = read_one(tmp_path, "a.csv", head + rows([f"{i / 100:.3f}" for i in range(N)], Y, slow, held))
    assert (found.channels, found.units) == (
        ("Avanti sensor 1: EMG 1", "Avanti sensor 1 acc_x"),
        ("V", "g"),
    )
    assert found.rate_hz == pytest.approx(50, rel=0.01)


def test_batches_of_sensor_logger(tmp_path: Path) -> None:
    posts = []
    for k in range(40):
        at = [1679068247000000000 + (10 * k + j) * 20_000_000 for j in range(10)]
        payload = [{"name": name, "time": t + 3, "values": {"x": t % 7, "y": 1.5, "z": k}} for t in at
                   for name in ("accelerometer", "gyroscope")]  # fmt: skip
        posts.append({"messageId": k, "sessionId": "s", "deviceId": "d", "payload": payload})
    posts[3], posts[4] = posts[4], posts[3]
    found = read_one(tmp_path, "a.jsonl", "\n".join(map(json.dumps, posts)) + "\n")
    assert found.channels == tuple(f"{s}_{a}" for s in ("linear_acc", "gyro") for a in "xyz")
    assert found.rate_hz == pytest.approx(50)
    assert len(found.data) == pytest.approx(N, abs=1)
    with pytest.raises(DataError, match="one is damaged or cut off"):
        read_one(tmp_path, "b.jsonl", "\n".join(map(json.dumps, posts))[:-9])
