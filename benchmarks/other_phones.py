"""`stride` on recordings as other phones would have made them, on HAPT's training people: one JSON of all.

    python benchmarks/other_phones.py --data-dir ../shared/data --out OUT [--only base,100hz]

The continuous recordings of the 21 people who train are given other rates, units, channels, noise and directions, cut
into windows of 2.56 s, and tested by person in three fixed groups of seven, in 8 epochs and one seed: what matters is
the difference to the first line. Writes docs/evaluation/other_phones.json, for write_stride.py.
"""

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, resample_poly, sosfiltfilt
from sklearn.metrics import f1_score
from sklearn.model_selection import PredefinedSplit

from choose import GROUPS
from results import RESULTS
from stridenet import spec
from stridenet.data.load import load_recordings
from stridenet.reproduction.rows import nested
from stridenet.runs import job
from stridenet.runs.environment import describe_environment
from stridenet.signals.recording import Recording
from stridenet.signals.windows import cut

FILE = RESULTS / "other_phones.json"
FOLDS = [sum(GROUPS[first::3], ()) for first in range(3)]
SETTINGS = {"model.name": "stride", "repeats": 1, "train.epochs": 8}
ACC, GYRO = [f"acc_{axis}" for axis in "xyz"], [f"gyro_{axis}" for axis in "xyz"]
Samples = npt.NDArray[np.float64]
Phone = Callable[[Recording], Recording]


class Other(NamedTuple):
    """A phone.

    Args:
        words: what is other.
        made: of a recording, what it would have recorded.
        more: settings of the training.
    """

    words: str
    made: Phone
    more: Mapping[str, Any] = MappingProxyType({})


def rated(hz: float) -> Phone:
    """At another rate, through a low pass where that is lower."""

    def made(one: Recording) -> Recording:
        by = Fraction(hz / one.rate_hz).limit_denominator(50)
        data = resample_poly(one.data.astype(np.float64), by.numerator, by.denominator, axis=0, padtype="line")
        nearest = np.minimum((np.arange(len(data)) * one.rate_hz / hz).astype(int), one.n_samples - 1)
        return replace(one, data=data.astype(np.float32), labels=one.labels[nearest], rate_hz=hz)

    return made


def channels(names: list[str], units: list[str], of: Callable[[Samples], Samples]) -> Phone:
    """With other channels."""

    def made(one: Recording) -> Recording:
        data = of(one.data.astype(np.float64)).astype(np.float32)
        return replace(one, data=data, channels=tuple(names), units=tuple(units))

    return made


def noise(acc_g: float, gyro_rad_s: float) -> Phone:
    """With noise of its own."""
    scale = np.repeat([acc_g, gyro_rad_s], 3)

    def made(one: Recording) -> Recording:
        drawn = np.random.default_rng(sum(one.name.encode())).normal(0, scale, one.data.shape)
        return replace(one, data=(one.data + drawn).astype(np.float32))

    return made


def turned(one: Recording) -> Recording:
    """In a direction of each person's own."""
    directions = np.random.default_rng(int(one.group)).normal(size=(3, 3))
    turn = np.linalg.qr(directions)[0]
    turn *= np.sign(np.linalg.det(turn))
    return replace(one, data=np.hstack([one.data[:, :3] @ turn, one.data[:, 3:] @ turn]).astype(np.float32))


def upside_down(one: Recording) -> Recording:
    """Turned half about z, on every other person."""
    turn = np.array([-1, -1, 1] * 2) if int(one.group) % 2 else np.ones(6)
    return replace(one, data=(one.data * turn).astype(np.float32))


def gravity(samples: Samples) -> Samples:
    """What stays below 0.3 Hz."""
    return np.asarray(sosfiltfilt(butter(3, 0.3, fs=50, output="sos"), samples[:, :3], axis=0))


def after(*phones: Phone) -> Phone:
    """One after the other."""

    def made(one: Recording) -> Recording:
        for phone in phones:
            one = phone(one)
        return one

    return made


