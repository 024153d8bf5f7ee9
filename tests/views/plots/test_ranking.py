from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from stridenet.views.plots.ranking import grid_map, ranking


def assert_nothing_is_cut(fig: Figure) -> None:
    seen: list[Text] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", lambda text, _: seen.append(text))
        fig.canvas.draw()
    boxes = [(text, text.get_window_extent()) for text in seen if text.get_text().strip()]
    assert boxes
    for text, box in boxes:
        assert fig.bbox.x0 <= box.x0 <= box.x1 <= fig.bbox.x1, text
        assert fig.bbox.y0 <= box.y0 <= box.y1 <= fig.bbox.y1, text


@pytest.mark.parametrize("n", [1, 2, 24, 70])
def test_settings_stand_best_first_and_are_readable(n: int, tmp_path: Path, drawn: list[Figure]) -> None:
    samples = {f"filters {i}, kernel_size {i % 3}, prepare standardize": [i / 100, (i + 5) / 100] for i in range(n)}
    ranking(samples, tmp_path)
    ax = drawn[0].axes[0]
    means = np.asarray(ax.collections[-1].get_offsets())
    assert (np.diff(means[:, 0]) >= 0).all()
    assert len(means) == n
    assert ax.get_yticklabels()[-1].get_text().startswith(f"filters {n - 1},")
    assert_nothing_is_cut(drawn[0])


def test_very_many_settings_are_all_there(tmp_path: Path, drawn: list[Figure]) -> None:
    ranking({f"filters {i}": [i / 500] for i in range(450)}, tmp_path)
    assert len(np.asarray(drawn[0].axes[0].collections[-1].get_offsets())) == 450
    assert_nothing_is_cut(drawn[0])


def test_equal_and_odd_settings(tmp_path: Path, drawn: list[Figure]) -> None:
    ranking({"a <b>\n": [1.0, 1.0], "x" * 200: [1.0, 1.0], "$y$": [1.0, 1.0]}, tmp_path)
    assert drawn[0].axes[0].get_xlim() == (95, 100)
    assert_nothing_is_cut(drawn[0])


@pytest.mark.parametrize(
    ("rows", "columns"),
    [(["8"], ["3"]), (["8", "16"], ["3", "5", "7"]), ([str(i) for i in range(12)], ["a long value of it", "b" * 90])],
)
def test_a_grid_of_two_settings_is_a_map(
    rows: list[str], columns: list[str], tmp_path: Path, drawn: list[Figure]
) -> None:
    mean = np.linspace(0.5, 0.9, len(rows) * len(columns)).reshape(len(rows), len(columns))
    paths = grid_map(mean, ("filters", rows), ("kernel_size", columns), tmp_path)
    assert [p.name for p in paths] == ["grid.png", "grid.svg"]
    assert [t.get_text() for t in drawn[0].axes[0].texts] == [f"{100 * m:.1f}" for m in mean.ravel()]
    assert_nothing_is_cut(drawn[0])
