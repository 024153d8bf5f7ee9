"""WISDM v1.1 (2010): 36 people with a phone in the front trouser pocket, three axes at 20 Hz, six activities.

One text file, a record ``user,activity,time,x,y,z;`` a line, known for its faults: what is not as it should be is
counted by kind and said (:mod:`stridenet.data.formats.wisdm_records`), and none of it stops the reading.

Source: Kwapisz, Weiss and Moore, "Activity Recognition using Cell Phone Accelerometers", SensorKDD 2010.
"""

import re
from pathlib import Path

from stridenet.data.formats.archives import content, is_archive, members
from stridenet.data.formats.wisdm_records import Faults, parse_wisdm, recordings_from
from stridenet.data.paths import kind
from stridenet.data.sets.dataset import Dataset
from stridenet.errors import DataError
from stridenet.signals.recording import Recording
from stridenet.system.notes import Note

ACTIVITIES = {
    name: name for name in ("downstairs", "jogging", "sitting", "standing", "upstairs", "walking")
}  # in the order of the source document's tables
RATE_HZ = 20.0
FILE = re.compile(r"(?:^|/)WISDM_ar_v1\.1_raw\.txt$")


def read_phone(path: Path) -> tuple[list[Recording], Faults]:
    """The recordings of WISDM v1.1, and what was wrong with its file.

    A recording is one person's unbroken run of one activity, see :func:`parse_wisdm` for where it ends. Its name says
    the line on which it begins. The rate is taken to be the 20 Hz that the authors state; their clocks jitter.

    Args:
        path: ``WISDM_ar_v1.1_raw.txt``, or a folder or archive (``WISDM_ar_latest.tar.gz``) that holds it.

    Raises:
        DataError: the file is not there, or holds no good record.
    """
    alone = kind(path) == "file" and not is_archive(path)
    files = [(path.name, content(path))] if alone else list(members(path, FILE))
    if len(files) != 1:
        raise DataError(f"{path}: {len(files)} files WISDM_ar_v1.1_raw.txt found, one is needed; fetch it again.")
    records, faults = parse_wisdm(files[0][1], ACTIVITIES, with_time=True)
    return recordings_from([records], tuple(ACTIVITIES.values()), f"{path}: {files[0][0]}", rate_hz=RATE_HZ), faults


def read_recordings(path: Path, note: Note) -> list[Recording]:
    """The recordings; the faults are noted."""
    recordings, faults = read_phone(path)
    if faults.counts:
        note(f"{path.name}: {faults}")
    return recordings


DATASET = Dataset(
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
    files=("WISDM_ar_latest.tar.gz", "WISDM_ar_v1.1_raw.txt", "WISDM_ar_v1.1", "wisdm"),
    mark=FILE,
    wanted=FILE,
    rate_hz=RATE_HZ,
    n_people=36,
    length=80,
    step=40,
    test_groups=tuple(str(user) for user in range(29, 37)),
    read_recordings=read_recordings,
    version=2,
)
