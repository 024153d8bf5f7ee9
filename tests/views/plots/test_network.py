"""The drawing of a network: all is said, nothing is cut, nothing overlaps."""

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path as Line
from matplotlib.transforms import Bbox, BboxBase

from stridenet.errors import OutputError
from stridenet.models.layer_table import LayerRow, LayerTable
from stridenet.views.plots import network, style


def table(*rows: tuple[str, str, tuple[int, ...], tuple[int, ...]], name: str = "net") -> LayerTable:
    """From name, type, output shape and inputs."""
    return LayerTable(
        name, 128, tuple(LayerRow(n, kind, shape, 12_345, 3, 0, inputs) for n, kind, shape, inputs in rows)
    )


CHAIN = table(("windows", "InputLayer", (128, 9), ()), ("conv", "Conv1D", (126, 64), (0,)))
HEADS = table(
    ("windows", "InputLayer", (128, 9), ()),
    *((f"{kind}_{h}", kind, (4 + h,) if kind == "Flatten" else (9, h), (0 if i == 0 else 3 * h + i,))
      for h in range(3) for i, kind in enumerate(("Conv1D", "MaxPooling1D", "Flatten"))),
    ("together", "Concatenate", (15,), (3, 6, 9)),
    ("classes", "Dense", (6,), (10,)),
)  # fmt: skip
SKIPS = table(
    ("windows", "InputLayer", (128, 9), ()),
    ("a", "Conv1D", (128, 9), (0,)),
    (
        "a_rather_long_name_that_somebody_gave_to_a_layer_and_that_must_not_be_cut_off_anywhere",
        "Conv1D",
        (128, 9),
        (1,),
    ),
    ("add", "Add", (128, 9), (2, 0, 1)),
    ("lone", "InputLayer", (7,), ()),
    ("joined", "Concatenate", (128, 16), (3, 4)),
)
every = pytest.mark.parametrize("drawn", [CHAIN, HEADS, SKIPS], ids=["chain", "heads", "skips"])


def draw(drawn: LayerTable) -> Figure:
    with style.drawing():
        return network.figure(drawn)


def boxes(figure: Figure) -> list[Bbox]:
    """One per layer, in pixels."""
    patches = [p for p in figure.axes[0].patches if isinstance(p, FancyBboxPatch) and p.get_alpha() == 1]
    return [p.get_window_extent() for p in patches]


def texts(figure: Figure) -> dict[str, Bbox]:
    return {t.get_text(): t.get_window_extent() for t in figure.axes[0].texts}


def inside(inner: BboxBase, outer: BboxBase) -> bool:
    return bool(outer.x0 <= inner.x0 and inner.x1 <= outer.x1 and outer.y0 <= inner.y0 and inner.y1 <= outer.y1)


@every
def test_each_layer_has_a_box_with_all_its_words(drawn: LayerTable) -> None:
    figure = draw(drawn)
    assert len(boxes(figure)) == len(drawn.rows)
    said = [t.get_text() for t in figure.axes[0].texts]
    for row, box in zip(drawn.rows, boxes(figure), strict=True):
        words = [t.get_text() for t in figure.axes[0].texts if inside(t.get_window_extent(), box)]
        assert words[:2] == [row.name, row.kind]
        assert words[2].replace(",", "").endswith(" × ".join(map(str, row.output_shape)))
        assert words[3:] == ["12,345 parameters"]
    assert len(said) == 4 * len(drawn.rows) + 1
    assert said[0] == f"net: {12_345 * len(drawn.rows):,} parameters, 0.00 MFLOP a window"


@every
def test_nothing_overlaps_or_leaves_the_page(drawn: LayerTable) -> None:
    figure = draw(drawn)
    found = boxes(figure)
    assert not any(a.overlaps(b) for a, b in combinations(found, 2))
    heading = figure.axes[0].texts[0].get_window_extent()
    assert all(inside(box, figure.bbox) and not box.overlaps(heading) for box in [*found])
    assert inside(heading, figure.bbox)


@every
def test_no_line_crosses_a_box(drawn: LayerTable) -> None:
    figure = draw(drawn)
    to_pixels = figure.axes[0].transData
    paths = [line.get_path().transformed(to_pixels) for line in figure.axes[0].lines]
    paths += [p.get_path().transformed(to_pixels) for p in figure.axes[0].patches if isinstance(p, FancyArrowPatch)]
    for box in boxes(figure):
        smaller = Bbox.from_extents(box.x0 + 3, box.y0 + 3, box.x1 - 3, box.y1 - 3)
        lines = [Line(line) for path in paths for line in path.to_polygons(closed_only=False)]
        assert not any(line.intersects_bbox(smaller, filled=False) for line in lines)


@every
def test_every_arrow_ends_at_its_box(drawn: LayerTable) -> None:
    arrows = [p for p in draw(drawn).axes[0].patches if isinstance(p, FancyArrowPatch)]
    assert len(arrows) == sum(len(row.inputs) for row in drawn.rows)


def test_heads_stand_side_by_side_above_their_concatenation() -> None:
    found = dict(zip((row.name for row in HEADS.rows), boxes(draw(HEADS)), strict=True))
    for kind in ("Conv1D", "MaxPooling1D", "Flatten"):
        level = [found[f"{kind}_{h}"] for h in range(3)]
        assert len({round(box.y0) for box in level}) == 1
        assert [box.x0 for box in level] == sorted(box.x0 for box in level)
    assert found["together"].y1 < found["Flatten_0"].y0
    assert sum(found["together"].intervalx) == pytest.approx(sum(found["Flatten_1"].intervalx), abs=1)


def test_a_concatenation_says_what_it_joins() -> None:
    assert "4 + 5 + 6 = 15" in texts(draw(HEADS))
    assert "128 × 16" in texts(draw(SKIPS))


def test_files_are_drawn_the_same_each_time(tmp_path: Path) -> None:
    paths = network.draw(HEADS, tmp_path / "new")
    assert [path.name for path in paths] == ["net.png", "net.svg"]
    first = [path.read_bytes() for path in paths]
    assert [path.read_bytes() for path in network.draw(HEADS, tmp_path / "new")] == first
    assert imread(paths[0]).shape[0] > 500
    assert network.draw(CHAIN, tmp_path, "other")[1] == tmp_path / "other.svg"


def test_a_folder_that_cannot_be_written_is_our_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        network.draw(CHAIN, tmp_path / "file")


@pytest.mark.parametrize(
    ("wish", "expected"),
    [([0.0], [0.0]), ([0.0, 0.0], [-1.0, 1.0]), ([0.0, 9.0], [0.0, 9.0]), ([0, 0, 1, 9], [-5 / 3, 1 / 3, 7 / 3, 9])],
)
def test_neighbours_make_room_for_each_other(wish: list[Any], expected: list[float]) -> None:
    nodes = list(range(len(wish)))
    assert list(network._apart(wish, [1.0] * len(wish), nodes).values()) == pytest.approx(expected)
