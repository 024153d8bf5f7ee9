from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from stridenet.evaluation.ranks import ranks as ranked
from stridenet.views.plots.ranks import ranks


def scores(k: int, people: int = 20) -> np.ndarray:
    return np.asarray(np.linspace(0.9, 0.4, k) + np.random.default_rng(0).normal(0, 0.05, (people, k)))


def told(fig: Figure) -> list[str]:
    return [text.get_text() for text in fig.findobj(Text)]


def assert_nothing_is_cut(fig: Figure) -> None:
    seen: list[Text] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", lambda text, _: seen.append(text))
        fig.canvas.draw()
    boxes = [(text, text.get_window_extent()) for text in seen if text.get_text().strip() and text.get_visible()]
    for text, box in boxes:
        assert fig.bbox.x0 <= box.x0 <= box.x1 <= fig.bbox.x1, text
        assert fig.bbox.y0 <= box.y0 <= box.y1 <= fig.bbox.y1, text
    for i, (text, box) in enumerate(boxes):
        assert not any(box.overlaps(other) for _, other in boxes[:i]), text


@pytest.mark.parametrize("k", [2, 3, 8, 15])
def test_every_result_is_named_with_its_rank(k: int, tmp_path: Path, drawn: list[Figure]) -> None:
    names = [f"method_{i} <b>$" for i in range(k - 1)] + ["a name\nlonger than what has room " * 3]
    found = ranked(scores(k), names)
    paths = ranks(found, tmp_path)
    assert [path.name for path in paths] == ["ranks.png", "ranks.svg"]
    texts = told(drawn[0])
    for name, mean in zip(found.names[: k - 1], found.mean, strict=False):
        assert any(name[:20] in text and f"{mean:.2f}" in text for text in texts)
    assert_nothing_is_cut(drawn[0])


def test_bars_join_groups_and_do_not_touch(tmp_path: Path, drawn: list[Figure]) -> None:
    found = ranked(scores(15), [str(i) for i in range(15)])
    assert len(found.groups) > 3
    ranks(found, tmp_path)
    bars = [line for line in drawn[0].axes[0].lines if line.get_linewidth() == 4]
    assert len(bars) == len(found.groups)
    rows: dict[float, list[tuple[float, float]]] = {}
    for bar in bars:
        (low, high), (row, _) = np.asarray(bar.get_xdata()), np.asarray(bar.get_ydata())
        assert all(high < a or b < low for a, b in rows.get(float(row), []))
        rows.setdefault(float(row), []).append((float(low), float(high)))
    at = dict(zip(found.names, found.mean, strict=True))
    for bar, group in zip(bars, found.groups, strict=True):
        low, high = np.asarray(bar.get_xdata())
        assert all(low < at[name] < high for name in group)


def test_the_test_behind_the_bars_is_said(tmp_path: Path, drawn: list[Figure]) -> None:
    apart = scores(3) + np.array([2.0, 1.0, 0.0])
    ranks(ranked(apart, "abc"), tmp_path)
    ranks(ranked(scores(3), "abc", groups_by="nemenyi"), tmp_path)
    assert any(text.startswith("All differ (Wilcoxon") for text in told(drawn[0]))
    assert any("Nemenyi: critical difference 0.74" in text for text in told(drawn[1]))
    assert "Mean rank over 20 people; 1 is best" in told(drawn[0])
