"""WISDM from its files and archives; the watch's from the real data."""

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest

from stridenet.data.load import load_recordings
from stridenet.data.sets.wisdm import DATASET as WISDM
from stridenet.data.sets.wisdm import read_phone
from stridenet.data.sets.wisdm_watch import DATASET as WISDM_WATCH
from stridenet.data.sets.wisdm_watch import read_watch
from stridenet.errors import DataError
from stridenet.signals.windows import cut

MS = 1_000_000


def phone_text() -> str:
    lines = [
        f"{user},{activity},{(k + 1) * 50 * MS},{user},{k},{-9.81};"
        for user in (1, 36)
        for activity in ("Walking", "Downstairs")
        for k in range(100)
    ]
    lines[3] = lines[3][:-1] + ",;"
    lines[10] = "1,Walking,0,0,0,0;"
    return "\n".join(lines) + "\n"


def test_the_phone_from_file_folder_and_official_archive(tmp_path: Path) -> None:
    folder = tmp_path / "WISDM_ar_v1.1"
    folder.mkdir()
    file = folder / "WISDM_ar_v1.1_raw.txt"
    file.write_text(phone_text())
    (folder / "WISDM_ar_v1.1_raw_about.txt").write_text("not data")
    archive = tmp_path / "WISDM_ar_latest.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(folder, "WISDM_ar_v1.1")
    for path in (file, folder, archive):
        recordings, faults = read_phone(path)
        assert [(r.name, r.group, r.n_samples) for r in recordings] == [
            ("user1/walking/line1", "1", 99),
            ("user1/downstairs/line101", "1", 100),
            ("user36/walking/line201", "36", 100),
            ("user36/downstairs/line301", "36", 100),
        ]
        assert faults.counts == {"zero_time": 1, "trailing_comma": 1}
        assert recordings[0].classes == ("downstairs", "jogging", "sitting", "standing", "upstairs", "walking")
        assert [r.labels[0] for r in recordings] == [5, 0, 5, 0]
        assert recordings[0].units == ("m/s^2",) * 3
        np.testing.assert_array_equal(recordings[0].data[:12, 1], [*range(10), 11, 12])


def test_the_data_set_says_its_faults_and_gives_windows_of_four_seconds(tmp_path: Path) -> None:
    (tmp_path / "WISDM_ar_v1.1_raw.txt").write_text(phone_text())
    assert WISDM.read_recordings is not None
    said: list[str] = []
    recordings = WISDM.read_recordings(tmp_path, said.append)
    assert len(said) == 1
    assert "400 records. Left out: 1 records without a time (0), first in line 11." in said[0]
    windows = cut(recordings, length=WISDM.length, step=WISDM.step, test_groups=WISDM.test_groups)
    assert windows.length_s == 4
    assert len(windows) == 4
    assert set(windows.people) & set(WISDM.test_groups) == {"36"}


def test_official_watch_files_with_times(tmp_path: Path) -> None:
    folder = tmp_path / "wisdm-dataset" / "raw" / "watch" / "accel"
    folder.mkdir(parents=True)
    for user, letters in ((1601, "AS"), (1600, "AB")):
        times = 90_000_000_000_000 + 50 * MS * np.arange(1, 31)
        lines = [f"{user},{letter},{t},1.0,2.0,9.8;\n" for letter in letters for t in times]
        (folder / f"data_{user}_accel_watch.txt").write_text("".join(lines))
    recordings, faults = read_watch(tmp_path)
    assert [(r.name, r.group, r.n_samples) for r in recordings] == [
        ("user1600/walking/line1", "1600", 30),
        ("user1600/jogging/line31", "1600", 30),
        ("user1601/walking/line1", "1601", 30),
        ("user1601/folding/line31", "1601", 30),
    ]
    assert recordings[0].classes == ("walking", "jogging", "folding")
    assert recordings[3].labels[0] == 2
    assert faults.counts == {}


def test_mistakes_are_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"0 files WISDM_ar_v1\.1_raw\.txt found"):
        read_phone(tmp_path)
    with pytest.raises(DataError, match=r"no file like data_1600_accel_watch\.txt"):
        read_watch(tmp_path)
    (tmp_path / "WISDM_ar_v1.1_raw.txt").write_text("nothing good\n")
    with pytest.raises(DataError, match=r"no record like user,activity,time,x,y,z;"):
        read_phone(tmp_path)
    for folder in ("train", "raw"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "data_1600_accel_watch.txt").write_text("1600,A,1,2,3;\n")
    with pytest.raises(DataError, match=r"are the same person's; keep one of the two"):
        read_watch(tmp_path)
    (tmp_path / "x.tar.gz").write_bytes(b"no archive")
    with pytest.raises(DataError, match=r"damaged or cut off"):
        read_phone(tmp_path / "x.tar.gz")


