"""One look for every picture, and files that are the same each time they are drawn."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.style
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from stridenet.system.files import write

BLUE = "#0072B2"
RED = "#D55E00"
GREEN = "#009E73"
PINK = "#CC79A7"
AMBER = "#E69F00"
SKY = "#56B4E9"
GREY = "#595959"
LINES = (BLUE, RED, GREEN, PINK, AMBER, SKY, GREY)
"""Colours that people who are colour-blind can tell apart, in the order of use.

Source: Okabe and Ito, "Color Universal Design" (2008).
"""

_OTHER_SCRIPTS = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "WenQuanYi Zen Hei", "PingFang SC", "Hiragino Sans",
    "Apple SD Gothic Neo", "Microsoft YaHei", "Yu Gothic", "Malgun Gothic", "Noto Sans Devanagari", "Nirmala UI",
    "Noto Sans Thai", "Arial Unicode MS",
)  # fmt: skip
"""Fonts for names that ours cannot write; those that are installed are tried in this order."""

_LOOK: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": "#8c8c8c",
    "axes.grid": True,
    "axes.labelcolor": "#262626",
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "figure.constrained_layout.h_pad": 0.07,
    "figure.constrained_layout.w_pad": 0.07,
    "figure.dpi": 150,
    "figure.titlesize": 11,
    "figure.titleweight": "bold",
    "font.size": 9,
    "grid.color": "#e3e3e3",
    "grid.linewidth": 0.7,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "savefig.dpi": 150,
    "svg.hashsalt": "stridenet",
    "text.parse_math": False,  # a dollar in a class's name is a dollar
    "xtick.color": "#404040",
    "xtick.labelsize": 8,
    "ytick.color": "#404040",
    "ytick.labelsize": 8,
}


@contextmanager
def drawing() -> Iterator[None]:
    """Our look for as long as it lasts, whatever the user's own settings are; they are put back afterwards."""
    installed = set(font_manager.fontManager.get_font_names())
    fonts = {"font.family": ["DejaVu Sans", *(name for name in _OTHER_SCRIPTS if name in installed)]}
    with matplotlib.style.context(["default", _LOOK, fonts]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph", UserWarning)  # no font here has it; the page's tables name it
        yield


def figure(width_in: float, height_in: float) -> Figure:
    """An empty figure of this size in inches that makes room for its labels."""
    fig = Figure(figsize=(width_in, height_in), layout="constrained")
    FigureCanvasAgg(fig)
    return fig


def lay_out(fig: Figure) -> None:
    """Makes room for the labels, once for both files."""
    engine = fig.get_layout_engine()
    if engine is not None:
        engine.execute(fig)
        engine.execute(fig)  # the first pass moves labels that the second then makes room for
        fig.set_layout_engine(None)


def save(fig: Figure, folder: Path, name: str) -> list[Path]:
    """Writes ``name.png`` and ``name.svg``; neither holds a date or a version, and neither is ever half there.

    Raises:
        OutputError: the folder cannot be written.
    """
    lay_out(fig)
    paths = []
    for kind, metadata in (("png", {"Software": None}), ("svg", {"Date": None, "Creator": None})):
        buffer = io.BytesIO()
        fig.savefig(buffer, format=kind, metadata=metadata)
        paths.append(write(folder / f"{name}.{kind}", buffer.getvalue()))
    return paths
