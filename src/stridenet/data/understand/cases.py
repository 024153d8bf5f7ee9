"""Windows that came cut as recordings: a recording each, of one length."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from stridenet.data.sheet import Cases
from stridenet.data.understand.description import Column, Description, Taken
from stridenet.data.understand.finish import finished, refuse_for_windows
from stridenet.data.understand.people import in_order
from stridenet.errors import DataError, short
from stridenet.signals.recording import UNLABELLED, Recording
from stridenet.spec import ReadSpec


def recordings_of_cases(
    cases: Sequence[Cases], said: ReadSpec
) -> tuple[list[Recording], Description, tuple[str, ...], int]:
    """Recordings of series that came cut, what they are, who is tested, and how long each is.

    Series that are shorter than the longest are continued with their last sample, and that is told. Where nobody is
    named each series counts for itself, so nothing is known of shared people.

    Raises:
        SettingError: what windows cannot go through is asked for.
        DataError: sources that differ in channels or rate, or values that are missing.
    """
    refuse_for_windows(said)
    first = cases[0]
    for other in cases:
        if other.channels != first.channels or other.rate_hz != first.rate_hz:
            raise DataError(
                f"file {short(other.name, 200)} has {len(other.channels)} channels at {other.rate_hz or 'no'} Hz, but "
                f"{short(first.name, 200)} has {len(first.channels)} at {first.rate_hz or 'no'} Hz; read them apart."
            )
    lengths = [len(series) for one in cases for series in one.series]
    if not lengths:
        raise DataError(f"file {short(first.name, 200)} holds no series; give one that does.")
    length = max(lengths)
    notes = [note for one in cases for note in one.notes]
    n_short = sum(n < length for n in lengths)
    if n_short:
        notes.append(
            f"{n_short} of {len(lengths)} series are shorter than the longest ({min(lengths)} to {length} samples) and "
            "were continued with their last sample"
        )
    rate = said.rate_hz or first.rate_hz or 1.0
    if not (said.rate_hz or first.rate_hz):
        notes.append("no rate is known, so lengths are counted in samples, as if of 1 Hz (--rate-hz says it)")
    labels = [label for one in cases for label in one.labels]
    classes = in_order(label for label in labels if label is not None)
    if classes and None in labels:
        notes.append(f"{labels.count(None)} of {len(labels)} series have no label")
    code = {name: i for i, name in enumerate(classes)}
    named = all(len(one.groups) for one in cases)
    recordings: list[Recording] = []
    testers: list[str] = []
    for one in cases:
        for i, series in enumerate(one.series):
            side = one.side[i] if len(one.side) else ""
            group = str(one.groups[i]) if named else f"{side or one.name}/{i + 1}"
            if side == "test":
                testers.append(group)
            label = one.labels[i]
            recordings.append(
                Recording(
                    name=f"{one.name}[{i}]",
                    group=group,
                    data=_whole(series, length, f"file {short(one.name, 200)}, series {i + 1}", said, rate),
                    channels=first.channels,
                    units=first.units or ("",) * len(first.channels),
                    rate_hz=float(rate),
                    labels=np.full(length, UNLABELLED if label is None else code[label]),
                    classes=classes,
                )
            )
    if set(testers) & {r.group for r in recordings} and len(set(testers)) == len({r.group for r in recordings}):
        testers = []
    recordings, changed = finished(recordings, said)
    notes += changed
    people = Taken("the files themselves") if named else Taken("nobody is named", "each series stands alone", "likely")
    description = Description(
        source=first.name,
        forms=tuple(dict.fromkeys(one.form for one in cases)),
        columns=tuple(Column(name, "channel", "as the file has it") for name in first.channels),
        people=people,
        labels=Taken("the files themselves") if classes else Taken("nothing is labelled"),
        n_files=len(cases),
        notes=tuple(dict.fromkeys(notes)),
        said=said,
    )
    return recordings, description, tuple(dict.fromkeys(testers)), length


def _whole(
    series: npt.NDArray[np.floating], length: int, where: str, said: ReadSpec, rate: float
) -> npt.NDArray[np.float32]:
    """One series of full length, its holes filled where that was asked for."""
    data = np.asarray(series, np.float32)
    bad = ~np.isfinite(data)
    if bad.any():
        if said.fill_gaps is None or np.isinf(data).any():
            raise DataError(
                f"{where}: {int(bad.sum())} of {bad.size} values are missing; have them filled by straight lines "
                f"(--fill-gaps {length / rate:g}), or leave the series out."
            )
        data = data.copy()
        for c in range(data.shape[1]):
            good = np.flatnonzero(~bad[:, c])
            if not len(good):
                raise DataError(f"{where}: channel {c + 1} holds no value at all; leave the series out.")
            data[:, c] = np.interp(np.arange(len(data)), good, data[good, c])
    if len(data) == length:
        return data
    if not len(data):
        raise DataError(f"{where}: it holds no sample; leave the series out.")
    return np.concatenate([data, np.repeat(data[-1:], length - len(data), axis=0)])
