"""HAPT as WISDM would have recorded it: its accelerometer alone, at 20 Hz, six activities, windows of 80 samples.

Made for the network of "Introduction to 1D Convolutional Neural Networks in Keras for Time Sequences" where WISDM v1.1
is not at hand. The phone was at the waist, not in a trouser pocket, and nobody jogs: its figures are not WISDM's.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from stridenet.data.sets import hapt
from stridenet.signals.recording import UNLABELLED, Recording
from stridenet.signals.resample import resample
from stridenet.system.notes import Note

RATE_HZ = 20.0
_N_CLASSES = 6  # the activities come first, the changes of posture after them


def read_recordings(path: Path, note: Note) -> list[Recording]:
    """HAPT's recordings with ``acc_x``, ``acc_y`` and ``acc_z`` at 20 Hz; a change of posture is unlabelled."""
    return [resample(_reduced(recording), RATE_HZ) for recording in hapt.read_recordings(path, note)]


def _reduced(recording: Recording) -> Recording:
    return replace(
        recording,
        data=recording.data[:, :3],
        channels=recording.channels[:3],
        units=recording.units[:3],
        labels=np.where(recording.labels < _N_CLASSES, recording.labels, UNLABELLED),
        classes=recording.classes[:_N_CLASSES],
    )


DATASET = replace(
    hapt.DATASET,
    name="hapt-20hz",
    title="HAPT's accelerometer at 20 Hz, in the shape of WISDM",
    about=(
        "The accelerometer of HAPT's 61 recordings, resampled from 50 to 20 Hz; 30 people with a phone at the waist; "
        "six activities, the changes of posture unlabelled."
    ),
    rate_hz=RATE_HZ,
    n_people=30,
    length=80,
    step=40,
    read_recordings=read_recordings,
)
