"""Whether a picture can be read: what several tests of pictures ask."""

import numpy as np
import pytest
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox


def texts(fig: Figure) -> list[tuple[Text, Bbox]]:
    """All texts that are drawn, and where they are."""
    seen: list[Text] = []
    draw = Text.draw

    def keep(text: Text, renderer: RendererBase) -> None:
        seen.append(text)
        draw(text, renderer)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", keep)
        fig.canvas.draw()
    return [(t, t.get_window_extent()) for t in seen if t.get_text().strip()]


def assert_readable(fig: Figure) -> None:
    """No text is cut off, and none lies on another."""
    boxes = texts(fig)
    for text, box in boxes:
        assert fig.bbox.x0 <= box.x0, text
        assert fig.bbox.y0 <= box.y0, text
        assert box.x1 <= fig.bbox.x1, text
        assert box.y1 <= fig.bbox.y1, text
    straight = [(text, box) for text, box in boxes if text.get_rotation() % 90 == 0]
    corners = np.array([box.extents for _, box in straight])
    shared = np.minimum(corners[:, None, 2:], corners[None, :, 2:]) - np.maximum(
        corners[:, None, :2], corners[None, :, :2]
    )
    touching = np.argwhere(np.triu(shared.min(axis=2) >= 2, k=1))  # pixels
    assert [(straight[i][0], straight[j][0]) for i, j in touching] == []
