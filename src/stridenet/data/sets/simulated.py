"""The built-in data: made from formulas, so that everything can be tried without a download."""

from pathlib import Path

from stridenet.data.sets.dataset import Dataset
from stridenet.signals.recording import Recording
from stridenet.signals.simulation import RATE_HZ, TEST_GROUPS, simulate
from stridenet.system.notes import Note

SEED = 0


def read_recordings(_: Path, _note: Note) -> list[Recording]:
    """The recordings that seed 0 gives; there is no file to read."""
    return simulate(seed=SEED)


DATASET = Dataset(
    name="simulated",
    title="Simulated recordings of a phone at the waist",
    about=(
        "Made from formulas and a seed, no measurement of any person: 24 made-up people, six activities; accelerometer "
        "and gyroscope. Its figures say nothing about people."
    ),
    terms="Part of stridenet, under its licence (Apache-2.0).",
    rate_hz=RATE_HZ,
    n_people=24,
    length=128,
    step=64,
    test_groups=TEST_GROUPS,
    simulated=True,
    read_recordings=read_recordings,
)
