import dataclasses
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from readable import assert_readable
from stridenet.evaluation.protocol import Protocol
from stridenet.evaluation.result import Result
from stridenet.views.plots import results as figures

SIX = ("walking", "walking_upstairs", "walking_downstairs", "sitting", "standing", "laying")
TWELVE = (*SIX, "stand_to_sit", "sit_to_stand", "sit_to_lie", "lie_to_sit", "stand_to_lie", "lie_to_stand")


def made_up(classes: tuple[str, ...] = SIX, *, repeats: int = 3, n_people: int = 4, epochs: int = 4) -> Result:
    rng = np.random.default_rng(0)
    n = 40 * len(classes)
    y = np.arange(n) % len(classes)
    logits = rng.normal(0, 1, (repeats, n, len(classes)))
    logits[:, np.arange(n), y] += 3
    probability = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    curve = list(1 - 0.5 / np.arange(1, epochs + 1))
    return Result(
        probability=probability.astype(np.float32),
        y=y.astype(np.int64),
        group=np.array([f"p{i:02}" for i in range(n_people)])[np.arange(n) // 7 % n_people],
        recording=np.full(n, "r"),
        start_s=np.arange(n, dtype=np.float64) * 1.28,
        classes=classes,
        seeds=tuple(range(repeats)),
        history=tuple({"loss": curve[::-1], "accuracy": curve, "val_accuracy": curve} for _ in range(repeats)),
        seconds=(1.5,) * repeats,
        protocol=Protocol("official"),
        n_parameters=411650,
    )


@pytest.mark.parametrize("classes", [SIX, TWELVE, ("a", "b"), (*SIX, "brushing_the_teeth_of_somebody", "x" * 40)])
def test_confusion_is_readable(classes: tuple[str, ...], tmp_path: Path, drawn: list[Figure]) -> None:
    paths = figures.confusion(made_up(classes), tmp_path)
    assert [p.name for p in paths] == ["confusion.png", "confusion.svg"]
    assert_readable(drawn[0])


def test_confusion_tells_counts_shares_and_spread(tmp_path: Path, drawn: list[Figure]) -> None:
    y = np.array([0, 0, 0, 0, 1, 1])
    predicted = np.array([[0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 1, 1]])
    result = dataclasses.replace(
        made_up(("a", "b"), repeats=2), y=y, probability=np.eye(2, dtype=np.float32)[predicted], group=np.full(6, "p")
    )
    figures.confusion(result, tmp_path)
    figures.confusion_first(result, tmp_path)
    pooled, first = ([t.get_text() for t in fig.axes[0].texts] for fig in drawn)
    assert first == ["3", "1", "2"]
    assert pooled == ["87.5", "± 12.5\n7", "12.5", "± 12.5\n1", "100.0", "± 0.0\n4"]


def test_a_single_repeat_is_drawn_once(tmp_path: Path, drawn: list[Figure]) -> None:
    assert figures.confusion(made_up(repeats=1), tmp_path)
    assert figures.confusion_first(made_up(repeats=1), tmp_path) == []
    assert len(drawn) == 1
    assert not any("±" in t.get_text() for t in drawn[0].axes[0].texts)


def test_windows_without_an_answer_have_a_column(tmp_path: Path, drawn: list[Figure]) -> None:
    result = made_up(("a", "b"), repeats=1)
    lost = np.where((result.y == 0)[:, None], np.nan, result.probability)
    figures.confusion(dataclasses.replace(result, probability=lost.astype(np.float32)), tmp_path)
    ax = drawn[0].axes[0]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["a", "b", "no answer"]
    assert "100.0" in [t.get_text() for t in ax.texts]
    assert_readable(drawn[0])


ODD = ("\u8d70\u8def", 'a "quote"', "<b>markup</b> &", "on\ntwo lines", "x" * 300, "$x^2$ %s {}", "", "\x01")


@pytest.mark.filterwarnings("ignore:Glyph")  # this machine has no font for them
def test_names_of_all_kinds_are_drawn(tmp_path: Path, drawn: list[Figure]) -> None:
    result = made_up(ODD, repeats=1)
    result = dataclasses.replace(result, group=np.array(ODD)[np.arange(len(result.y)) % len(ODD)])
    figures.confusion(result, tmp_path)
    figures.people(result, tmp_path)
    for fig in drawn:
        assert_readable(fig)
    assert "on two lines" in [t.get_text() for t in drawn[0].axes[0].get_yticklabels()]


def test_odd_names_give_pictures_that_are_well_formed(tmp_path: Path) -> None:
    drawn = figures.confusion(made_up(ODD), tmp_path) + figures.accuracies({name: [1.0] for name in ODD}, tmp_path)
    for path in drawn:
        if path.suffix == ".svg":
            ElementTree.parse(path)


def test_a_training_that_diverged_has_curves_that_say_so(tmp_path: Path, drawn: list[Figure]) -> None:
    history = ({"loss": [np.nan, np.inf], "accuracy": [0.1, 0.1]},)
    figures.learning_curves(dataclasses.replace(made_up(repeats=1), history=history), tmp_path)
    loss, accuracy = drawn[0].axes
    assert "NaN or infinite" in loss.texts[0].get_text()
    assert not accuracy.texts
    assert_readable(drawn[0])


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [([0.0, 0.0], 0, 5), ([1.0, 1.0], 95, 100), ([0.5, 0.5], 47.5, 52.5), ([0.0, 1.0], 0, 100), ([0.99, 1.0], 95, 100)],
)
def test_an_axis_of_percent_ends_at_0_and_100_and_is_never_tiny(
    values: list[float], low: float, high: float, tmp_path: Path, drawn: list[Figure]
) -> None:
    figures.accuracies({"8": values, "16": values}, tmp_path)
    assert drawn[0].axes[0].get_ylim() == pytest.approx((low, high))
    assert_readable(drawn[0])


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_the_axis_of_people_who_are_all_equal_is_readable(share: float, tmp_path: Path, drawn: list[Figure]) -> None:
    result = made_up(("a", "b"))
    said = result.y if share else 1 - result.y
    figures.people(dataclasses.replace(result, probability=np.eye(2, dtype=np.float32)[[said] * 3]), tmp_path)
    low, high = drawn[0].axes[0].get_xlim()
    assert low >= 0
    assert high <= 100
    assert high - low >= 5


