"""UCI HAR: 30 people with a phone at the waist, already filtered and cut into windows by its authors."""

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt

from stridenet.data.formats.archives import members
from stridenet.data.formats.number_text import read_classes, read_floats, read_integers
from stridenet.data.sets.dataset import Dataset
from stridenet.errors import DataError
from stridenet.signals.windows import Windows

LENGTH, STEP = 128, 64
CHANNELS = tuple(f"{kind}_{axis}" for kind in ("total_acc", "body_acc", "body_gyro") for axis in "xyz")
UNITS = ("g",) * 6 + ("rad/s",) * 3
_SPLITS = ("train", "test")
_FILE = re.compile(
    r"(?:^|/)((?P<side>train|test)/Inertial Signals/(?P<channel>(?:total_acc|body_acc|body_gyro)_[xyz])_(?P=side)\.txt"
    r"|(?P<of>train|test)/(?:y|subject)_(?P=of)\.txt"
    r"|activity_labels\.txt)$"
)


def read_windows(path: Path) -> Windows:
    """Reads the nine inertial signals, train before test, in the order of the files.

    The files do not say which windows overlap. A window continues the one before when it is the same person's and the
    first half of all nine channels repeats the second half of the one before; otherwise a new recording begins, named
    after split, person and number (``"train/1/003"``). ``start`` counts from the recording's first window. The
    561-feature table is not read.

    Args:
        path: the original archive, its inner archive, or an unpacked folder.

    Raises:
        DataError: a file is missing, damaged, or does not fit to the others.
    """
    signals: dict[str, npt.NDArray[np.float32]] = {}
    integers: dict[str, npt.NDArray[np.int64]] = {}
    heights: dict[str, int] = {}
    classes: tuple[str, ...] = ()
    seen: set[str] = set()
    for name, data in members(path, _FILE):
        found = _FILE.search(name)
        short = found[1] if found else name
        where = f"{path}: {name}"
        if short in seen:
            raise DataError(f"{where}: there is a second {short} in it; give the folder of one data set only.")
        seen.add(short)
        if found and found["channel"]:
            table, side = read_floats(data, LENGTH, where, np.float32), found["side"]
            heights[short] = len(table)
            _check_heights(path, heights)
            if side not in signals:
                signals[side] = np.empty((len(table), LENGTH, len(CHANNELS)), np.float32)
            signals[side][:, :, CHANNELS.index(found["channel"])] = table
        elif short == "activity_labels.txt":
            classes = read_classes(data, where)
        else:
            integers[short] = read_integers(data, 1, where)[:, 0]
            heights[short] = len(integers[short])
            _check_heights(path, heights)
    _check_complete(path, seen)

    label = np.concatenate([integers[f"{split}/y_{split}.txt"] for split in _SPLITS])
    person = np.concatenate([integers[f"{split}/subject_{split}.txt"] for split in _SPLITS])
    n_train = len(integers["train/y_train.txt"])
    _check_labels(path, label, n_train, len(classes))
    x = np.concatenate([signals[split] for split in _SPLITS])
    testers = sorted(set(person[n_train:].tolist()))
    both = sorted(set(person[:n_train].tolist()) & set(testers))
    if both:
        raise DataError(f"{path}: person {both[0]} is in both train and test; a person must be in one of them.")

    fresh = np.ones(len(x), dtype=bool)
    fresh[1:] = (person[1:] != person[:-1]) | (x[1:, :STEP] != x[:-1, -STEP:]).any(axis=(1, 2))
    fresh[n_train : n_train + 1] = True
    recording = np.cumsum(fresh) - 1
    first = np.flatnonzero(fresh)
    return Windows(
        x=x,
        y=label - 1,
        group=np.array([str(p) for p in person.tolist()]),
        recording=recording,
        start=(np.arange(len(x)) - first[recording]) * STEP,
        recordings=_names(person[first].tolist(), (first < n_train).tolist()),
        channels=CHANNELS,
        units=UNITS,
        classes=classes,
        rate_hz=50.0,
        test_groups=tuple(map(str, testers)),
    )


