import io
import zipfile
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from stridenet.data.load import load_recordings, load_windows
from stridenet.data.sets.uci_har import CHANNELS, DATASET, read_windows
from stridenet.errors import DataError, DataMissingError, SettingError

NAMES = ("walking", "walking_upstairs", "walking_downstairs", "sitting", "standing", "laying")
# Made with Python's own float() from the original text files, then rounded to float32: train before test.
CHECKSUMS = {
    "total_acc_x": 0x8BAD8BCE,
    "total_acc_y": 0x55287E10,
    "total_acc_z": 0xBD49BA2A,
    "body_acc_x": 0x7A3792BE,
    "body_acc_y": 0x1ECE4CB4,
    "body_acc_z": 0x7A501F3C,
    "body_gyro_x": 0x0739C27E,
    "body_gyro_y": 0xB944B7F7,
    "body_gyro_z": 0x222FC725,
}
PEOPLE = {"train": [1, 1, 1, 3, 3], "test": [2, 2]}
ACTIVITY = {"train": [5, 5, 1, 6, 6], "test": [4, 2]}
GYRO_X = "train/Inertial Signals/body_gyro_x_train.txt"


def signal(split: str, channel: str) -> npt.NDArray[np.float64]:
    """Windows of half overlap for each person, but the third of person 1 begins anew."""
    rng = np.random.default_rng([len(split), CHANNELS.index(channel)])
    halves = rng.normal(size=(40, 64))
    first = {"train": [0, 1, 5, 10, 11], "test": [20, 30]}[split]
    return np.array([np.concatenate([halves[i], halves[i + 1]]) for i in first])


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "UCI HAR Dataset"
    for split in ("train", "test"):
        (root / split / "Inertial Signals").mkdir(parents=True)
        (root / split / f"y_{split}.txt").write_bytes("".join(f"{a}\n" for a in ACTIVITY[split]).encode())
        (root / split / f"subject_{split}.txt").write_bytes("".join(f"{p}\n" for p in PEOPLE[split]).encode())
        for channel in CHANNELS:
            rows = [
                "".join(f" {v: .7e}".replace("e-", "e-0").replace("e+", "e+0") for v in r)
                for r in signal(split, channel)
            ]
            file = root / split / "Inertial Signals" / f"{channel}_{split}.txt"
            file.write_bytes("".join(row + "\r\n" for row in rows).encode())
    (root / "activity_labels.txt").write_bytes("".join(f"{i} {n.upper()}\n" for i, n in enumerate(NAMES, 1)).encode())
    (root / "train" / "X_train.txt").write_bytes(b"not read")
    return root


