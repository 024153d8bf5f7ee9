"""Where recordings end: at gaps and where the person changes, not at every late sample."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from stridenet.data.load import load_recordings, load_windows

_VALUES = np.random.default_rng(0).normal(size=(200, 2)).round(4)


def write(file: Path, times: Sequence[float], people: str | None = None) -> str:
    people = people or "a" * len(times)
    rows = [f"{t:g},{who},{x},{z}" for t, who, (x, z) in zip(times, people, _VALUES[: len(times)], strict=True)]
    file.write_text("\n".join(["time,user,x,z", *rows]) + "\n", encoding="utf-8")
    return str(file)


def test_gaps_and_people_end_a_recording(tmp_path: Path) -> None:
    times = [i / 10 for i in range(10)] + [5 + i / 10 for i in range(10)] + [i / 10 for i in range(20)]
    said: list[str] = []
    file = write(tmp_path / "r.csv", times, "a" * 20 + "b" * 20)
    recordings = load_recordings(file, note=said.append)
    assert [(r.name, r.group, r.n_samples) for r in recordings] == [
        ("r.csv", "a", 10),
        ("r.csv#2", "a", 10),
        ("r.csv#3", "b", 20),
    ]
    np.testing.assert_array_equal(np.concatenate([r.data for r in recordings]), _VALUES[:40].astype(np.float32))
    assert said == ["1 gaps, after each of which a new recording begins."]


def test_a_sample_that_is_missing_or_late_ends_none(tmp_path: Path) -> None:
    said: list[str] = []
    times = [i / 10 for i in range(60) if i != 30]
    (recording,) = load_recordings(write(tmp_path / "r.csv", times), note=said.append)
    assert recording.n_samples == 59
    assert said == ["1 samples are missing, at most one in a piece: the others were taken as they are."]
    said.clear()
    times = [i / 10 for i in range(120) if i not in (20, 21, 22, 23, 40, 41, 42, 60)]
    (recording,) = load_recordings(write(tmp_path / "r.csv", times), note=said.append)
    assert recording.n_samples == 120
    assert said[-1] == "8 samples are missing in steps shorter than a gap; straight lines go over them."
    times = [i / 10 for i in range(60)]
    times[30] = times[29]
    said.clear()
    assert len(load_recordings(write(tmp_path / "r.csv", times), note=said.append)) == 1
    assert any("repeated time stamps" in line for line in said)


def test_a_class_without_a_window_is_told_in_short(tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    labels = ["walk"] * 60 + ["sit"] * 60 + [f"{'odd' * 50}{i}" for i in range(9)]
    rows = [f"{i / 10},p1,{x},{z},{name}" for i, (name, (x, z)) in enumerate(zip(labels, _VALUES, strict=False))]
    file.write_text("\n".join(["time,user,x,z,label", *rows]) + "\n", encoding="utf-8")
    said: list[str] = []
    load_windows(str(file), length=20, note=said.append)
    assert len(said) == 1
    assert "no window has the label" in said[0]
    assert "and 6 more" in said[0]
    assert len(said[0]) < 450
