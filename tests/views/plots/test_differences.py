from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from stridenet.views.plots.differences import Row, differences


@pytest.mark.parametrize("n", [1, 6, 45])
def test_every_pair_has_a_row_with_its_people(n: int, tmp_path: Path, drawn: list[Figure]) -> None:
    rng = np.random.default_rng(0)
    rows = [
        Row(f"a_{i} <b>$ against {'x' * 99 if i == 1 else i}", i, i - 2.0, i + 2.0, rng.normal(i, 2, 9), i > 2)
        for i in range(n)
    ]
    paths = differences(rows, tmp_path, "accuracy, points")
    assert [path.name for path in paths] == ["differences.png", "differences.svg"]
    (ax,) = drawn[0].axes
    assert len(ax.get_yticklabels()) == n
    assert sum(np.shape(dots.get_offsets())[0] for dots in ax.collections) == 9 * n
    seen: list[Text] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", lambda text, _: seen.append(text))
        drawn[0].canvas.draw()
    for text in seen:
        box = text.get_window_extent()
        assert drawn[0].bbox.x0 <= box.x0 <= box.x1 <= drawn[0].bbox.x1, text


def test_an_interval_without_end_is_no_line(tmp_path: Path, drawn: list[Figure]) -> None:
    row = Row("a against b", 1.0, float("-inf"), float("inf"), np.array([1.0]), shown=False)
    differences([row], tmp_path, "accuracy, points")
    assert len(drawn[0].axes[0].lines) == 2  # zero, and the difference