def packed(tree: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(tree.rglob("*.txt")):
            archive.write(file, file.relative_to(tree.parent))
            archive.writestr("__MACOSX/" + str(file.relative_to(tree.parent).with_name("._" + file.name)), "x")
    return buffer.getvalue()


def edit(file: Path, line: int, old: str, new: str) -> None:
    lines = file.read_bytes().decode().split("\n")
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    file.write_bytes("\n".join(lines).encode())


def test_channels_lie_in_the_documented_order_train_before_test(tree: Path) -> None:
    windows = read_windows(tree)
    assert windows.channels == tuple(CHECKSUMS)
    assert windows.units == ("g",) * 6 + ("rad/s",) * 3
    for c, channel in enumerate(windows.channels):
        expected = np.concatenate([signal("train", channel), signal("test", channel)])
        np.testing.assert_allclose(windows.x[:, :, c], expected, rtol=1e-6)
    assert windows.y.tolist() == [4, 4, 0, 5, 5, 3, 1]
    assert windows.group.tolist() == ["1", "1", "1", "3", "3", "2", "2"]
    assert windows.classes == NAMES
    assert windows.test_groups == ("2",)


def test_a_window_continues_its_predecessor_only_where_all_channels_repeat(tree: Path) -> None:
    windows = read_windows(tree)
    assert windows.recordings == ("train/1/001", "train/1/002", "train/3/001", "test/2/001", "test/2/002")
    assert windows.recording.tolist() == [0, 0, 1, 2, 2, 3, 4]
    assert windows.start.tolist() == [0, 64, 0, 0, 64, 0, 0]
    edit(tree / GYRO_X, 2, "e-001", "e-002")
    assert read_windows(tree).recording.tolist() == [0, 1, 2, 3, 3, 4, 5]


def test_every_way_to_give_it_gives_the_same(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "inner.zip").write_bytes(packed(tree))
    with zipfile.ZipFile(tmp_path / "official.zip", "w") as archive:
        archive.writestr("UCI HAR Dataset.names", "about")
        archive.write(tmp_path / "inner.zip", "UCI HAR Dataset.zip")
    ways = [tree, tree.parent / "inner.zip", tmp_path / "official.zip"]
    read = [load_windows(str(way)) for way in ways]
    assert [windows.source for windows in read] == [f"uci-har, from {way.name}" for way in ways]
    assert len({windows.digest for windows in read}) == 1
    for windows in read:
        np.testing.assert_array_equal(windows.x, read[0].x)
        assert not windows.places.signals[0].flags.writeable


def test_line_ends_and_layout_do_not_matter(tree: Path) -> None:
    before = read_windows(tree)
    for file in tree.rglob("*.txt"):
        file.write_bytes(file.read_bytes().replace(b"\r\n", b"\n"))
    np.testing.assert_array_equal(read_windows(tree).x, before.x)
    for file in tree.rglob("*_train.txt"):
        if file.name != "X_train.txt":
            file.write_bytes(file.read_bytes().replace(b"  ", b" "))
    np.testing.assert_array_equal(read_windows(tree).x, before.x)


def test_other_sizes_are_refused_and_hapt_named(tree: Path) -> None:
    assert load_windows(str(tree), length=128, step_s=1.28).length == 128
    for length, step, length_s in ((64, None, None), (None, 32, None), (None, None, 1.0), (0, None, None)):
        with pytest.raises(SettingError, match=r"already cut into windows of 128 samples.*use hapt"):
            load_windows(str(tree), length=length, step=step, length_s=length_s)
    with pytest.raises(SettingError, match="one of the two"):
        load_windows(str(tree), length=128, length_s=2.56)
    with pytest.raises(SettingError, match="one label already"):
        load_windows(str(tree), labels="end")
    with pytest.raises(SettingError, match="use hapt"):
        load_recordings(str(tree))


def fails(tree: Path, *parts: str) -> None:
    with pytest.raises(DataError) as caught:
        read_windows(tree)
    message = str(caught.value)
    for part in parts:
        assert part in message
    assert message.startswith(str(tree))
    assert message.endswith(".")
    assert "\n" not in message


@pytest.mark.parametrize("name", [GYRO_X, "test/y_test.txt", "train/subject_train.txt", "activity_labels.txt"])
def test_a_missing_file(tree: Path, name: str) -> None:
    (tree / name).unlink()
    fails(tree, "1 of the 23 files", repr(name))


def test_a_zip_with_one_signal_missing(tree: Path, tmp_path: Path) -> None:
    (tree / GYRO_X).unlink()
    path = tmp_path / "uci-har.zip"
    path.write_bytes(packed(tree))
    with pytest.raises(DataError, match="body_gyro_x_train"):
        load_windows("uci-har", data_dir=tmp_path)


def test_a_truncated_zip(tree: Path, tmp_path: Path) -> None:
    path = tmp_path / "uci-har.zip"
    path.write_bytes(packed(tree)[:-1000])
    with pytest.raises(DataError, match=r"uci-har.zip: the archive is damaged or cut off"):
        load_windows("uci-har", data_dir=tmp_path)


def test_a_wrong_number_of_columns(tree: Path) -> None:
    file = tree / GYRO_X
    lines = file.read_bytes().split(b"\r\n")
    lines[2] = lines[2][:-16]
    file.write_bytes(b"\r\n".join(lines))
    fails(tree, GYRO_X, "line 3: 127 values instead of 128")


@pytest.mark.parametrize("cell", ["nan", "inf", "-inf", "1.2.3", "abc"])
def test_a_cell_that_is_no_finite_number(tree: Path, cell: str) -> None:
    file = tree / GYRO_X
    lines = file.read_bytes().decode().split("\r\n")
    lines[3] = lines[3][:16] + cell.rjust(16) + lines[3][32:]
    file.write_bytes("\r\n".join(lines).encode())
    fails(tree, GYRO_X, f"line 4, column 2: {cell!r} is not a")


@pytest.mark.parametrize("label", ["0", "7", "-1"])
def test_a_label_out_of_range(tree: Path, label: str) -> None:
    edit(tree / "test/y_test.txt", 2, "2", label)
    fails(tree, f"test/y_test.txt, line 2: activity {label} is not one of the 6")


@pytest.mark.parametrize("name", [GYRO_X, "train/y_train.txt", "train/subject_train.txt"])
def test_files_of_different_height(tree: Path, name: str) -> None:
    file = tree / name
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:-1]))
    fails(tree, name, "4 lines", "5")


