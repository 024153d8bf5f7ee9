"""HAPT: the recordings behind UCI HAR, unfiltered and whole, with the changes of posture labelled as well."""

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt

from stridenet.data.formats.archives import members
from stridenet.data.formats.number_text import read_classes, read_floats, read_integers
from stridenet.data.sets.dataset import Dataset
from stridenet.errors import DataError
from stridenet.signals.recording import UNLABELLED, Recording
from stridenet.signals.wording import listed
from stridenet.system.notes import Note, silent

CHANNELS = ("acc_x", "acc_y", "acc_z", "gyro_x", "gyro_y", "gyro_z")
UNITS = ("g",) * 3 + ("rad/s",) * 3
RATE_HZ = 50.0
_SIGNAL = re.compile(r"(?:^|/)RawData/(acc|gyro)_exp(\d+)_user(\d+)\.txt$")
_WANTED = re.compile(rf"{_SIGNAL.pattern}|(?:^|/)RawData/labels\.txt$|(?:^|/)activity_labels\.txt$")
_Table = npt.NDArray[np.float64]


def read_recordings(path: Path, note: Note = silent) -> list[Recording]:
    """Reads one recording per experiment, in the order of their numbers.

    What no labelled interval covers is unlabelled (-1). Nothing is filtered.

    Args:
        path: the original archive or an unpacked folder.
        note: told, in a sentence, of activities that no interval has.

    Returns:
        Recordings of (time, channel) in float64, named ``"exp01_user01"``; the group is the user's number.

    Raises:
        DataError: a file is missing, damaged, or does not fit to the others.
    """
    signals: dict[tuple[int, int], dict[str, _Table]] = {}
    intervals: npt.NDArray[np.int64] | None = None
    classes: tuple[str, ...] = ()
    for name, data in members(path, _WANTED):
        where = f"{path}: {name}"
        found = _SIGNAL.search(name)
        if found:
            tables = signals.setdefault((int(found[2]), int(found[3])), {})
            if found[1] in tables:
                raise DataError(f"{where}: this file is there twice; give the folder of one data set only.")
            tables[found[1]] = read_floats(data, 3, where)
        elif name.endswith("activity_labels.txt"):
            classes = read_classes(data, where)
        else:
            intervals = read_integers(data, 5, where)
    if not signals or intervals is None or not classes:
        lacking = "RawData/acc_*.txt" if not signals else "activity_labels.txt" if not classes else "RawData/labels.txt"
        raise DataError(f"{path}: {lacking!r} of HAPT is missing; copy or fetch the data set again.")

    data_of = {key: _join(path, key, tables) for key, tables in sorted(signals.items())}
    _check_experiments(path, list(data_of))
    labels = {key: np.full(len(data), UNLABELLED, np.int64) for key, data in data_of.items()}
    for line, (experiment, user, activity, first, last) in enumerate(intervals.tolist(), 1):
        where = f"{path}: RawData/labels.txt, line {line}"
        key = (experiment, user)
        if key not in labels:
            raise DataError(
                f"{where}: there is no recording of experiment {experiment} with user {user}; copy the data set again."
            )
        if not 1 <= activity <= len(classes):
            raise DataError(
                f"{where}: activity {activity} is not one of the {len(classes)} in activity_labels.txt; "
                "correct the line or copy the file again."
            )
        if not 1 <= first <= last <= len(labels[key]):
            raise DataError(
                f"{where}: samples {first} to {last} do not lie within the {len(labels[key])} of {_name(key)}; "
                "correct the line or copy the files again."
            )
        place = labels[key][first - 1 : last]
        taken = np.flatnonzero(place != UNLABELLED)
        if len(taken):
            raise DataError(
                f"{where}: sample {first + int(taken[0])} of {_name(key)} already has a label; intervals must not "
                "overlap, correct the line or copy the file again."
            )
        place[:] = activity - 1
    if absent := sorted(set(range(1, len(classes) + 1)) - set(intervals[:, 2].tolist())):
        named = listed([classes[activity - 1] for activity in absent])
        note(f"{path}: RawData/labels.txt has no interval of {named}, which activity_labels.txt names")
    return [
        Recording(_name(key), str(key[1]), data, CHANNELS, UNITS, RATE_HZ, labels[key], classes)
        for key, data in data_of.items()
    ]


def _name(key: tuple[int, int]) -> str:
    return f"exp{key[0]:02d}_user{key[1]:02d}"


def _join(path: Path, key: tuple[int, int], tables: dict[str, _Table]) -> _Table:
    for kind in ("acc", "gyro"):
        if kind not in tables:
            raise DataError(f"{path}: RawData/{kind}_{_name(key)}.txt is missing; copy or fetch the data set again.")
    acc, gyro = tables["acc"], tables["gyro"]
    if len(acc) != len(gyro):
        raise DataError(
            f"{path}: RawData/acc_{_name(key)}.txt has {len(acc)} samples, but gyro_{_name(key)}.txt has {len(gyro)}; "
            "they were recorded together and must be equally long, copy the files again."
        )
    return np.hstack([acc, gyro])


def _check_experiments(path: Path, keys: list[tuple[int, int]]) -> None:
    user_of: dict[int, int] = {}
    for experiment, user in keys:
        if user_of.setdefault(experiment, user) != user:
            raise DataError(
                f"{path}: experiment {experiment} has files of users {user_of[experiment]} and {user}; an experiment "
                "is one user's, rename or remove the wrong file."
            )


DATASET = Dataset(
    name="hapt",
    title="Smartphone-Based Recognition of Human Activities and Postural Transitions",
    about=(
        "The 61 recordings behind UCI HAR: 30 people with a phone at the waist; six activities and six transitions "
        "between postures; raw accelerometer and gyroscope."
    ),
    terms=(
        "Publications must cite Reyes-Ortiz, Oneto, Samà, Parra and Anguita, Transition-Aware Human Activity "
        "Recognition Using Smartphones, Neurocomputing 2015. Its README forbids commercial use; the UCI site lists it "
        "as CC BY 4.0 (doi 10.24432/C54G7M)."
    ),
    url=(
        "https://archive.ics.uci.edu/static/public/341/"
        "smartphone+based+recognition+of+human+activities+and+postural+transitions.zip"
    ),
    # As several public projects that pin this archive report it independently; it could not be fetched where this was
    # written.
    sha256="4ac4ae064227c07045a99551876b54d204837e995e298b6488559e209b3deb09",
    files=(
        "hapt-raw.tar.xz",
        "hapt.zip",
        "smartphone+based+recognition+of+human+activities+and+postural+transitions.zip",
        "HAPT Data Set.zip",
        "HAPT Data Set",
        "hapt",
    ),
    mark=_SIGNAL,
    wanted=_WANTED,
    rate_hz=RATE_HZ,
    n_people=30,
    length=128,
    step=64,
    test_groups=("2", "4", "9", "10", "12", "13", "18", "20", "24"),
    read_recordings=read_recordings,
    version=2,
)
