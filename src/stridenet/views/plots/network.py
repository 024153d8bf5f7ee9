"""A network drawn as boxes and arrows, branches side by side, with nothing to install."""

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from stridenet.views.plots import style

if TYPE_CHECKING:
    from stridenet.models.layer_table import LayerRow, LayerTable

_LINE_IN, _PAD_IN = 0.17, 0.09
_BESIDE_IN, _BELOW_IN, _BORDER_IN = 0.3, 0.32, 0.15
_COLOURS = (("Conv", style.BLUE), ("Pool", style.GREEN), ("Dense", style.AMBER), ("Concatenate", style.PINK))


def draw(table: "LayerTable", folder: Path, name: str | None = None) -> list[Path]:
    """Draws a network from top to bottom as ``<name>.png`` and ``<name>.svg``.

    Each box says the layer's name, its type and the samples under a filter, its output shape without the window axis,
    and its parameters; a concatenation says what it joins. Boxes are as wide as the longest line, so nothing is cut.

    Args:
        table: the network's layers.
        folder: where the files go; it is made.
        name: the files' name; by default the network's.

    Returns:
        The two files.

    Raises:
        OutputError: the folder cannot be written.
    """
    with style.drawing():
        return style.save(figure(table), folder, name or table.name)


def figure(table: "LayerTable") -> Figure:
    """The drawing itself; to be used within :func:`stridenet.views.plots.style.drawing`."""
    texts = [_lines(row, table) for row in table.rows]
    width = max(_width_in(line, bold=i == 0) for lines in texts for i, line in enumerate(lines)) + 2 * _PAD_IN
    heading = f"{table.name}: {table.parameters:,} parameters, {table.mflop:,.2f} MFLOP a window"
    chains, levels = _levels(table)
    across = _places(chains, levels, width)

    heights = [max(len(texts[n]) for n in level if n >= 0) * _LINE_IN + 2 * _PAD_IN for level in levels]
    top = [sum(heights[:i]) + i * _BELOW_IN for i in range(len(levels))]
    left, right = min(across.values()) - width / 2, max(across.values()) + width / 2
    wide = max(right - left, _width_in(heading, bold=True, size=10)) + 2 * _BORDER_IN
    high = top[-1] + heights[-1] + 2 * _BORDER_IN + 0.35
    shift = wide / 2 - (left + right) / 2
    fig = style.figure(wide, high)
    fig.set_layout_engine("none")  # every place is known
    axes = fig.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, wide), ylim=(high, 0))
    axes.set_axis_off()
    axes.text(wide / 2, _BORDER_IN + 0.1, heading, ha="center", va="center", weight="bold", size=10)

    at = {node: level for level, nodes in enumerate(levels) for node in nodes}
    y = [_BORDER_IN + 0.35 + t for t in top]
    landing = _landings(chains, across, width)
    for chain in chains:
        for upper, lower in pairwise(chain):
            begin = (across[upper] + shift, y[at[upper]] + _height(upper, texts, heights[at[upper]]))
            end = (landing.get((upper, lower), across[lower]) + shift, y[at[lower]])
            if lower >= 0:
                arrow = FancyArrowPatch(begin, end, arrowstyle="-|>", mutation_scale=9, shrinkA=0, shrinkB=0)
                arrow.set(color=style.GREY, linewidth=1)
                axes.add_patch(arrow)
            else:  # a branch that passes this level by
                axes.plot(*zip(begin, end, strict=True), color=style.GREY, linewidth=1)
                axes.plot([end[0]] * 2, [end[1], end[1] + heights[at[lower]]], color=style.GREY, linewidth=1)
    for n, (row, lines) in enumerate(zip(table.rows, texts, strict=True)):
        _box(axes, across[n] + shift, y[at[n]], width, row, lines)
    return fig


def _box(axes: Any, middle: float, top: float, width: float, row: "LayerRow", lines: list[str]) -> None:
    colour = next((colour for part, colour in _COLOURS if part in row.kind), style.GREY)
    height = len(lines) * _LINE_IN + 2 * _PAD_IN
    for face, alpha in ((colour, 0.12), ("none", 1.0)):
        axes.add_patch(
            FancyBboxPatch(
                (middle - width / 2 + 0.04, top + 0.04), width - 0.08, height - 0.08,
                boxstyle="round,pad=0.04", facecolor=face, edgecolor=colour if face == "none" else "none",
                linewidth=1, alpha=alpha,
            )
        )  # fmt: skip
    for i, line in enumerate(lines):
        y = top + _PAD_IN + (i + 0.5) * _LINE_IN
        axes.text(middle, y, line, ha="center", va="center_baseline", size=8, weight="bold" if i == 0 else "normal")


