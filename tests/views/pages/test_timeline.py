"""The sections on whole recordings and on answers that are not sure, as a page shows them."""

from pathlib import Path

import numpy as np
import pytest

from easy import easy_recordings
from stridenet.evaluation.continuous import settled
from stridenet.evaluation.protocol import Protocol
from stridenet.evaluation.result import Result, collect
from stridenet.evaluation.splits import folds
from stridenet.evaluation.whole import whole_of
from stridenet.signals.windows import cut
from stridenet.spec import RunSpec, Smoothing, SmoothingSpec, SplitSpec
from stridenet.views.pages._timeline import of_timeline, of_unsure
from stridenet.views.pages.run import write_report


def result(smoothing: Smoothing = "none", repeats: int = 2) -> Result:
    """Three folds whose answers are partly drawn at random."""
    given, rng = easy_recordings(), np.random.default_rng(0)
    windows = cut(given, length=16, step=8)
    made, whole = folds(windows, SplitSpec(kind="by-person:3", validation=0.3)), whole_of(windows, given)

    def answers(n: int) -> np.ndarray:
        return rng.dirichlet(np.ones(3), n).astype(np.float32)

    trainings = {
        (fold, seed): {
            "probability": answers(len(one.test)),
            "held_probability": answers(len(one.validation)),
            "whole_probability": answers(len(whole.tested(windows, one))),
            "scores": np.array(["loss"]),
            "history": np.array([[1.0]]),
            "seconds": np.array(1.0),
            "compile_seconds": np.array(0.0),
            "n_parameters": np.array(1),
        }
        for seed in range(repeats)
        for fold, one in enumerate(made)
    }
    spec = settled(SmoothingSpec(name=smoothing), windows.length_s)
    return collect(windows, made, trainings, whole=whole, smoothing=spec)


@pytest.mark.parametrize("smoothing", ["none", "median"])
def test_both_sections_are_there(smoothing: Smoothing, tmp_path: Path) -> None:
    made = result(smoothing)
    text = write_report(tmp_path, made, RunSpec(), {}).read_text()
    assert "When it is not sure" in text
    assert "never on anyone tested. Temperatures of 6 trainings have the median" in text
    assert "Every window of 6 recordings of 6 people was answered" in text
    assert ("smoothed by median, 1.6 s" in text) == (smoothing == "median")
    assert "Counts are means over repeats." in text
    assert "others answered %" in text
    assert (tmp_path / "timeline.svg").is_file()


def test_neither_is_there_without_what_it_needs(tmp_path: Path) -> None:
    made = result()
    bare = Result(
        **{name: getattr(made, name) for name in made.__dataclass_fields__} | {"held": None, "continuous": None}
    )
    text = write_report(tmp_path, bare, RunSpec(), {}).read_text()
    assert "When it is not sure" not in text
    assert "On the timeline" not in text


def test_rows_are_classes_and_then_all() -> None:
    made = result()
    assert made.events is not None
    told = of_timeline(made.events)
    rows = told["tables"][0].rows  # type: ignore[index]
    assert [row[0] for row in rows] == ["rest", "walk", "run", "all"]
    assert [row[1][0] for row in rows] == ["6.0", "6.0", "6.0", "18.0"]
    for k in range(7):
        assert sum(float(row[1][k]) for row in rows[:-1]) == pytest.approx(float(rows[-1][1][k]), abs=0.2)


def test_one_training_has_one_temperature_in_words() -> None:
    made = result(repeats=1)
    assert made.unsure is not None
    told = of_unsure(made.unsure)
    assert "Temperatures of 3 trainings" in str(told["about"])
    assert len(told["people"]) == 6  # type: ignore[arg-type]
    assert isinstance(made.protocol, Protocol)