def _signal(channel: str, split: str) -> str:
    return f"{split}/Inertial Signals/{channel}_{split}.txt"


def _names(people: list[int], in_train: list[bool]) -> tuple[str, ...]:
    """A name for each recording: split, person, and its number among the person's."""
    count: dict[str, int] = {}
    names = []
    for person, train in zip(people, in_train, strict=True):
        who = f"{'train' if train else 'test'}/{person}"
        count[who] = count.get(who, 0) + 1
        names.append(f"{who}/{count[who]:03d}")
    return tuple(names)


def _check_complete(path: Path, seen: set[str]) -> None:
    needed = ["activity_labels.txt"]
    for split in _SPLITS:
        needed += [f"{split}/y_{split}.txt", f"{split}/subject_{split}.txt"]
        needed += [_signal(channel, split) for channel in CHANNELS]
    missing = [name for name in needed if name not in seen]
    if missing:
        raise DataError(
            f"{path}: {len(missing)} of the {len(needed)} files of UCI HAR are missing (the first: {missing[0]!r}); "
            "copy or fetch the data set again."
        )


def _check_heights(path: Path, heights: dict[str, int]) -> None:
    for split in _SPLITS:
        first, *others = sorted(name for name in heights if name.startswith(split)) or [""]
        for name in others:
            if heights[name] != heights[first]:
                raise DataError(
                    f"{path}: {name} has {heights[name]} lines, but {first} has {heights[first]}; each line is a "
                    "window and all files must have the same ones, copy the data set again."
                )


def _check_labels(path: Path, label: npt.NDArray[np.int64], n_train: int, n_classes: int) -> None:
    wrong = np.flatnonzero((label < 1) | (label > n_classes))
    if len(wrong):
        at = int(wrong[0])
        file, line = ("train/y_train.txt", at) if at < n_train else ("test/y_test.txt", at - n_train)
        raise DataError(
            f"{path}: {file}, line {line + 1}: activity {label[at]} is not one of the {n_classes} in "
            "activity_labels.txt; the file is damaged, copy it again."
        )


DATASET = Dataset(
    name="uci-har",
    title="Human Activity Recognition Using Smartphones",
    about=(
        "30 people of 19 to 48 years with a phone at the waist; six activities; accelerometer and gyroscope, filtered "
        "and cut by the authors into windows of 2.56 s with half overlap."
    ),
    terms=(
        "Publications must cite Anguita, Ghio, Oneto, Parra and Reyes-Ortiz, A Public Domain Dataset for Human "
        "Activity Recognition Using Smartphones, ESANN 2013. Its README forbids commercial use; the UCI site lists it "
        "as CC BY 4.0 (doi 10.24432/C54S4K)."
    ),
    url="https://archive.ics.uci.edu/static/public/240/human+activity+recognition+using+smartphones.zip",
    # As several public projects that pin this archive report it independently; it could not be fetched where this was
    # written. The archive holds the data as a zip within the zip.
    sha256="c00b803081a5c797cd5e4b83700a9810b38d53d9d84e01917e090e1fdbc81031",
    files=(
        "uci-har.tar.xz",
        "uci-har.zip",
        "human+activity+recognition+using+smartphones.zip",
        "UCI HAR Dataset.zip",
        "UCI HAR Dataset",
        "uci-har",
    ),
    mark=re.compile(r"(?:^|/)(?:train|test)/Inertial Signals/(?:total_acc|body_acc|body_gyro)_[xyz]_"),
    wanted=_FILE,
    rate_hz=50.0,
    n_people=30,
    length=LENGTH,
    step=STEP,
    test_groups=("2", "4", "9", "10", "12", "13", "18", "20", "24"),
    read_windows=read_windows,
    version=2,
)