def test_a_person_on_both_sides(tree: Path) -> None:
    edit(tree / "test/subject_test.txt", 1, "2", "3")
    fails(tree, "person 3 is in both train and test")


def test_two_copies_in_one_folder(tree: Path) -> None:
    (tree / "copy").mkdir()
    (tree / "copy" / "activity_labels.txt").write_text("1 A\n")
    fails(tree, "there is a second activity_labels.txt")


def test_missing_without_a_network_says_how_to_give_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STRIDENET_DATA", raising=False)
    monkeypatch.setenv("STRIDENET_CACHE", str(tmp_path / "cache"))
    with pytest.raises(
        DataMissingError, match=r"'uci-har' is not here.*--data-dir.*STRIDENET_DATA.*data fetch uci-har"
    ):
        load_windows("uci-har", data_dir=tmp_path, download=False)


@pytest.mark.real
def test_real_each_channel_by_a_checksum_of_its_own(real_data: Path) -> None:
    windows = load_windows("uci-har", data_dir=real_data)
    assert windows.x.shape == (10299, 128, 9)
    found = {name: zlib.crc32(windows.x[:, :, c].tobytes()) for c, name in enumerate(windows.channels)}
    assert found == CHECKSUMS
    assert list(found) == list(CHECKSUMS)
    assert len(set(found.values())) == 9


@pytest.mark.real
def test_real_counts_and_people(real_data: Path) -> None:
    windows = load_windows("uci-har", data_dir=real_data)
    assert windows.classes == NAMES
    assert windows.test_groups == DATASET.test_groups
    assert windows.people == tuple(str(p) for p in range(1, 31))
    tested = np.isin(windows.group, windows.test_groups)
    assert np.bincount(windows.y[~tested]).tolist() == [1226, 1073, 986, 1286, 1374, 1407]
    assert np.bincount(windows.y[tested]).tolist() == [496, 471, 420, 491, 532, 537]
    assert not tested[:7352].any()
    assert tested[7352:].all()
    assert len(windows) - len(windows.recordings) == 9442  # windows that continue their predecessor
    assert windows.source == "uci-har, from uci-har.tar.xz"


@pytest.mark.real
def test_real_total_acceleration_is_gravity_plus_body(real_data: Path) -> None:
    windows = load_windows("uci-har", data_dir=real_data)
    gravity = windows.x[..., :3] - windows.x[..., 3:6]
    size = np.linalg.norm(gravity.mean(axis=1), axis=1)
    assert 0.97 < np.median(size) < 1.05
