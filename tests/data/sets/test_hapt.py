from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from stridenet.data.load import load_recordings, load_windows
from stridenet.data.sets.hapt import DATASET, read_recordings
from stridenet.errors import DataError, SettingError

LABELS = ["1 1 5 11 100", "1 1 7 101 120", "2 3 1 1 200"]
N_SAMPLES = {"exp01_user01": 300, "exp02_user03": 200}


def table(name: str, kind: str) -> npt.NDArray[np.float64]:
    return np.random.default_rng([len(kind), N_SAMPLES[name]]).normal(size=(N_SAMPLES[name], 3))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "HAPT Data Set"
    (root / "RawData").mkdir(parents=True)
    for name in N_SAMPLES:
        for kind in ("acc", "gyro"):
            rows = "".join(" ".join(map(repr, row)) + "\n" for row in table(name, kind).tolist())
            (root / "RawData" / f"{kind}_{name}.txt").write_text(rows)
    (root / "RawData" / "labels.txt").write_text("\n".join(LABELS) + "\n")
    activities = ["WALKING", "WALKING_UPSTAIRS", "WALKING_DOWNSTAIRS", "SITTING", "STANDING", "LAYING", "STAND_TO_SIT"]
    (root / "activity_labels.txt").write_text("".join(f"{i} {name} \n" for i, name in enumerate(activities, 1)))
    return root


def relabel(tree: Path, *lines: str) -> None:
    (tree / "RawData" / "labels.txt").write_text("".join(f"{line}\n" for line in lines))


def test_recordings_hold_both_sensors_and_a_label_per_sample(tree: Path) -> None:
    first, second = read_recordings(tree)
    assert (first.name, first.group, second.name, second.group) == ("exp01_user01", "1", "exp02_user03", "3")
    assert first.channels == ("acc_x", "acc_y", "acc_z", "gyro_x", "gyro_y", "gyro_z")
    assert first.units == ("g", "g", "g", "rad/s", "rad/s", "rad/s")
    np.testing.assert_array_equal(first.data, np.hstack([table(first.name, "acc"), table(first.name, "gyro")]))
    assert first.labels.tolist() == [-1] * 10 + [4] * 90 + [6] * 20 + [-1] * 180
    assert set(second.labels.tolist()) == {0}
    assert first.classes[:2] == ("walking", "walking_upstairs")


def test_the_cache_gives_the_same_recordings(tree: Path) -> None:
    direct = read_recordings(tree)
    for _ in range(2):
        for found, expected in zip(load_recordings(str(tree)), direct, strict=True):
            np.testing.assert_array_equal(found.data, expected.data)
            np.testing.assert_array_equal(found.labels, expected.labels)
            for what in ("name", "group", "channels", "units", "rate_hz", "classes"):
                assert getattr(found, what) == getattr(expected, what)


def test_windows_of_any_length(tree: Path) -> None:
    windows = load_windows(str(tree))
    assert windows.length == 128
    assert windows.source == "hapt, from HAPT Data Set"
    assert windows.test_groups == ()  # none of the test people is here
    assert load_windows(str(tree), length_s=1, labels="pure").length == 50
    assert load_windows(str(tree), length_s=1).digest == windows.digest
    with pytest.raises(SettingError, match="at least one sample"):
        load_windows(str(tree), length=0)
    with pytest.raises(DataError, match="longer than every recording"):
        load_windows(str(tree), length=1000)
    with pytest.raises(SettingError, match="50 Hz: rate_hz=20"):
        load_windows(str(tree), rate_hz=20)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("3 1 5 1 10", "line 2: there is no recording of experiment 3 with user 1"),
        ("1 3 5 1 10", "line 2: there is no recording of experiment 1 with user 3"),
        ("1 1 8 1 10", "line 2: activity 8 is not one of the 7"),
        ("1 1 0 1 10", "line 2: activity 0 is not one of the 7"),
        ("1 1 5 201 301", "line 2: samples 201 to 301 do not lie within the 300 of exp01_user01"),
        ("1 1 5 0 10", "line 2: samples 0 to 10 do not lie"),
        ("1 1 5 200 190", "line 2: samples 200 to 190 do not lie"),
        ("1 1 6 100 110", "line 2: sample 100 of exp01_user01 already has a label"),
        ("1 1 5 1.5 10", "line 2, column 4: 1.5 is not a whole number"),
        ("1 1 5 1", "line 2: 4 values instead of 5"),
    ],
)
def test_a_wrong_interval_is_said_with_its_line(tree: Path, line: str, message: str) -> None:
    relabel(tree, "1 1 5 11 100", line)
    with pytest.raises(DataError) as caught:
        read_recordings(tree)
    assert f"RawData/labels.txt, {message}" in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("end", [300, 200])
