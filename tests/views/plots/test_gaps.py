from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Text

from stridenet.views.plots.gaps import Way, gaps


def test_leaky_ways_are_marked(tmp_path: Path, drawn: list[Figure]) -> None:
    people = np.array([80.0, 90.0, 100.0])
    ways = [
        Way("people never seen", False, 90.0, 80.0, 95.0, people),
        Way("x" * 99, True, 99.9, 99.0, 100.0, people, "+9.9"),
    ]
    paths = gaps([*ways, Way("one person", True, 95.0, float("nan"), float("nan"), people[:1])], tmp_path)
    assert [path.name for path in paths] == ["gaps.png", "gaps.svg"]
    labels = [label.get_text() for label in drawn[0].axes[0].get_yticklabels()]
    assert [label.rpartition("\n")[2] for label in labels] == ["honest", "LEAKY", "LEAKY"]
    drawn[0].canvas.draw()
    for text in drawn[0].axes[0].texts + labels_of(drawn[0]):
        box = text.get_window_extent()
        assert drawn[0].bbox.x0 <= box.x0 <= box.x1 <= drawn[0].bbox.x1, text


def labels_of(fig: Figure) -> list[Text]:
    return list(fig.axes[0].get_yticklabels())
