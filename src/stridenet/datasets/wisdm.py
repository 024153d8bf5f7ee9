"""WISDM: a phone in the trouser pocket (v1.1, 2010) and a watch on the wrist (2019), three axes at 20 Hz.

Both come as text, a record ``user,activity,time,x,y,z;`` a line. The v1.1 file is known for its faults: what is not as
it should be is counted by kind and said (:mod:`stridenet.datasets._records`), and none of it stops the reading.

Source: Kwapisz, Weiss and Moore, "Activity Recognition using Cell Phone Accelerometers", SensorKDD 2010; Weiss,
Yoneda and Hayajneh, "Smartphone and Smartwatch-Based Biometrics Using Activities of Daily Living", IEEE Access 7, 2019.
"""

import logging
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import numpy as np

from stridenet.datasets._dataset import Dataset
from stridenet.datasets._files import is_archive, members
from stridenet.datasets._records import Faults, Records, parse_wisdm
from stridenet.errors import DataError
from stridenet.recording import Recording

PHONE_ACTIVITIES = {
    name: name for name in ("downstairs", "jogging", "sitting", "standing", "upstairs", "walking")
}  # in the order of the source document's tables
WATCH_ACTIVITIES = {
    "a": "walking",
    "b": "jogging",
    "c": "stairs",
    "d": "sitting",
    "e": "standing",
    "f": "typing",
    "g": "teeth",
    "h": "soup",
    "i": "chips",
    "j": "pasta",
    "k": "drinking",
    "l": "sandwich",
    "m": "kicking",
    "o": "catch",
    "p": "dribbling",
    "q": "writing",
    "r": "clapping",
    "s": "folding",
}
RATE_HZ = 20.0
CHANNELS = ("acc_x", "acc_y", "acc_z")
PHONE_FILE = re.compile(r"(?:^|/)WISDM_ar_v1\.1_raw\.txt$")
WATCH_FILES = re.compile(r"(?:^|/)data_\d+_accel_watch\.txt$")

_log = logging.getLogger(__name__)


def read_phone(path: Path) -> tuple[list[Recording], Faults]:
    """The recordings of WISDM v1.1, and what was wrong with its file.

    A recording is one person's unbroken run of one activity, see :func:`parse_wisdm` for where it ends. Its name says
    the line on which it begins. The rate is taken to be the 20 Hz that the authors state; their clocks jitter.

    Args:
        path: ``WISDM_ar_v1.1_raw.txt``, or a folder or archive (``WISDM_ar_latest.tar.gz``) that holds it.

    Raises:
        DataError: the file is not there, or holds no good record.
    """
    if path.is_file() and not is_archive(path):
        files = [(path.name, path.read_bytes())]
    else:
        files = list(members(path, PHONE_FILE))
    if len(files) != 1:
        raise DataError(f"{path}: {len(files)} files WISDM_ar_v1.1_raw.txt found, one is needed; fetch it again.")
    records, faults = parse_wisdm(files[0][1], PHONE_ACTIVITIES, with_time=True)
    return recordings_from([records], tuple(PHONE_ACTIVITIES.values()), f"{path}: {files[0][0]}"), faults


def read_watch(path: Path) -> tuple[list[Recording], Faults]:
    """The recordings of the watches' accelerometers in WISDM 2019, and what was wrong with the files.

    Works with and without time stamps; the official files have them. Classes are the activities that occur, in the
    order of their letters. See :func:`read_phone`.

    Args:
        path: a folder or archive with files ``data_1600_accel_watch.txt``.

    Raises:
        DataError: no such file, a person's file twice, or no good record.
    """
    parts: list[Records] = []
    total, seen = Faults(), dict[str, str]()
    for name, data in sorted(members(path, WATCH_FILES)):
        short = PurePosixPath(name).name
        if short in seen:
            raise DataError(f"{path}: {seen[short]} and {name} are the same person's; keep one of the two.")
        seen[short] = name
        records, faults = parse_wisdm(data, WATCH_ACTIVITIES, where=short)
        parts.append(records)
        total += faults
    if not parts:
        raise DataError(f"{path}: no file like data_1600_accel_watch.txt; give the folder or archive that holds them.")
    return recordings_from(parts, tuple(WATCH_ACTIVITIES.values()), str(path), only_seen=True), total


