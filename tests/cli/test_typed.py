"""The same options for every command, and what they and ``--set`` and ``--from`` become."""

import inspect
from pathlib import Path
from typing import Any

import pytest

from stridenet.cli import inspect as inspecting
from stridenet.cli import run, sweep
from stridenet.cli._typed import _WHERE, DATA, TRAINING, Typed, literal, values
from stridenet.errors import SettingError
from stridenet.spec import RunSpec, parse


def typed(*assigned: str, file: Path | None = None, **options: Any) -> Typed:
    return Typed({name.replace("__", "."): value for name, value in options.items()}, assigned, file)


def test_commands_take_the_same_options() -> None:
    flags = {flag.strip("-").replace("-", "_") for flag in (*TRAINING, *DATA)} | {"data", "set_", "from_", "out"}
    for command in (run.run, sweep.sweep):
        assert flags <= set(inspect.signature(command).parameters)
    of_data = {flag.strip("-").replace("-", "_") for flag in DATA} | {"data", "set_", "from_", "out"}
    assert of_data <= set(inspect.signature(inspecting.inspect).parameters)


@pytest.mark.parametrize("flag", _WHERE)
def test_each_option_is_a_setting_with_its_words(flag: str) -> None:
    option = inspect.signature(run.run).parameters[flag.strip("-").replace("-", "_")].annotation.__metadata__[0]
    name = _WHERE[flag].rpartition(".")[2]
    table: Any = RunSpec()
    for part in _WHERE[flag].split(".")[:-1]:
        table = getattr(table, part)
    assert type(table).model_fields[name].description.lower() in option.help.lower()
    default = getattr(table, name)
    nothing = default is None or default is False or default in ((), {})
    own = "the network's own, else " if _WHERE[flag].startswith("train.") else ""
    assert ("[default: " not in option.help) if nothing else f"[default: {own}{default}]" in option.help


def test_set_goes_before_options_and_options_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text("repeats = 5\n[train]\nepochs = 7\nbatch_size = 8\n[model.settings]\nfilters = 4\n")
    settings = typed("batch_size=16", "filters=8", file=file, train__epochs=3, model__name="cnn").settings()
    assert settings == {
        "repeats": 5,
        "train": {"epochs": 3, "batch_size": 16},
        "model": {"name": "cnn", "settings": {"filters": 8}},
    }


def test_short_names_are_those_of_the_network_that_is_meant(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text("[model]\nname = 'multihead'\n")
    expected = {"name": "multihead", "settings": {"kernel_sizes": [3]}}
    assert typed("kernel_sizes=[3]", file=file).settings()["model"] == expected
    assert typed("kernel_sizes=[3]", model__name="multihead").settings()["model"] == expected
    assert typed("kernel_sizes=[3]", "model.name=multihead").settings()["model"] == expected
    with pytest.raises(SettingError, match="multihead has it"):
        typed("kernel_sizes=[3]").settings()


def test_a_file_is_told_the_nearest_of_all_settings(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    for line, words in {"gravit = 8": "model.settings.gravity", "lr = 1": "train.learning_rate"}.items():
        file.write_text(line)
        with pytest.raises(SettingError, match=f"did you mean '{words}'"):
            typed(file=file).settings()
    file.write_text("engine = 'together'")  # the first version's
    assert parse(typed(file=file).settings()).executor == "processes"


def test_paths_in_a_file_are_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a" / "long").mkdir(parents=True)
    (tmp_path / "a" / "hapt").mkdir()
    (tmp_path / "b").mkdir()
    monkeypatch.chdir(tmp_path / "b")
    file = Path("..", "a", "s.toml")
    beside = {
        "walk.csv": "walk.csv",
        "x/y": "x/y",
        "../b/walk.csv": "../b/walk.csv",
        "long": "long",
        "./long": "long",
    }
    for name, place in beside.items():
        file.write_text(f"[data]\nname = '{name}'\n[model]\nname = 'my.py:build'\n")
        settings = typed(file=file).settings()
        assert settings["data"]["name"] == str(tmp_path / "a" / place)
        assert settings["model"]["name"] == f"{tmp_path / 'a' / 'my.py'}:build"
    for name in ("hapt", "uci-hra", "~/walk.csv", str(tmp_path / "walk.csv")):
        file.write_text(f"[data]\nname = '{name}'\n[model]\nname = 'gap'\n")
        assert typed(file=file).settings() == {"data": {"name": name}, "model": {"name": "gap"}}
    file.write_text("[data]\nname = 'walk.csv'\n")
    assert typed(file=file, data__name="here.csv").settings()["data"]["name"] == "here.csv"


def test_a_grid_has_full_names_and_no_setting_twice() -> None:
    settings, grid = typed("epochs=1,2", "padding=same,causal", "dense=[8],[8,4]", repeats=3, model__name="cnn").grid()
    assert settings == {"repeats": 3, "model": {"name": "cnn"}}
    assert grid == {
        "train.epochs": [1, 2],
        "model.settings.conv.padding": ["same", "causal"],
        "model.settings.dense": [[8], [8, 4]],
    }
    assert typed("model.name=cnn,multihead", "kernel_sizes=[3]").grid()[1]["model.settings.kernel_sizes"] == [[3]]
    for twice in (typed("epochs=1,2", train__epochs=3), typed("epochs=1", "train.epochs=2")):
        with pytest.raises(SettingError, match=r"train\.epochs is given twice"):
            twice.grid()


@pytest.mark.parametrize("text", ["[" * 3000, "{a=" * 3000, "9" * 5000, "[" + "9" * 5000 + "]"])
def test_a_value_without_end_is_refused(text: str) -> None:
    with pytest.raises(SettingError, match="no setting is so deep or so long") as caught:
        literal(text)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8", [8]),
        ("8,", ["8,"]),
        ("[1,2", ["[1,2"]),
        ("1e-3,0.1", [0.001, 0.1]),
        ('"a,b",c', ["a,b", "c"]),
        ("true,false", [True, False]),
        ("[1,2]", [[1, 2]]),
        ('{class_name = "l2"},l1', [{"class_name": "l2"}, "l1"]),
        ("2024-01-31", ["2024-01-31"]),
        ("12:30", ["12:30"]),
    ],
)
def test_values_by_commas(text: str, value: list[Any]) -> None:
    assert values(text) == value