def test_an_interval_may_reach_the_last_sample(tree: Path, end: int) -> None:
    relabel(tree, f"1 1 5 {end} {end}")
    assert np.flatnonzero(read_recordings(tree)[0].labels == 4).tolist() == [end - 1]


def test_sensors_of_different_length(tree: Path) -> None:
    file = tree / "RawData" / "gyro_exp01_user01.txt"
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:-1]))
    with pytest.raises(DataError, match=r"acc_exp01_user01.txt has 300 samples, but gyro_exp01_user01.txt has 299"):
        read_recordings(tree)


@pytest.mark.parametrize("kind", ["acc", "gyro"])
def test_a_sensor_missing(tree: Path, kind: str) -> None:
    (tree / "RawData" / f"{kind}_exp02_user03.txt").unlink()
    with pytest.raises(DataError, match=rf"RawData/{kind}_exp02_user03.txt is missing"):
        read_recordings(tree)


@pytest.mark.parametrize("name", ["RawData/labels.txt", "activity_labels.txt"])
def test_a_label_file_missing(tree: Path, name: str) -> None:
    (tree / name).unlink()
    with pytest.raises(DataError, match=f"'{name}' of HAPT is missing"):
        read_recordings(tree)


def test_an_activity_without_an_interval_is_told(tree: Path) -> None:
    labels = tree / "RawData/labels.txt"
    labels.write_text("\n".join(labels.read_text().splitlines()[:1]) + "\n")
    told: list[str] = []
    read_recordings(tree, told.append)
    (sentence,) = told
    assert "no interval of" in sentence
    assert "activity_labels.txt" in sentence


def test_one_experiment_of_two_users(tree: Path) -> None:
    for kind in ("acc", "gyro"):
        (tree / "RawData" / f"{kind}_exp01_user02.txt").write_text("1 2 3\n")
    with pytest.raises(DataError, match="experiment 1 has files of users 1 and 2"):
        read_recordings(tree)


@pytest.mark.parametrize("cell", ["nan", "inf", "x"])
def test_a_cell_that_is_no_finite_number(tree: Path, cell: str) -> None:
    file = tree / "RawData" / "acc_exp01_user01.txt"
    lines = file.read_text().splitlines()
    lines[6] = f"1 {cell} 2"
    file.write_text("\n".join(lines))
    with pytest.raises(DataError, match=rf"acc_exp01_user01.txt, line 7, column 2: '{cell}' is not a"):
        read_recordings(tree)


@pytest.mark.real
def test_real_recordings(real_data: Path) -> None:
    recordings = load_recordings("hapt", data_dir=real_data)
    assert len(recordings) == 61
    assert sum(r.n_samples for r in recordings) == 1_122_772
    assert {r.group for r in recordings} == {str(p) for p in range(1, 31)}
    assert recordings[0].classes[6:] == (
        "stand_to_sit", "sit_to_stand", "sit_to_lie", "lie_to_sit", "stand_to_lie", "lie_to_stand",
    )  # fmt: skip
    labels = np.concatenate([r.labels for r in recordings])
    # counted from the intervals of labels.txt
    expected = [122091, 116707, 107961, 126677, 138105, 136865, 10316, 8029, 12428, 11150, 14418, 10867]
    assert np.bincount(labels[labels >= 0]).tolist() == expected
    assert recordings[0].data[0].tolist()[:3] == [0.9180555898766518, -0.1124999994242935, 0.5097222514293852]


@pytest.mark.real
def test_real_windows(real_data: Path) -> None:
    windows = load_windows("hapt", data_dir=real_data)
    assert windows.x.shape[1:] == (128, 6)
    assert windows.test_groups == DATASET.test_groups
    assert windows.dropped["unlabelled"] > 0
    assert set(windows.y.tolist()) == set(range(12))
