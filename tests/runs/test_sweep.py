import json
from pathlib import Path
from typing import Any

import pytest

from stridenet.cli.sweep import table
from stridenet.errors import SettingError, UnknownNameError
from stridenet.runs import sweep

GRID: dict[str, list[Any]] = {"model.settings.filters": [2, 3], "prepare": ["none", "standardize"]}


def settings(tables: Path) -> dict[str, Any]:
    return {
        "repeats": 2,
        "executor": "here",
        "data": {"name": str(tables), "length": 16},
        "model": {"name": "cnn", "settings": {"dense": [4]}},
        "train": {"epochs": 1},
    }


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def done(tables: Path, out: Path) -> sweep.Sweep:
    return sweep.sweep(settings(tables), GRID, out=out)


def test_every_combination_is_there_with_every_repeat(done: sweep.Sweep) -> None:
    assert [p.label for p in done.points] == [
        "filters 2, prepare none",
        "filters 2, prepare standardize",
        "filters 3, prepare none",
        "filters 3, prepare standardize",
    ]
    rows = done.rows()
    assert all(len(row["accuracies"]) == 2 for row in rows)
    assert rows[0]["n_parameters"] == rows[1]["n_parameters"] < rows[2]["n_parameters"]


def test_the_table_and_the_picture_are_left(done: sweep.Sweep) -> None:
    assert json.loads((done.folder / "sweep.json").read_text()) == done.rows()
    assert {p.name for p in done.folder.iterdir()} == {
        "sweep.json", "sweep.html", "accuracies.png", "accuracies.svg", "grid.png", "grid.svg"
    }  # fmt: skip


def test_a_second_sweep_trains_only_what_is_new(done: sweep.Sweep, tables: Path, out: Path) -> None:
    more = sweep.sweep(settings(tables), {**GRID, "model.settings.filters": [3, 4]}, out=out)
    assert [p.run.found for p in more.points] == [True, True, False, False]
    assert more.points[0].run.result.accuracies == done.points[2].run.result.accuracies
    assert more.folder != done.folder


@pytest.mark.parametrize(
    ("grid", "error", "sentence"),
    [
        ({"model.settings.kernel_size": [3, 99]}, SettingError, r"^layer conv_1_1: a kernel of 99 samples .*\.$"),
        ({"model.settings.filter": [3]}, UnknownNameError, "did you mean 'model.settings.filters'"),
        ({"model.name": ["cnn", "cnnn"]}, UnknownNameError, "did you mean 'cnn'"),
        ({"train.epochs": [1, 0]}, SettingError, r"train.epochs = 0: it must be greater than 0\.$"),
    ],
)
def test_one_bad_combination_is_refused_before_the_first_is_trained(
    tables: Path, tmp_path: Path, grid: dict[str, list[Any]], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        sweep.sweep(settings(tables), grid, out=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_best_comes_first_and_is_said_to_be_too_good(done: sweep.Sweep) -> None:
    ranked = done.ranked()
    means = [row["accuracy_mean"] for row in ranked]
    assert means == sorted(means, reverse=True)
    assert sorted(row["place"] for row in ranked) == [0, 1, 2, 3]
    lines = table(done).splitlines()
    assert lines[0].split() == ["filters", "prepare", "accuracy", "%", "parameters", "time", "s", "run"]
    assert [line.rsplit(maxsplit=1)[-1] for line in lines[1:5]] == [row["run_dir"] for row in ranked]
    assert "The best of 4 is too good." in lines[5]
    assert lines[-1].endswith(str(done.folder / "sweep.html"))
    page = (done.folder / "sweep.html").read_text(encoding="utf-8")
    assert "The best of 4 is too good." in page
    assert all(f'href="../{Path(row["run_dir"]).name}/report.html"' in page for row in ranked)


def test_a_sweep_is_shown_in_a_few_lines(done: sweep.Sweep) -> None:
    assert repr(done).startswith("Sweep, best first\n")
    assert len(repr(done).splitlines()) < 20
    assert "<table>" in done._repr_html_()
