from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import StepPatch

from readable import assert_readable, texts
from stridenet.errors import DataError
from stridenet.evaluation.rejection import coverage, none_of_these
from stridenet.evaluation.smoothing import smooth
from stridenet.evaluation.timeline import Timeline
from stridenet.views.plots import timeline as pictures
from stridenet.views.plots.style import GREY

TWELVE = (
    "walking", "walking_upstairs", "walking_downstairs", "sitting", "standing", "laying", "stand_to_sit",
    "sit_to_stand", "sit_to_lie", "lie_to_sit", "stand_to_lie", "lie_to_stand",
)  # fmt: skip


def made_up(wrong: float, name: str, classes: tuple[str, ...] = TWELVE, *, seconds: int = 300) -> Timeline:
    """10 Hz; some seconds of each class in turn, then one of no label."""
    rng = np.random.default_rng(len(name))
    turns = np.resize(np.repeat([*range(len(classes)), -1], 8), seconds)
    said = np.where((rng.random(seconds) < wrong) | (turns < 0), rng.integers(0, len(classes), seconds), turns)
    scores = np.full((seconds, len(classes)), 0.4 / len(classes))
    scores[np.arange(seconds), said] += rng.uniform(0.2, 0.6, seconds)
    pieces = np.full(seconds, 10)
    return Timeline(name, name[-1], np.repeat(turns, 10), np.repeat(said, 10), scores, pieces, 10.0, classes)


def lines(classes: tuple[str, ...] = TWELVE, seconds: int = 300) -> list[Timeline]:
    return [made_up(wrong, f"walk_{i}", classes, seconds=seconds) for i, wrong in enumerate((0.1, 0.5, 0.3))]


def words(fig: Figure) -> list[str]:
    return [text.get_text() for text, _ in texts(fig)]


@pytest.mark.parametrize("classes", [("a", "b"), TWELVE, (*TWELVE, "brushing_the_teeth_of_somebody_else", "x" * 90)])
@pytest.mark.parametrize("n", [1, 3])
def test_it_is_readable(classes: tuple[str, ...], n: int, tmp_path: Path, drawn: list[Figure]) -> None:
    pictures.timeline(lines(classes)[:n], tmp_path)
    assert_readable(drawn[0])


def test_the_median_and_the_worst_are_shown_and_named(tmp_path: Path, drawn: list[Figure]) -> None:
    paths = pictures.timeline(lines(), tmp_path)
    assert [path.name for path in paths] == ["timeline.png", "timeline.svg"]
    said = words(drawn[0])
    assert [text for text in said if ", person" in text] == ["walk 2, person 2", "walk 1, person 1"]
    told = [text for text in said if "right" in text]
    assert [text.split("right, ")[1] for text in told] == ["median of 3 by accuracy", "worst of 3 by accuracy"]
    assert told[1].startswith(f"{100 * lines()[1].accuracy:.1f} % of labelled")
    assert {"no label", "walking upstairs"} <= set(said)
    assert "unknown" not in said


def test_truth_is_above_prediction_and_marks_are_where_it_is_wrong(tmp_path: Path, drawn: list[Figure]) -> None:
    line = replace(
        made_up(0, "r", ("a", "b"), seconds=4),
        truth=np.repeat([0, 0, 1, -1], 10),
        predicted=np.repeat([0, 1, -1, 1], 10),
    )
    pictures.timeline([line], tmp_path)
    found = {}
    for bars in drawn[0].axes[0].collections:
        for path in bars.get_paths():
            (left, bottom), (right, _) = path.vertices.min(axis=0), path.vertices.max(axis=0)  # type: ignore[union-attr]
            found[round(float(bottom), 2), round(float(left), 2)] = round(float(right), 2)
    assert found == {
        (-0.42, 0): 2, (-0.42, 2): 3, (-0.42, 3): 4,
        (-1.42, 0): 1, (-1.42, 1): 2, (-1.42, 2): 3, (-1.42, 3): 4,
        (-1.9, 1): 3,
    }  # fmt: skip
    assert {"unknown", "no label"} <= set(words(drawn[0]))


def test_other_predictions_have_rows_of_their_own(tmp_path: Path, drawn: list[Figure]) -> None:
    smoothed = [smooth("majority", line, seconds=4) for line in lines()]
    unsure = [none_of_these(line, 0.5) for line in lines()]
    pictures.timeline(lines(), tmp_path, also={"majority, 4 s": smoothed, "unsure left out": unsure})
    assert_readable(drawn[0])
    assert {"majority, 4 s", "unsure left out", "unknown"} <= set(words(drawn[0]))


@pytest.mark.parametrize(("seconds", "unit"), [(59, "s"), (700, "min"), (9000, "h")])
def test_time_has_a_unit_that_fits(seconds: int, unit: str, tmp_path: Path, drawn: list[Figure]) -> None:
    pictures.timeline([made_up(0.1, "r", ("a", "b"), seconds=seconds)], tmp_path)
    assert [text for text in words(drawn[0]) if text.startswith(f"time ({unit})")]


def test_what_is_too_narrow_to_be_seen_is_drawn_in_columns(tmp_path: Path, drawn: list[Figure]) -> None:
    turns = np.resize(np.repeat([0, 1], [7, 3]), 12000)  # 1200 s, so columns of 2 s
    line = Timeline("r", "1", turns, np.zeros(12000, int), np.zeros((1, 2)), np.array([12000]), 10.0, ("a", "b"))
    pictures.timeline([line], tmp_path)
    assert_readable(drawn[0])
    assert "time (min); each column: the commonest label of 2 s" in words(drawn[0])
    values, edges, _ = next(p for p in drawn[0].axes[0].patches if isinstance(p, StepPatch)).get_data()
    np.testing.assert_allclose(values, -1.9 + 0.3 * 0.3)
    assert (len(values), edges[-1]) == (600, 20)
    assert [len(bars.get_paths()) for bars in drawn[0].axes[0].collections] == [1, 1]  # all of it is a


def test_no_class_looks_like_another_nor_as_if_it_had_no_label() -> None:
    looks = {pictures.fill(c) for c in range(42)}
    assert len(looks) == 42
    assert to_rgb(GREY) not in {pictures.fill(c).colour for c in range(42)}
    assert pictures.fill(42) == pictures.fill(0)


def test_nothing_to_draw_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no recording"):
        pictures.timeline([], tmp_path)
    with pytest.raises(DataError, match="3 recordings, but 1 of 'smoothed'"):
        pictures.timeline(lines(), tmp_path, also={"smoothed": lines()[:1]})


def test_what_a_threshold_costs_is_drawn(tmp_path: Path, drawn: list[Figure]) -> None:
    pictures.coverage({"as_it_is": coverage(lines()), "smoothed": coverage([made_up(0.2, "r")])}, tmp_path)
    assert_readable(drawn[0])
    assert {"as it is", "smoothed", "0.5"} <= set(words(drawn[0]))
    curve = drawn[0].axes[0].lines[0]
    np.testing.assert_allclose(np.asarray(curve.get_xdata())[0], 100)
