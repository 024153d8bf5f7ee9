"""Every setting is listed, derived from the tables, and the file of them is taken as it is."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from stridenet import spec
from stridenet.__main__ import main
from stridenet.cli._names import full_name
from stridenet.cli.settings import as_toml, catalogue
from stridenet.models.build import PRESETS, per_class, training_of
from stridenet.models.recipes import names, recipe, settings_of
from stridenet.refusal import setting_names
from stridenet.runs.resolve import resolve
from stridenet.signals.windows import Windows
from stridenet.spec import RunSpec, parse


@pytest.mark.parametrize("model", names())
def test_every_setting_is_listed_with_words_a_range_and_its_default(
    model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    known = [one for one in setting_names(RunSpec) if one != "model.settings"]
    known += setting_names(type(settings_of(model)), "model.settings.")
    listed = list(catalogue(model))
    assert sorted(one.name for one in listed) == sorted(known)
    assert all(one.about and one.takes for one in listed)
    assert main(["settings", model]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    for one in listed:
        assert f"{one.name}  " in out
        assert full_name(one.name, [model]) == one.name
    assert "[default: 0.0]" in out
    assert "data.length_s  number above 0 (s)\n    seconds in a window" in out
    assert main(["settings", model, "--json"]) == 0
    told: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["settings"]
    assert [one["name"] for one in told] == [one.name for one in listed]


@pytest.mark.parametrize("model", names())
def test_the_file_of_them_is_taken_and_means_the_defaults(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "new" / "settings.toml"
    assert main(["settings", model, "--write", str(file)]) == 0
    assert capsys.readouterr().out == f"{file}\n"
    parsed = spec.parse(spec.read_toml(file))
    assert settings_of(model, parsed.model.settings) == settings_of(model)
    own = training_of(model) if model in PRESETS else {}
    if model in PRESETS and per_class(model):
        own.pop("epochs")  # which the data decides too
    assert parsed == RunSpec(model={"name": model, "settings": parsed.model.settings}, train=own)
    assert main(["settings", model, "--toml"]) == 0
    text = capsys.readouterr().out
    assert text.rstrip() == file.read_text().rstrip()
    assert not [line for line in text.splitlines() if line != line.rstrip() or len(line) > 110]
    assert main(["settings", model, "--write", str(file)]) == 2  # nothing is lost
    assert "there is something already" in capsys.readouterr().err


def test_an_unknown_network_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings", "cnnn"]) == 2
    assert "did you mean 'cnn'?" in capsys.readouterr().err
    assert main(["settings", "my.py:build"]) == 2
    assert "the arguments of its function" in capsys.readouterr().err


@pytest.mark.parametrize("name", PRESETS)
def test_a_file_of_defaults_trains_as_no_file_does(name: str, easy: Windows) -> None:
    """A network's own training was overridden by the defaults that the file wrote out."""
    from_file = parse(tomllib.loads(as_toml(name, list(catalogue(name)))))
    network_of = recipe(from_file.model)
    without = parse({"model": {"name": name}})
    assert resolve(from_file, easy, network_of).spec.train == resolve(without, easy, network_of).spec.train