TIMES = 90_000_000_000_000 + 50 * MS * np.arange(1, 31)
USELESS = {
    "empty": "",
    "line ends only": "\n\n\r\n",
    "rubbish": "<html>not found</html>\n",
    "the last field lost": "".join(f"1601,A,{t},0.5,1.25;\n" for t in TIMES),
    "the last field lost, not its comma": "".join(f"1601,A,{t},0.5,1.25,;\n" for t in TIMES),
    "an axis lost": "".join(f"1601,A,{t},1.25,-2.5;\n" for t in TIMES),
    "the letter lost": "".join(f"1601,{t},0.5,1.25,-2.5;\n" for t in TIMES),
    "the user lost": "".join(f"A,{t},0.5,1.25,-2.5;\n" for t in TIMES),
    "the time lost, and an axis": "1601,A,0.5,1.25;\n" * 30,
    "one field": "1601;\n" * 30,
    "Python's numbers": "".join(f"1601,A,{t},1_000,1.25,-2.5;\n" for t in TIMES),
    "other digits": "".join(f"1601,A,{t},١٢,1.25,-2.5;\n" for t in TIMES),
    "too large": "".join(f"1601,A,{t},1e39,1.25,-2.5;\n" for t in TIMES),
}


@pytest.mark.parametrize("text", USELESS.values(), ids=USELESS.keys())
def test_a_watch_file_without_a_good_record_is_named(text: str, tmp_path: Path) -> None:
    good = "".join(f"1600,A,{t},0.5,1.25,-2.5;\n" for t in TIMES)
    (tmp_path / "data_1600_accel_watch.txt").write_text(good)
    (tmp_path / "data_1601_accel_watch.txt").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"data_1601_accel_watch\.txt holds no record .* without this person\.$"):
        read_watch(tmp_path)


def test_a_file_without_times_beside_one_with_times(tmp_path: Path) -> None:
    (tmp_path / "data_1600_accel_watch.txt").write_text("".join(f"1600,A,{t},0.5,1.25,-2.5;\n" for t in TIMES))
    (tmp_path / "data_1601_accel_watch.txt").write_text("1601,A,0.5,-80.25,-2.5;\n" * 30)
    recordings, faults = read_watch(tmp_path)
    assert [r.data.min() for r in recordings] == [-2.5, -80.25]
    assert faults.n_left_out == 0


def test_only_their_own_files_are_wanted() -> None:
    assert WISDM.mark.search("WISDM_ar_v1.1/WISDM_ar_v1.1_raw.txt")
    assert not WISDM.mark.search("WISDM_ar_v1.1/WISDM_ar_v1.1_raw_about.txt")
    assert WISDM_WATCH.mark.search("wisdm-dataset/raw/watch/accel/data_1600_accel_watch.txt")
    assert not WISDM_WATCH.mark.search("wisdm-dataset/raw/watch/gyro/data_1600_gyro_watch.txt")
    assert not WISDM_WATCH.mark.search("wisdm-dataset/raw/phone/accel/data_1600_accel_phone.txt")


@pytest.mark.real
def test_the_real_watch_files(real_data: Path) -> None:
    archive = real_data / "wisdm2019-watch-reduced.tar.xz"
    recordings, faults = read_watch(archive)
    assert faults.counts == {}
    assert faults.n_records == sum(r.n_samples for r in recordings) == 744_000
    assert sorted({r.group for r in recordings}) == [str(user) for user in range(1600, 1651)]
    assert recordings[0].classes == ("walking", "jogging", "stairs", "sitting", "standing", "kicking")
    n_samples = np.bincount(np.concatenate([r.labels for r in recordings]))
    assert n_samples.tolist() == [124_800, 122_400, 122_400, 124_800, 124_800, 124_800]
    assert {r.n_samples for r in recordings} == {2400}

    with tarfile.open(archive) as tar:
        file = tar.extractfile("train/data_1642_accel_watch.txt")
        assert file is not None
        lines = io.TextIOWrapper(file).read().split("\n")[:2400]
    walk = next(r for r in recordings if r.name == "user1642/walking/line1")
    expected = [[float(cell) for cell in line.rstrip(";").split(",")[2:]] for line in lines]
    np.testing.assert_array_equal(walk.data, np.array(expected, np.float32))

    still = np.concatenate([r.data for r in recordings if r.labels[0] == 3])
    assert np.median(np.linalg.norm(still, axis=1)) == pytest.approx(9.81, abs=0.1)


def test_faults_are_said_from_the_cache_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIDENET_CACHE", str(tmp_path / "cache"))
    (tmp_path / "WISDM_ar_v1.1_raw.txt").write_text(phone_text())
    heard: list[list[str]] = [[], []]
    for said in heard:
        load_recordings("wisdm", data_dir=tmp_path, note=said.append)
    assert len(heard[1]) == 1
    assert [line for line in heard[0] if "Left out: 1 records" in line] == heard[1]
