from pathlib import Path

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.text import Text

from stridenet.evaluation import calibration
from stridenet.evaluation.calibration import By
from stridenet.views.plots.reliability import reliability


def said(n: int = 600) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.full(4, 0.4), n)
    return rng.integers(0, 4, n), p


def marks(fig: Figure) -> list[PathCollection]:
    return [c for c in fig.axes[0].collections if isinstance(c, PathCollection)]


def assert_nothing_is_cut(fig: Figure) -> None:
    seen: list[Text] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", lambda text, _: seen.append(text))
        fig.canvas.draw()
    for text in (text for text in seen if text.get_text().strip()):
        box = text.get_window_extent()
        assert fig.bbox.x0 <= box.x0 <= box.x1 <= fig.bbox.x1, text
        assert fig.bbox.y0 <= box.y0 <= box.y1 <= fig.bbox.y1, text


@pytest.mark.parametrize("by", ["width", "mass"])
def test_marks_stand_where_confidence_and_accuracy_are(by: By, tmp_path: Path, drawn: list[Figure]) -> None:
    found = calibration.reliability(*said(), by=by)
    paths = reliability({"the_network": found}, tmp_path)
    assert [path.name for path in paths] == ["reliability.png", "reliability.svg"]
    at = np.concatenate([np.asarray(c.get_offsets()) for c in marks(drawn[0])[:2]])
    wanted = 100 * np.stack([found.confidence, found.accuracy], axis=1)
    np.testing.assert_allclose(at[np.argsort(at[:, 0])], wanted)
    heights = [patch.get_height() for patch in drawn[0].axes[1].patches]  # type: ignore[attr-defined]
    np.testing.assert_allclose(heights, 100 * found.count / 600)
    (legend,) = drawn[0].legends
    assert f"the network: ECE {100 * found.ece:.1f} points" in [t.get_text() for t in legend.get_texts()]
    assert_nothing_is_cut(drawn[0])


def test_two_curves_stand_together(tmp_path: Path, drawn: list[Figure]) -> None:
    y, p = said()
    two = {"x " * 60: calibration.reliability(y, p), "$b$": calibration.reliability(y, p**0.5)}
    reliability(two, tmp_path)
    assert len(drawn[0].legends[0].get_texts()) >= 3
    assert_nothing_is_cut(drawn[0])


@pytest.mark.parametrize("n", [1, 5])
def test_few_answers_are_hollow(n: int, tmp_path: Path, drawn: list[Figure]) -> None:
    reliability({"few": calibration.reliability(*said(n))}, tmp_path)
    full, hollow = marks(drawn[0])[:2]
    assert len(np.asarray(full.get_offsets())) == 0
    assert len(np.asarray(hollow.get_offsets())) > 0
    assert "of fewer than 10 answers" in [t.get_text() for t in drawn[0].legends[0].get_texts()]
    assert_nothing_is_cut(drawn[0])
