"""WISDM 2019: 51 people with a watch on the wrist, three axes at 20 Hz, eighteen activities named by letters.

A file for each person, a record ``user,letter,time,x,y,z;`` a line, or without the time. Faults are counted and said as
those of :mod:`stridenet.data.sets.wisdm`.

Source: Weiss, Yoneda and Hayajneh, "Smartphone and Smartwatch-Based Biometrics Using Activities of Daily Living",
IEEE Access 7, 2019.
"""

import re
from pathlib import Path, PurePosixPath

from stridenet.data.formats.archives import members
from stridenet.data.formats.wisdm_records import Faults, Records, parse_wisdm, recordings_from
from stridenet.data.sets.dataset import Dataset
from stridenet.errors import DataError
from stridenet.signals.recording import Recording
from stridenet.system.notes import Note

ACTIVITIES = {
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
FILES = re.compile(r"(?:^|/)data_\d+_accel_watch\.txt$")


def read_watch(path: Path) -> tuple[list[Recording], Faults]:
    """The recordings of the watches' accelerometers in WISDM 2019, and what was wrong with the files.

    Works with and without time stamps; the official files have them. Classes are the activities that occur, in the
    order of their letters. Where a recording ends: :func:`stridenet.data.formats.wisdm_records.parse_wisdm`.

    Args:
        path: a folder or archive with files ``data_1600_accel_watch.txt``.

    Raises:
        DataError: no such file, a person's file twice, or one without a good record: nobody is left out in silence.
    """
    parts: list[Records] = []
    total, seen = Faults(), dict[str, str]()
    for name, data in sorted(members(path, FILES)):
        short = PurePosixPath(name).name
        if short in seen:
            raise DataError(f"{path}: {seen[short]} and {name} are the same person's; keep one of the two.")
        seen[short] = name
        records, faults = parse_wisdm(data, ACTIVITIES, where=short)
        if not len(records.line):
            raise DataError(
                f"{path}: {name} holds no record like user,letter,time,x,y,z; ({str(faults).rstrip('.')}): copy it "
                "again, or move it out of the data to go on without this person."
            )
        parts.append(records)
        total += faults
    if not parts:
        raise DataError(f"{path}: no file like data_1600_accel_watch.txt; give the folder or archive that holds them.")
    return recordings_from(parts, tuple(ACTIVITIES.values()), str(path), rate_hz=RATE_HZ, only_seen=True), total


def read_recordings(path: Path, note: Note) -> list[Recording]:
    """The recordings; the faults are noted."""
    recordings, faults = read_watch(path)
    if faults.counts:
        note(f"{path.name}: {faults}")
    return recordings


DATASET = Dataset(
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
    mark=FILES,
    wanted=FILES,
    rate_hz=RATE_HZ,
    n_people=51,
    length=80,
    step=40,
    read_recordings=read_recordings,
    version=3,
)