def _lines(row: "LayerRow", table: "LayerTable") -> list[str]:
    """What stands in a box."""
    shape = " × ".join(f"{n:,}" for n in row.output_shape)
    parts = [table.rows[i].output_shape for i in row.inputs]
    if row.kind == "Concatenate" and all(len(part) == 1 for part in parts):
        shape = f"{' + '.join(f'{n:,}' for (n,) in parts)} = {shape}"
    kind = f"{row.kind}, {row.size} samples" if row.size else row.kind
    return [row.name, kind, shape, f"{row.parameters:,} parameters"]


def _width_in(line: str, *, bold: bool = False, size: float = 8) -> float:
    """A line's width as it will be drawn."""
    scratch = style.figure(1, 1)
    text = scratch.text(0, 0, line, size=size, weight="bold" if bold else "normal")
    return float(text.get_window_extent().width) / scratch.dpi


def _height(node: int, texts: list[list[str]], level: float) -> float:
    return level if node < 0 else len(texts[node]) * _LINE_IN + 2 * _PAD_IN


def _levels(table: "LayerTable") -> tuple[list[list[int]], list[list[int]]]:
    """The arrows and the levels: a row stands below all that it reads.

    An arrow over several levels passes each through a place of its own, a negative number, so that it crosses no box.
    """
    level: list[int] = []
    for row in table.rows:
        level.append(max((level[i] for i in row.inputs), default=-1) + 1)
    levels: list[list[int]] = [[] for _ in range(max(level) + 1)]
    chains = []
    passing = 0
    for n, row in enumerate(table.rows):
        for source in row.inputs:
            chain = [source]
            for between in range(level[source] + 1, level[n]):
                passing -= 1
                levels[between].append(passing)
                chain.append(passing)
            chains.append([*chain, n])
        levels[level[n]].append(n)
    return chains, levels


def _places(chains: list[list[int]], levels: list[list[int]], width: float) -> dict[int, float]:
    """Where the middle of each node stands: under what it reads, and beside its neighbours."""
    above: dict[int, list[int]] = {}
    for chain in chains:
        for upper, lower in pairwise(chain):
            above.setdefault(lower, []).append(upper)
    across: dict[int, float] = {}
    for nodes in levels:
        wish = {n: sum(across[a] for a in above[n]) / len(above[n]) if n in above else 0.0 for n in nodes}
        nodes.sort(key=lambda n: wish[n])  # stable, so that branches keep the order in which they were built
        half = {n: (width + _BESIDE_IN) / 2 if n >= 0 else _BESIDE_IN / 2 for n in nodes}
        across |= _apart([wish[n] for n in nodes], [half[n] for n in nodes], nodes)
    return across


def _landings(chains: list[list[int]], across: dict[int, float], width: float) -> dict[tuple[int, int], float]:
    """Where arrows end on a box that several reach: side by side on the middle third of its upper edge."""
    arriving: dict[int, list[int]] = {}
    for *_, last, node in chains:
        arriving.setdefault(node, []).append(last)
    landings = {}
    for node, sources in arriving.items():
        sources.sort(key=lambda n: across[n])
        for i, source in enumerate(sources):
            landings[source, node] = across[node] + width / 3 * ((i + 0.5) / len(sources) - 0.5)
    return landings


def _apart(wish: list[float], half: list[float], nodes: list[int]) -> dict[int, float]:
    """The places nearest to those wished for in which neighbours do not touch.

    Neighbours that would touch become one block, which stands where its members on average wish it.
    """
    offsets = [0.0]
    for left, right in pairwise(half):
        offsets.append(offsets[-1] + left + right)
    blocks: list[tuple[float, int]] = []  # (mean of wish - offset, members)
    for w, offset in zip(wish, offsets, strict=True):
        mean, count = w - offset, 1
        while blocks and blocks[-1][0] > mean:
            other, members = blocks.pop()
            mean, count = (mean * count + other * members) / (count + members), count + members
        blocks.append((mean, count))
    means = [mean for mean, count in blocks for _ in range(count)]
    return {n: mean + offset for n, mean, offset in zip(nodes, means, offsets, strict=True)}