def recordings_from(
    parts: Sequence[Records], activities: Sequence[str], where: str, *, only_seen: bool = False
) -> list[Recording]:
    """A recording for each run of records.

    Args:
        parts: the records, file by file.
        activities: the names of the activities, in the order of :attr:`Records.activity`.
        where: how an error begins.
        only_seen: leave activities that never occur out of the classes.

    Raises:
        DataError: there are no records.
    """
    seen = {int(a) for records in parts for a in set(records.activity[records.starts].tolist())}
    if not seen:
        raise DataError(f"{where}: no record like user,activity,time,x,y,z; was found; fetch the data set again.")
    numbers = [i for i in range(len(activities)) if i in seen or not only_seen]
    classes = tuple(activities[i] for i in numbers)
    recordings = []
    for records in parts:
        ends = [*records.starts[1:].tolist(), len(records.line)]
        for start, end in zip(records.starts.tolist(), ends, strict=True):
            user, activity = str(records.user[start]), int(records.activity[start])
            recordings.append(
                Recording(
                    name=f"user{user}/{activities[activity]}/line{records.line[start]}",
                    group=user,
                    data=records.xyz[start:end],
                    channels=CHANNELS,
                    units=("m/s^2",) * 3,
                    rate_hz=RATE_HZ,
                    labels=np.full(end - start, numbers.index(activity)),
                    classes=classes,
                )
            )
    return recordings


def _phone_recordings(path: Path) -> list[Recording]:
    recordings, faults = read_phone(path)
    _say(path, faults)
    return recordings


def _watch_recordings(path: Path) -> list[Recording]:
    recordings, faults = read_watch(path)
    _say(path, faults)
    return recordings


def _say(path: Path, faults: Faults) -> None:
    if faults.counts:
        _log.warning("%s: %s", path.name, faults)


WISDM = Dataset(
    name="wisdm",
    title="WISDM activity recognition v1.1",
    about=(
        "36 people with a phone in the front trouser pocket; six activities; the accelerometer with gravity, in m/s^2; "
        "1,098,207 records by the authors' count, some of them malformed."
    ),
    terms=(
        "Publications are asked to cite Kwapisz, Weiss and Moore, Activity Recognition using Cell Phone "
        "Accelerometers, SensorKDD 2010; whoever passes the data on is asked to include its readme.txt."
    ),
    url="https://www.cis.fordham.edu/wisdm/includes/datasets/latest/WISDM_ar_latest.tar.gz",
    sha256=None,
    files=("WISDM_ar_latest.tar.gz", "WISDM_ar_v1.1", "wisdm"),
    mark=PHONE_FILE,
    wanted=PHONE_FILE,
    rate_hz=RATE_HZ,
    length=80,
    step=40,
    test_groups=tuple(str(user) for user in range(29, 37)),
    read_recordings=_phone_recordings,
)

WISDM_WATCH = Dataset(
    name="wisdm-watch",
    title="WISDM smartphone and smartwatch activity and biometrics, the watch's accelerometer",
    about="51 people with a watch on the wrist; up to 18 activities of three minutes; the accelerometer, in m/s^2.",
    terms=(
        "Publications are asked to cite Weiss, Yoneda and Hayajneh, Smartphone and Smartwatch-Based Biometrics Using "
        "Activities of Daily Living, IEEE Access 7, 2019; the UCI site lists it as CC BY 4.0 (doi 10.24432/C5HK59)."
    ),
    url=(
        "https://archive.ics.uci.edu/static/public/507/"
        "wisdm+smartphone+and+smartwatch+activity+and+biometrics+dataset.zip"
    ),
    sha256=None,
    files=(
        "wisdm2019-watch-reduced.tar.xz",
        "wisdm+smartphone+and+smartwatch+activity+and+biometrics+dataset.zip",
        "wisdm-dataset.zip",
        "wisdm-dataset",
        "wisdm-watch",
    ),
    mark=WATCH_FILES,
    wanted=WATCH_FILES,
    rate_hz=RATE_HZ,
    length=80,
    step=40,
    read_recordings=_watch_recordings,
)