@pytest.mark.parametrize(("n", "boxes"), [(1, 0), (2, 0), (3, 0), (4, 1)])
def test_few_repeats_have_dots_and_no_quartiles(n: int, boxes: int, tmp_path: Path, drawn: list[Figure]) -> None:
    figures.accuracies({"8": [0.5 + i / 10 for i in range(n)]}, tmp_path)
    assert len(drawn[0].axes[0].patches) == boxes


def test_confusion_of_very_many_classes_has_colours_only(tmp_path: Path, drawn: list[Figure]) -> None:
    figures.confusion(made_up(tuple(f"gesture {i}" for i in range(35)), repeats=1), tmp_path)
    assert not drawn[0].axes[0].texts


@pytest.mark.parametrize("epochs", [1, 4])
def test_learning_curves_show_every_repeat_and_the_mean(epochs: int, tmp_path: Path, drawn: list[Figure]) -> None:
    figures.learning_curves(made_up(epochs=epochs), tmp_path)
    loss, accuracy = drawn[0].axes
    assert len(loss.lines) == 3 + 1
    assert len(accuracy.lines) == 2 * (3 + 1) + 1  # training, validation, and the line of the test
    assert_readable(drawn[0])


def test_the_mean_curve_ends_with_the_shortest_repeat(tmp_path: Path, drawn: list[Figure]) -> None:
    histories: tuple[dict[str, list[float]], ...] = ({"loss": [3.0, 2.0, 1.0]}, {"loss": [1.0, 1.0]})
    figures.learning_curves(dataclasses.replace(made_up(repeats=2), history=histories), tmp_path)
    mean = drawn[0].axes[0].lines[-1]
    assert np.asarray(mean.get_xdata()).tolist() == [1, 2]
    assert np.asarray(mean.get_ydata()).tolist() == [2.0, 1.5]


def test_no_history_is_no_picture(tmp_path: Path) -> None:
    assert figures.learning_curves(dataclasses.replace(made_up(), history=({}, {}, {})), tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_accuracies_show_every_value_in_percent(tmp_path: Path, drawn: list[Figure]) -> None:
    samples = {"8": [0.89, 0.9, 0.91], "16": [0.5], "standardized and then normalized": [0.9, 0.7]}
    paths = figures.accuracies(samples, tmp_path, "filters", "Number of filters", xlabel="filters")
    assert [p.name for p in paths] == ["filters.png", "filters.svg"]
    ax = drawn[0].axes[0]
    dots = np.concatenate([np.asarray(c.get_offsets())[:, 1] for c in ax.collections if isinstance(c, PathCollection)])
    np.testing.assert_allclose(dots, [89, 90, 91, 50, 90, 70])
    assert [t.get_text() for t in ax.get_xticklabels()][:2] == ["8", "16"]
    assert_readable(drawn[0])


def test_a_documents_figures_stand_beside_ours(tmp_path: Path, drawn: list[Figure]) -> None:
    samples = {"8": [0.89, 0.9], "16": [0.5, 0.6], "32": [0.7, 0.8]}
    figures.accuracies(samples, tmp_path, printed={"32": (88.0, 2.0), "8": (91.0, 0.5)})
    (bars,) = drawn[0].axes[0].containers[-1:]
    squares = bars[0]
    np.testing.assert_allclose(squares.get_xydata(), [[1.34, 91.0], [3.34, 88.0]])
    assert_readable(drawn[0])


@pytest.mark.parametrize("n_people", [1, 9, 60, 150])
def test_people_are_sorted_and_readable(n_people: int, tmp_path: Path, drawn: list[Figure]) -> None:
    result = made_up(TWELVE if n_people < 60 else tuple("abcdefghijklmnopqrstuvwxyz123456"), n_people=n_people)
    figures.people(result, tmp_path)
    _, means = drawn[0].axes[0].collections
    values = np.asarray(means.get_offsets())[:, 0]
    assert len(values) == n_people
    assert (np.diff(values) >= 0).all()
    assert_readable(drawn[0])


def test_a_long_name_is_cut_and_not_lost(tmp_path: Path, drawn: list[Figure]) -> None:
    result = made_up()
    figures.people(dataclasses.replace(result, group=np.full(len(result.y), "participant" * 9)), tmp_path)
    assert drawn[0].axes[0].get_yticklabels()[0].get_text().startswith("participant")
    assert_readable(drawn[0])


def test_svg_is_well_formed_and_drawing_never_loads_pyplot(tmp_path: Path) -> None:
    ElementTree.parse(figures.people(made_up(), tmp_path)[1])
    code = (
        "import sys, pathlib; from stridenet.views.plots import results as figures;"
        f"figures.accuracies({{'a': [0.5, 0.6]}}, pathlib.Path({str(tmp_path)!r}));"
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
