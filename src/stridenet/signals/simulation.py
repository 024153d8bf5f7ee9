"""Simulated recordings of a phone worn at the waist: no measurement of any person, however alike they look.

What comes out of :func:`simulate` is made from formulas and a seed. It exists so that everything can be tried without a
download. No figure that was obtained with it says anything about people; wherever one is shown it is called simulated.

How it is made, all sizes being constants of this file:

- *Cadence.* Each person has one, from 1.6 to 2.2 steps a second; it wanders by some percent within a bout, the stairs
  are climbed slower and descended faster, and the people's ranges overlap.
- *Steps.* Vertical and forward acceleration repeat with each step, sideways acceleration with each stride (two steps);
  each is a few harmonics with the person's own sizes and phases, stronger by the square of the cadence.
- *Impacts.* Each heel strike adds a pulse to the vertical and a braking pulse to the forward axis: soft upstairs, sharp
  and strong downstairs. One leg strikes harder than the other.
- *Turning.* The pelvis turns and lists with each stride and nods with each step, which is what the gyroscope sees.
- *Rest.* Standing sways below 1 Hz and trembles a little from 8 to 12 Hz; who sits or lies mostly breathes.
- *Posture.* Gravity goes through the trunk's pitch and roll: people lean forward upstairs and back when they sit, by an
  amount of their own, so that one person's sitting is another's standing; laying turns gravity onto other axes.
  It wanders by about half a degree in every bout, also of those who lie, who in truth are stiller.
- *Mounting.* Each person wears the phone at their own angle, and puts it on anew, some degrees off, for a recording.
- *Sensor.* Each phone has a gain that is about 1 % off, an offset, and white noise of some thousandths of g and rad/s.
- *Order.* A recording holds one bout of each activity in random order, with 2 to 3 s between them that have no label,
  in which posture and movement go over from one to the next.

``total_acc`` is ``body_acc`` plus gravity (with gain and offset, as any estimate of gravity would have them).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.fft import irfft, next_fast_len
from scipy.special import i0e

from stridenet.errors import SettingError
from stridenet.signals.known import Known
from stridenet.signals.recording import UNLABELLED, Recording

CHANNELS = tuple(f"{kind}_{axis}" for kind in ("total_acc", "body_acc", "body_gyro") for axis in "xyz")
UNITS = ("g",) * 6 + ("rad/s",) * 3
CLASSES = ("walking", "walking_upstairs", "walking_downstairs", "sitting", "standing", "laying")
RATE_HZ = 50.0
TEST_GROUPS = tuple(f"p{number:02d}" for number in range(3, 25, 3))

_Floats = npt.NDArray[np.float64]
_LAYING = CLASSES.index("laying")


class _Activity(NamedTuple):
    """What an activity does, before a person does it in their own way."""

    cadence: float  # as a share of the person's walking cadence
    vertical: float  # g, of the first harmonic
    forward: float  # g
    sideways: float  # g
    impact: float  # g, height of the pulse at heel strike
    sharpness: float  # of that pulse; the higher the shorter
    nod: float  # rad/s, about the sideways axis
    turn: float  # rad/s, about the vertical axis
    list: float  # rad/s, about the forward axis
    sway: float  # g, below 1 Hz
    tremor: float  # g, from 8 to 12 Hz
    breath: float  # g, at 0.2 to 0.3 Hz
    pitch: float  # degrees; forward is negative
    roll: float  # degrees


_ACTIVITIES = np.array(
    [
        _Activity(1.00, 0.26, 0.16, 0.11, 0.22, 8.0, 0.30, 0.50, 0.35, 0.015, 0.015, 0.0, 0.0, 0.0),
        _Activity(0.86, 0.20, 0.22, 0.14, 0.10, 4.0, 0.55, 0.40, 0.50, 0.020, 0.015, 0.0, -10.0, 0.0),
        _Activity(1.06, 0.26, 0.13, 0.15, 0.60, 18.0, 0.50, 0.35, 0.40, 0.020, 0.025, 0.0, 3.0, 0.0),
        _Activity(1.00, 0.0, 0.0, 0.0, 0.0, 8.0, 0.0, 0.0, 0.0, 0.002, 0.001, 0.004, 23.0, 0.0),
        _Activity(1.00, 0.0, 0.0, 0.0, 0.0, 8.0, 0.0, 0.0, 0.0, 0.007, 0.005, 0.002, 0.0, 0.0),
        _Activity(1.00, 0.0, 0.0, 0.0, 0.0, 8.0, 0.0, 0.0, 0.0, 0.001, 0.001, 0.004, 85.0, 0.0),
    ]
)
_N_SIZES = _Activity._fields.index("pitch")  # columns before are sizes, which people multiply; the rest angles
# How far people differ from the table, and one person's bouts from each other: of the logarithm, or in degrees.
_PERSON_SPREAD = np.array([0.03, 0.09, 0.10, 0.14, 0.13, 0.13, 0.14, 0.14, 0.14, 0.30, 0.30, 0.30, 6.1, 3.0])
_BOUT_SPREAD = np.array([0.01, 0.03, 0.03, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.10, 0.10, 0.10, 1.0, 1.0])
_MOUNTING_SPREAD = np.array([10.0, 4.7, 5.0])  # degrees about the phone's axes
_LAYING_SPREAD = np.array([6.0, 15.0])  # degrees of pitch and roll: people lie on the back or half on a side
_HARMONICS = np.array([1.0, 0.45, 0.20, 0.10])  # of the step


class _Person(NamedTuple):
    """What stays with a person over all recordings."""

    cadence_hz: float
    activities: _Floats  # (activity, column of the table)
    harmonics: _Floats  # (axis, harmonic), sizes
    phases: _Floats  # (axis, harmonic), radians
    asymmetry: float
    mounting_deg: _Floats  # rotation vector
    gain: _Floats  # (accelerometer axis)
    offset: _Floats  # (sensor axis), g and rad/s
    noise: _Floats  # (sensor axis), g and rad/s


def simulate(*, n_people: int = 24, activity_s: float = 18.0, n_recordings: int = 2, seed: int = 0) -> list[Recording]:
    """Recordings of made-up people who walk, climb, descend, sit, stand and lie with a phone at the waist.

    Simulated: see the top of the module for how, and never take a figure obtained with it for one about people. The
    sizes are set so that channel means do not give the activity away, and that people differ enough for windows drawn
    at random to score better than people never seen.

    Args:
        n_people: named ``p01``, ``p02`` and so on; how many there are changes nobody's data. The test people
            are every third of the first 24, see ``TEST_GROUPS``.
        activity_s: seconds of each activity and person, over all recordings; a bout is up to a tenth off.
        n_recordings: per person; the phone is put on anew for each.
        seed: not negative.

    Returns:
        ``n_people * n_recordings`` recordings of nine channels at 50 Hz, in UCI HAR's order and names:
        ``total_acc`` and ``body_acc`` in g, ``body_gyro`` in rad/s; x is up, y to the side, z forward or back for a
        phone that is worn straight.

    Raises:
        SettingError: a number that is not above zero, bouts shorter than one second, or a negative seed.

    Source: a few magnitudes, the rest being chosen to look alike. People walk at 1.8 to 2.0 steps a second on average:
    Pachi and Ji, "Frequency and velocity of people walking" (2005). Up the stairs the force on the ground is much as on
    level ground, down it differs much, with up to 1.6 body weights, and is less even: Stacoff et al., "Ground reaction
    forces on stairs" (2005). Tremor is of 8-12 Hz: McAuley and Marsden (2000). Adults breathe 12 to 20 times a minute.

    >>> recordings = simulate(n_people=2, activity_s=9)
    >>> recordings[0].name, recordings[0].group, recordings[0].channels[0], len(recordings)
    ('p01-1', 'p01', 'total_acc_x', 4)
    """
    for name, value in (("n_people", n_people), ("activity_s", activity_s), ("n_recordings", n_recordings)):
        if not (np.isfinite(value) and value > 0):
            raise SettingError(f"simulate: {name} is {value}, but it must be above zero.")
    if activity_s < n_recordings:
        raise SettingError(
            f"simulate: {activity_s:g} s of each activity over {n_recordings} recordings makes bouts below one second; "
            "ask for more seconds or fewer recordings."
        )
    if seed < 0:
        raise SettingError(f"simulate: seed is {seed}, but it must not be negative.")
    recordings = []
    for number, sequence in enumerate(np.random.SeedSequence(seed).spawn(n_people), start=1):
        group = f"p{number:02d}"
        own, *others = sequence.spawn(1 + n_recordings)
        person = _draw_person(np.random.default_rng(own))
        for i, other in enumerate(others, start=1):
            data, labels = _record(person, activity_s / n_recordings, np.random.default_rng(other))
            recordings.append(Recording(f"{group}-{i}", group, data, CHANNELS, UNITS, RATE_HZ, labels, CLASSES))
    return Known(recordings, source="simulated", simulated=True)


def _draw_person(rng: np.random.Generator) -> _Person:
    shape = (3, len(_HARMONICS))
    own = _vary(_ACTIVITIES, _PERSON_SPREAD, rng)
    own[:, 1:6] *= rng.lognormal(0.0, 0.12)  # some people step harder, whatever they do
    own[_LAYING, _N_SIZES:] += _evenly(rng, _LAYING_SPREAD, (2,))
    return _Person(
        cadence_hz=float(np.clip(rng.normal(1.9, 0.13), 1.6, 2.2)),
        activities=own,
        harmonics=_HARMONICS * rng.lognormal(0.0, 0.25, shape),
        phases=np.array([[0.0], [1.2], [0.6]]) + rng.normal(0.0, 0.5, shape),
        asymmetry=float(rng.uniform(-0.25, 0.25)),
        mounting_deg=_evenly(rng, _MOUNTING_SPREAD, (3,)),
        gain=rng.normal(1.0, 0.01, 3),
        offset=np.concatenate([rng.normal(0.0, 0.015, 3), rng.normal(0.0, 0.01, 3)]),
        noise=np.repeat(rng.uniform([0.002, 0.005], [0.006, 0.015]), 3),
    )


def _record(
    person: _Person, bout_s: float, rng: np.random.Generator
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """One recording: shape (time, channel), and the label of each sample."""
    order = rng.permutation(len(CLASSES))
    lengths = np.rint(bout_s * rng.uniform(0.9, 1.1, len(order)) * RATE_HZ).astype(np.int64)
    pauses = np.append(np.rint(rng.uniform(2.0, 3.0, len(order) - 1) * RATE_HZ).astype(np.int64), 0)
    ends = np.cumsum(lengths + pauses) - pauses
    n = int(ends[-1])
    labels = np.repeat(np.tile([0, UNLABELLED], len(order)), np.stack([lengths, pauses], axis=1).ravel())
    labels[labels == 0] = np.repeat(order, lengths)

    knots = np.stack([ends - lengths, ends - 1], axis=1).ravel()
    whole, part = np.divmod(np.interp(np.arange(n), knots, np.arange(len(knots))), 1)
    part = (part * part * (3 - 2 * part))[:, None]  # a posture is left and reached without a jerk
    bouts = np.repeat(_vary(person.activities[order], _BOUT_SPREAD, rng), 2, axis=0)
    before, after = bouts[whole.astype(int)], bouts[np.minimum(whole.astype(int) + 1, len(bouts) - 1)]
    now = dict(zip(_Activity._fields, (before + part * (after - before)).T, strict=True))
    return _sense(person, now, rng).astype(np.float32), labels


def _sense(person: _Person, now: dict[str, _Floats], rng: np.random.Generator) -> _Floats:
    """What the phone reads while the activity, given per sample, goes on: shape (time, channel)."""
    n = len(now["cadence"])
    slow = _band_noise(rng, n, 0.05, 0.8, 4)
    cadence = person.cadence_hz * now["cadence"] * (1 + 0.02 * slow[:, 0])
    stride = np.pi * np.cumsum(cadence) / RATE_HZ + rng.uniform(0, 2 * np.pi)  # half the step's phase
    k = np.arange(1, len(_HARMONICS) + 1)
    # Sideways repeats with the stride and, being mirrored by the other leg, has odd harmonics only.
    angles = stride[:, None, None] * np.stack([2 * k, 2 * k - 1, 2 * k])
    waves = (person.harmonics * np.cos(angles + person.phases)).sum(axis=2)  # (time, axis)
    strike = np.exp(now["sharpness"] * (np.cos(2 * stride) - 1)) - i0e(now["sharpness"])  # a pulse without a mean
    strike *= now["impact"] * (1 + person.asymmetry * np.cos(stride))
    strength = (cadence / 1.9) ** 2 * (1 + 0.08 * slow[:, 1])
    gait = np.stack(
        [now["vertical"] * waves[:, 0] + strike, now["sideways"] * waves[:, 1], now["forward"] * waves[:, 2]], axis=1
    )
    gait[:, 2] += 0.5 * strike
    turning = np.stack(
        [
            now["turn"] * np.cos(stride + person.phases[1, 1]),
            now["nod"] * np.cos(2 * stride + person.phases[2, 2]),
            now["list"] * np.cos(stride + person.phases[1, 2])
            + 0.4 * now["list"] * np.cos(3 * stride + person.phases[1, 3]),
        ],
        axis=1,
    )

    sway = _band_noise(rng, n, 0.3, 1.0, 3) * now["sway"][:, None]
    tremor = _band_noise(rng, n, 8.0, 12.0, 3) * now["tremor"][:, None]
    breath = _band_noise(rng, n, 0.2, 0.33, 1) * now["breath"][:, None]
    body = strength[:, None] * gait + sway + tremor + breath * [0.3, 0.1, 1.0]
    pitch, roll = np.deg2rad(now["pitch"] + 0.7 * slow[:, 2]), np.deg2rad(now["roll"] + 0.5 * slow[:, 3])
    gravity = np.stack([np.cos(pitch) * np.cos(roll), np.sin(roll), np.sin(pitch) * np.cos(roll)], axis=1)
    rates = np.stack([np.zeros(n), np.gradient(pitch), np.gradient(roll)], axis=1) * RATE_HZ
    rates += strength[:, None] * turning + 2.0 * sway[:, [1, 2, 0]] + 1.5 * tremor

    mount = _rotation(person.mounting_deg + rng.normal(0.0, 1.2, 3))
    noise = person.noise * rng.standard_normal((n, 6))
    gravity = person.gain * (gravity @ mount.T) + person.offset[:3]
    body = person.gain * (body @ mount.T) + noise[:, :3]
    gyro = rates @ mount.T + person.offset[3:] + noise[:, 3:]
    return np.concatenate([body + gravity, body, gyro], axis=1)


def _evenly(rng: np.random.Generator, spread: _Floats, shape: tuple[int, ...]) -> _Floats:
    """Uniform about zero with this standard deviation: people differ, but nobody is a monster."""
    return spread * rng.uniform(-np.sqrt(3), np.sqrt(3), shape)


def _vary(table: _Floats, spread: _Floats, rng: np.random.Generator) -> _Floats:
    """The table's sizes times, and its angles plus, something random."""
    change = _evenly(rng, spread, table.shape)
    sizes = table[:, :_N_SIZES] * np.exp(change[:, :_N_SIZES])
    return np.concatenate([sizes, table[:, _N_SIZES:] + change[:, _N_SIZES:]], axis=1)


def _band_noise(rng: np.random.Generator, n: int, low_hz: float, high_hz: float, columns: int) -> _Floats:
    """Gaussian noise of unit variance that holds only these frequencies: shape (n, columns)."""
    n_fast = next_fast_len(max(n, round(10 * RATE_HZ)), real=True)  # short ones would hold no frequency of the band
    frequency = np.fft.rfftfreq(n_fast, 1 / RATE_HZ)
    inside = (frequency >= low_hz) & (frequency <= high_hz)
    spectrum = np.zeros((len(frequency), columns), np.complex128)
    spectrum[inside] = rng.standard_normal((int(inside.sum()), columns, 2)) @ np.array([1.0, 1.0j])
    noise: _Floats = irfft(spectrum, n_fast, axis=0)[:n] * n_fast / (2 * np.sqrt(inside.sum()))
    return noise


def _rotation(vector_deg: _Floats) -> _Floats:
    """The rotation about this vector by its length (Rodrigues)."""
    angle = float(np.linalg.norm(np.deg2rad(vector_deg)))
    x, y, z = vector_deg / max(float(np.linalg.norm(vector_deg)), 1e-12)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    rotation: _Floats = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    return rotation
