"""What holds for every data set in the table: those at hand, and with the real data all that it has."""

import os
import re
from pathlib import Path

import numpy as np
import pytest

from stridenet.data import load as datasets
from stridenet.data.sets import table
from stridenet.signals.recording import UNLABELLED
from stridenet.signals.windows import Windows

HAND_MADE = "wisdm"  # its archive could not be had where the real data was gathered
REAL = tuple(name for name in table.names() if not table.info(name).simulated and name != HAND_MADE)
EVERY = [pytest.param(name, marks=pytest.mark.real if name in REAL else ()) for name in table.names()]


@pytest.fixture
def data_dir(name: str, tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    if name == HAND_MADE:
        return _wisdm(tmp_path_factory.getbasetemp())
    given = os.environ.get("STRIDENET_DATA")
    return Path(given) if given else None


def _wisdm(folder: Path) -> Path:
    """A file of WISDM v1.1's form: ten users, two activities of 10 s each at 20 Hz."""
    rng = np.random.default_rng(1)
    lines = []
    for user in range(27, 37):
        for activity in ("Walking", "Sitting"):
            for i, (x, y, z) in enumerate(rng.normal(0, 9, (200, 3))):
                lines.append(f"{user},{activity},{(i + 1) * 50_000_000},{x:.6f},{y:.6f},{z:.6f};")
    (folder / "WISDM_ar_v1.1_raw.txt").write_text("\n".join(lines) + "\n")
    return folder


def load(name: str, data_dir: Path | None) -> Windows:
    return datasets.load_windows(name, data_dir=data_dir, download=False)


@pytest.mark.parametrize("name", table.names())
def test_facts(name: str) -> None:
    dataset = table.info(name)
    assert dataset.name == name
    assert re.fullmatch(r"[a-z0-9-]+", name)
    assert dataset.title
    assert dataset.about.endswith(".")
    assert dataset.terms.endswith(".")
    assert dataset.rate_hz > 0
    assert 0 < dataset.step <= dataset.length
    assert (dataset.read_windows is None) != (dataset.read_recordings is None)
    assert dataset.has_recordings == (dataset.read_recordings is not None)
    assert len(set(dataset.test_groups)) == len(dataset.test_groups)
    assert dataset.simulated == (not dataset.files)
    if dataset.url:
        assert dataset.url.startswith("http")
        assert dataset.sha256 is None or re.fullmatch(r"[0-9a-f]{64}", dataset.sha256)


@pytest.mark.parametrize("name", EVERY)
def test_windows(name: str, data_dir: Path | None) -> None:
    dataset, windows = table.info(name), load(name, data_dir)
    n = len(windows)
    assert n > 0
    assert windows.x.shape == (n, dataset.length, len(windows.channels))
    assert windows.x.dtype == np.float32
    assert np.isfinite(windows.x).all()
    assert len(windows.units) == len(windows.channels) == len(set(windows.channels))
    assert set(np.unique(windows.y)) <= set(range(len(windows.classes)))
    assert len(set(windows.classes)) == len(windows.classes) > 1
    assert all(name == name.lower() for name in windows.classes)
    assert windows.rate_hz == dataset.rate_hz
    assert len(windows.people) > 1
    assert set(windows.test_groups) <= set(windows.people)
    assert set(windows.test_groups) < set(windows.people)
    assert windows.test_groups == dataset.test_groups
    assert windows.recording.min() >= 0
    assert windows.recording.max() < len(windows.recordings)
    assert len(set(windows.recordings)) == len(windows.recordings)
    assert windows.start.min() >= 0
    assert windows.source.startswith(name)
    assert re.fullmatch(r"[0-9a-f]{64}", windows.digest)


@pytest.mark.parametrize("name", EVERY)
def test_a_recording_is_one_persons(name: str, data_dir: Path | None) -> None:
    windows = load(name, data_dir)
    pairs = np.unique(np.stack([windows.recording.astype(str), windows.group]), axis=1)
    assert len(np.unique(pairs[0])) == pairs.shape[1]


@pytest.mark.parametrize("name", EVERY)
def test_windows_overlap_as_start_says(name: str, data_dir: Path | None) -> None:
    windows = load(name, data_dir)
    stride = np.diff(windows.start)
    following = np.flatnonzero((np.diff(windows.recording) == 0) & (stride > 0) & (stride < windows.length))
    for i in following[:: max(1, len(following) // 200)]:
        shift = stride[i]
        np.testing.assert_array_equal(windows.x[i, shift:], windows.x[i + 1, :-shift])


@pytest.mark.parametrize("name", EVERY)
def test_the_same_every_time(name: str, data_dir: Path | None) -> None:
    first, second = load(name, data_dir), load(name, data_dir)
    assert first.digest == second.digest
    for what in ("x", "y", "group", "recording", "start"):
        np.testing.assert_array_equal(getattr(first, what), getattr(second, what))


@pytest.mark.parametrize("name", EVERY)
def test_recordings(name: str, data_dir: Path | None) -> None:
    dataset = table.info(name)
    if not dataset.has_recordings:
        return
    windows = load(name, data_dir)
    recordings = datasets.load_recordings(name, data_dir=data_dir, download=False)
    assert tuple(r.name for r in recordings) == windows.recordings
    assert {r.group for r in recordings} >= set(windows.people)
    for recording in recordings:
        assert recording.data.shape == (recording.n_samples, len(windows.channels))
        assert recording.labels.min() >= UNLABELLED
        assert recording.classes == windows.classes
    i = len(windows) // 2
    recording = recordings[windows.recording[i]]
    piece = recording.data[windows.start[i] : windows.start[i] + windows.length]
    np.testing.assert_array_equal(piece.astype(np.float32), windows.x[i])
    assert recording.group == windows.group[i]
