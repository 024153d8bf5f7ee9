"""``stridenet models`` and ``stridenet models show``."""

import json
from pathlib import Path

import pytest

from stridenet.__main__ import main
from stridenet.baselines.table import BASELINES
from stridenet.models.build import PRESETS

TOTALS = {"cnn": "411,650", "multihead": "1,189,442", "gap": "520,486"}


def show(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["models", "show", *arguments]) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["models", "show", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


@pytest.mark.parametrize("name", TOTALS)
def test_the_table_fits_80_columns_and_holds_every_name(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    window = ["--length", "80", "--channels", "3", "--rate-hz", "20"] if name == "gap" else []
    out = show(capsys, name, *window)
    assert max(map(len, out.splitlines())) <= 80
    assert TOTALS[name] in out
    for layer in json.loads(show(capsys, name, *window, "--json"))["layers"]:
        line = next(line for line in out.splitlines() if line.startswith(layer["name"] + " "))
        assert layer["type"] in line
        assert " x ".join(map(str, layer["output_shape"])) in line
        assert f"{layer['parameters']:,}" in line


def test_long_names_go_on_in_the_next_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    lines = show(capsys, "gap").splitlines()
    heading = next(line for line in lines if line.startswith("layer"))
    first, last = heading.index("type"), heading.index("output")
    types = "".join(line[first:last].strip() for line in lines if line.count("  "))
    assert "GlobalAveragePooling1D" in types
    assert not any("GlobalAveragePooling1D" in line for line in lines)


def test_json_holds_fields_in_samples_and_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(show(capsys, "cnn", "--json", "--rate-hz", "100", "--classes", "4"))
    assert (found["length"], found["channels"], found["classes"], found["rate_hz"]) == (128, 9, 4, 100.0)
    conv = found["layers"][2]
    assert conv == {
        "name": "conv_1_2",
        "type": "Conv1D",
        "output_shape": [124, 64],
        "parameters": 12_352,
        "receptive_field": 5,
        "receptive_field_s": 0.05,
        "mflop": 3.047424,
        "inputs": ["conv_1_1"],
    }
    assert found["parameters"] == 411_650 - 2 * 101
    assert found["mflop"] == pytest.approx(sum(layer["mflop"] for layer in found["layers"]))
    assert found["pictures"] == []


def test_settings_are_taken(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--set", "conv.padding=causal", "--set", "model.settings.filters=8", "--set", "blocks=2"]
    found = json.loads(show(capsys, "cnn", "--json", *options))
    assert [layer["output_shape"] for layer in found["layers"][1:3]] == [[128, 8], [128, 8]]
    assert found["settings"]["conv"]["padding"] == "causal"
    assert found["layers"][-2]["name"] == "dense_1"


def test_plot_draws_two_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = show(capsys, "multihead", "--plot", "--out", str(tmp_path / "pictures"))
    assert sorted(p.name for p in (tmp_path / "pictures").iterdir()) == ["multihead.png", "multihead.svg"]
    assert out.splitlines()[-1].endswith("multihead.svg")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["cnnn"], "unknown model 'cnnn': did you mean 'cnn'?"),
        (
            ["cnn", "--set", "filtres=3"],
            "unknown setting 'filtres': did you mean 'model.settings.filters'?",
        ),
        (
            ["cnn", "--set", "filter=3"],
            "data.filter is a run's setting; a network is shown without it; did you mean 'm",
        ),
        (["cnn", "--set", "conv.padding=full"], "it must be 'valid', 'same' or 'causal'"),
        (["cnn", "--length", "4"], "layer conv_1_2: a kernel of 3 samples on an input of 2;"),
        (["cnn", "--length", "0"], "--length"),
        (["features-forest"], "model features-forest is no network and has no layers to show"),
        (["cnn", "--rate-hz", "0"], "--rate-hz 0.0: give the samples per second"),
        (["cnn", "--rate-hz", "nan"], "--rate-hz nan: give the samples per second"),
        (["cnn", "--set", 'conv.kernel_regularizer={class_name="L2", config={l3=1}}'], "layer conv_1_1: kernel_reg"),
    ],
)
def test_mistakes_are_one_sentence(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert sentence in refused(capsys, *arguments)


def test_without_a_name_networks_and_baselines_are_listed_apart(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    listed = capsys.readouterr().out
    assert max(map(len, listed.splitlines())) <= 80
    assert main(["models", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == [*PRESETS, *BASELINES]
    assert {name for name, one in told.items() if one["kind"] == "baseline"} == set(BASELINES)
    networks, baselines = listed.split("Baselines to compare with")
    assert all(f"{name}: {one.about}" in networks for name, one in PRESETS.items())
    assert all(f"{name}: {one.about}" in baselines for name, one in BASELINES.items())


def test_an_own_network_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine[b].py"
    file.write_text(
        "def build(input_shape, n_classes, units=8):\n"
        "    from stridenet.engine.backend import keras as k\n"
        "    layers = [k.Input(input_shape), k.layers.Flatten(), k.layers.Dense(units, name='[b]')]\n"
        "    return k.Sequential([*layers, k.layers.Dense(n_classes, activation='softmax')])\n"
        "def leave():\n    raise SystemExit(0)\n"
    )
    assert main(["models", "show", f"{file}:build", "--set", "units=5", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["settings"], told["parameters"]) == ({"units": 5}, 128 * 9 * 5 + 5 + 5 * 6 + 6)
    assert main(["models", "show", f"{file}:build"]) == 0
    assert "[b]" in capsys.readouterr().out
    assert "did you mean 'build'?" in refused(capsys, f"{file}:buil")
    assert "takes no argument 'unitz'" in refused(capsys, f"{file}:build", "--set", "unitz=5")
    assert "your own network is model.settings.unit." in refused(capsys, f"{file}:build", "--set", "unit=5")
    assert "the function fails (SystemExit: 0)" in refused(capsys, f"{file}:leave")
    assert f"as in {file}:build" in refused(capsys, str(file))
    assert f"as in {file}:build" in refused(capsys, f"{file}:")
    (tmp_path / "ends.py").write_text("raise SystemExit(0)")
    assert "ends.py, line 1: it cannot be run (SystemExit: 0)" in refused(capsys, f"{tmp_path / 'ends.py'}:build")