APPLE = [f"{what}.{axis}" for what in ("gravity", "userAcceleration", "rotationRate") for axis in "xyz"]
PHONES = {
    "base": Other("as it is: 50 Hz, accelerometer and gyroscope", lambda one: one),
    "apple": Other(
        "gravity and user acceleration apart",
        channels(
            APPLE,
            ["g"] * 6 + ["rad/s"] * 3,
            lambda v: np.hstack([gravity(v), v[:, :3] - gravity(v), v[:, 3:]]),
        ),
    ),
    "100hz": Other(
        "100 Hz, m/s² and deg/s",
        after(
            rated(100.0),
            channels(
                ACC + GYRO,
                ["m/s^2"] * 3 + ["deg/s"] * 3,
                lambda v: np.hstack([v[:, :3] * 9.80665, np.rad2deg(v[:, 3:])]),
            ),
        ),
    ),
    "31hz": Other("31.25 Hz", rated(31.25)),
    "10hz": Other("10 Hz", rated(10.0)),
    "noisy": Other("noise of 0.02 g and 0.03 rad/s more", noise(0.02, 0.03)),
    "coarse": Other("steps of 0.04 g and 0.04 rad/s", channels(
        ACC + GYRO, ["g"] * 3 + ["rad/s"] * 3, lambda v: np.round(v / 0.04) * 0.04)),
    "turned": Other("worn in a direction of each person's own", turned),
    "turned-40": Other("the same, trained with `--set rotation=40`", turned, {"train.rotation": 40.0}),
    "turned-no": Other(
        "the same, not seen along gravity (`--set upright=no`)", turned, {"model.settings.upright": "no"}
    ),
    "two": Other("worn upside down by every other person", upside_down),
    "unknown": Other(
        "names and units unknown", channels([f"channel_{i}" for i in range(6)], [""] * 6, lambda v: v)
    ),
    "letters": Other(
        "columns ax, ay, az, gx, gy, gz in m/s² and deg/s, and no unit said",
        channels(
            [f"{letter}{axis}" for letter in "ag" for axis in "xyz"],
            [""] * 6,
            lambda v: np.hstack([v[:, :3] * 9.80665, np.rad2deg(v[:, 3:])]),
        ),
    ),
    "acc": Other("accelerometer alone", channels(ACC, ["g"] * 3, lambda v: v[:, :3])),
    "acc-no-unit": Other("accelerometer alone, no unit", channels(ACC, [""] * 3, lambda v: v[:, :3])),
    "linear": Other(
        "accelerometer alone, without gravity",
        channels([f"linear_{name}" for name in ACC], ["g"] * 3, lambda v: v[:, :3] - gravity(v)),
    ),
}  # fmt: skip


def measured(phone: Other, given: argparse.Namespace) -> dict[str, Any]:
    """What `stride` makes of it."""
    ours = [one for one in load_recordings("hapt", data_dir=given.data_dir) if int(one.group) in sum(GROUPS, ())]
    windows = cut([phone.made(one) for one in ours], length_s=2.56)
    fold = np.array([next(i for i, group in enumerate(FOLDS) if int(one) in group) for one in windows.group])
    settings = spec.parse(nested(SETTINGS | dict(phone.more)))
    done = job.run(settings, windows=windows, splitter=PredefinedSplit(fold), out=given.out)
    result = done.result
    return {
        "accuracy": round(100 * float((result.predicted[0] == result.y).mean()), 2),
        "macro_f1": round(100 * float(f1_score(result.y, result.predicted[0], average="macro")), 2),
        "n_parameters": result.n_parameters,
        "n_windows": len(result.y),
    }


def main() -> None:
    """Measures what is asked for and writes each as soon as it is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, default=None)
    parser.add_argument("--out", type=Path, default=Path("runs-phones"), help="the folder of runs")
    parser.add_argument("--only", default="", help="phones, by commas; by default all")
    given = parser.parse_args()
    there = json.loads(FILE.read_text())["phones"] if FILE.exists() else {}
    for name in [one for one in given.only.split(",") if one] or list(PHONES):
        there[name] = {"words": PHONES[name].words} | measured(PHONES[name], given)
        print(name, there[name], flush=True)
        told = {"settings": SETTINGS, "phones": there, "environment": describe_environment()}
        FILE.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
