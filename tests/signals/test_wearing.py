import numpy as np
import pytest

from stridenet.signals.channels import Channels
from stridenet.signals.windows import Windows


def windows(directions: list[tuple[float, float, float]], each: int = 20, unit: str = "g") -> Windows:
    """Windows of people on each of whom gravity points in a direction."""
    drawn = np.random.default_rng(0)
    x = np.concatenate([drawn.normal(one, 0.3, size=(each, 50, 3)) for one in directions])
    people = np.repeat(np.arange(len(directions)), each)
    names = ["acc_x", "acc_y", "acc_z"]
    return Windows.from_arrays(x.astype(np.float32), people % 2, people, rate_hz=50.0, channels=names, units=[unit] * 3)


BELT = [(0.0, 1.0, 0.1), (0.1, 0.95, 0.0), (-0.2, 0.9, 0.3), (0.0, 1.0, -0.2)]
POCKET = [(0.0, 1.0, 0.1), (0.1, -0.95, 0.0), (0.9, 0.2, 0.3), (0.0, 0.1, -1.0)]


@pytest.mark.parametrize(
    ("directions", "turned"),
    [
        (BELT, False),
        (POCKET, True),
        ([BELT[0], tuple(-v for v in BELT[0])] * 3, True),
        ([*BELT, *BELT, tuple(-v for v in BELT[0])], False),
        (POCKET[:2], False),  # two people say nothing
        ([(0.0, 0.0, 0.0)] * 4, False),  # nor do numbers without gravity, whose direction is any
    ],
    ids=["belt", "pocket", "both ways", "one on the other side", "two people", "no gravity"],
)
def test_whether_people_wear_it_in_any_direction(directions: list[tuple[float, float, float]], turned: bool) -> None:
    channels = Channels.of(windows(directions))
    assert channels.turned is turned
    assert any("different directions" in one for one in channels.told(channels.units)) is turned


def test_it_needs_an_accelerometer() -> None:
    assert not Channels.of(windows(POCKET, unit="rad/s")).turned
