"""The command line: what it prints where, and one sentence and status 2 for every mistake of the user."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pooch
import pytest

from stridenet.__main__ import main

TINY = [
    "--repeats", "2", "--epochs", "1", "--batch-size", "16", "--length", "16",
    "--model", "cnn", "--set", "filters=4", "--set", "dense=[8]", "--set", "train.learning_rate=0.01",
    "--set", "executor=here",
]  # fmt: skip
Refused = Callable[..., str]


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Refused:
    """Runs a command that must be refused, and gives its sentence."""

    def run(*arguments: object) -> str:
        status = main([str(a) for a in arguments])
        out, err = capsys.readouterr()
        assert status == 2, err
        assert out == ""
        assert err.startswith("stridenet: ")
        assert err.endswith((".\n", "?\n"))
        assert err.count("\n") == 1, err
        assert "Traceback" not in err
        return err.strip()

    return run


@pytest.fixture
def runs(tables: Path, tmp_path: Path) -> list[object]:
    """What runs a tiny network on somebody's own tables."""
    return ["run", tables, *TINY, "--out", tmp_path / "runs"]


def test_json_is_one_object_with_the_promised_keys(
    runs: list[object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*map(str, runs), "--json"]) == 0
    out, _ = capsys.readouterr()
    figures = json.loads(out)
    assert figures.keys() >= {
        "accuracies", "accuracy_mean", "accuracy_sd", "macro_f1_mean", "protocol", "n_parameters", "seconds", "run_dir"
    }  # fmt: skip
    assert len(figures["accuracies"]) == 2
    assert all(0 <= a <= 1 for a in figures["accuracies"])
    folder = Path(figures["run_dir"])
    assert folder.parent == tmp_path / "runs"
    assert json.loads((folder / "metrics.json").read_text())["accuracies"] == figures["accuracies"]
    assert figures["found"] is False

    assert main([*map(str, runs)]) == 0  # for people, and found this time
    out, err = capsys.readouterr()
    assert out.rstrip().endswith(str(folder / "report.html"))
    assert all(f"{100 * a:.3f}" in out for a in figures["accuracies"])
    assert "found this very run complete" in err

    for where in (folder / "settings.toml", folder):
        assert main(["run", "--from", str(where), "--out", str(tmp_path / "runs"), "--json"]) == 0
        out, _ = capsys.readouterr()
        assert {**json.loads(out), "found": False} == figures


def test_an_unknown_name_is_refused_with_the_nearest(refused: Refused, runs: list[object]) -> None:
    assert "unknown data set 'uci-hra': did you mean 'uci-har'?" in refused("run", "uci-hra")
    assert "unknown data set 'simulate': did you mean 'simulated'?" in refused("inspect", "simulate")
    assert "did you mean 'hapt'?" in refused("data", "info", "hap")
    assert "did you mean 'uci-har'?" in refused("data", "fetch", "ucihar")
    assert "unknown model 'cnnn': did you mean 'cnn'?" in refused(*runs, "--model", "cnnn")
    assert "did you mean 'model.settings.filters'?" in refused(*runs, "--set", "filtres=3")
    assert "did you mean 'train.epochs'?" in refused(*runs, "--set", "train.epoch=3")
    assert "--epochs" in refused(*runs, "--epoch", "3")
    assert "'runn'" in refused("runn")
    assert "'by-person'" in refused(*runs, "--protocol", "by-persons")


@pytest.mark.parametrize("value", ["0", "-3"])
@pytest.mark.parametrize(
    "option", ["--repeats", "--epochs", "--batch-size", "--length", "--step", "--length-s", "--step-s"]
)
def test_zero_and_negative_sizes_are_refused(refused: Refused, runs: list[object], option: str, value: str) -> None:
    name = option.strip("-").replace("-", "_")
    assert f"{name} = {value}" in refused(*runs, option, value)


@pytest.mark.parametrize("name", ["filters", "kernel_size", "pool_size", "blocks", "train.learning_rate"])
def test_zero_is_refused_in_any_setting(refused: Refused, runs: list[object], name: str) -> None:
    assert f"{name} = 0" in refused(*runs, "--set", f"{name}=0")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (["--epochs", "many"], "Invalid value for '--epochs'"),
        (["--seed", "-1"], "setting seed = -1"),
        (["--validation", "1.0"], "setting split.validation = 1.0"),
        (["--set", "filters"], "--set filters: give a name and a value"),
        (["--set", "filters=many"], "filters = 'many'"),
        (["--set", "dropout=nan"], "dropout = nan"),
        (["--set", "seed.x=1"], "setting seed"),
        (["--set", "kernel_size=17"], "layer conv_1_1: a kernel of 17 samples on an input of 16"),
        (["--set", "pool_size=13"], "layer pool_1: pooling by 13 on an input of 12"),
        (["--length", "241", "--step", "1"], "a window of 241 samples (12.05 s) is longer than every recording"),
        (["--length-s", "1"], "one of the two"),
        (["--set", "split.test=0.95"], "leaves nobody to train"),
        (["--protocol", "official"], "names no official test people"),
    ],
)
def test_a_wrong_value_is_refused(refused: Refused, runs: list[object], wrong: list[str], sentence: str) -> None:
    assert sentence in refused(*runs, *wrong)


def test_one_person_or_one_class_only_is_refused(refused: Refused, tables: Path, tmp_path: Path) -> None:
    assert "one person only (01)" in refused("run", tables / "p1.csv", *TINY, "--out", tmp_path / "runs")
    folder = tmp_path / "resting"
    folder.mkdir()
    for file in tables.iterdir():
        (folder / file.name).write_text("\n".join(file.read_text().splitlines()[:121]) + "\n")
    assert "one class only (rest)" in refused("run", folder, *TINY, "--out", tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_missing_data_without_a_network_is_refused(
    capsys: pytest.CaptureFixture[str], refused: Refused, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: Any, **__: Any) -> None:
        raise ConnectionError("Failed to resolve 'archive.example'")

    monkeypatch.setattr(pooch, "retrieve", no_network)
    monkeypatch.setenv("STRIDENET_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("STRIDENET_DATA", raising=False)
    empty = tmp_path / "empty"
    empty.mkdir()
    for command in (["run", "uci-har"], ["data", "fetch", "hapt"], ["inspect", "uci-har"]):
        assert main([*command, "--data-dir", str(empty)]) == 2
        out, err = capsys.readouterr()
        sentence = err.splitlines()[-1]  # the data set's terms may come before it
        assert sentence.startswith("stridenet: data set ")
        assert sentence.endswith(".")
        assert "is not here" in sentence
        assert "STRIDENET_DATA" in sentence
        assert "Traceback" not in err
        assert out == ""
    assert "does not exist" in refused("run", "uci-har", "--data-dir", tmp_path / "nowhere")
    assert "check the path" in refused("run", tmp_path / "nowhere.csv")


def test_an_output_that_cannot_be_written_is_refused(refused: Refused, tables: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for out in (file, file / "below"):
        assert f"cannot write {out}" in refused("run", tables, *TINY, "--out", out)


def test_a_settings_file_that_is_none_is_refused(refused: Refused, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    assert "there is no such settings file" in refused("run", "--from", file)
    file.write_text("repeats = = 3")
    assert "not a TOML file" in refused("run", "--from", file)
    file.write_text("[train]\nepoch = 3")
    assert "did you mean 'train.epochs'?" in refused("run", "--from", file)
    file.write_text("train = 3")
    assert "setting train = 3" in refused("run", "--from", file)
    assert "setting train" in refused("run", "--from", file, "--epochs", "3")


def test_options_go_before_a_settings_file(
    runs: list[object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("repeats = 5\nprepare = 'robust'\n[train]\nepochs = 7\nbatch_size = 8\n")
    assert main([*map(str, runs), "--from", str(file), "--repeats", "1", "--json"]) == 0
    folder = Path(json.loads(capsys.readouterr().out)["run_dir"])
    stored = tomllib.loads((folder / "settings.toml").read_text())
    assert (stored["repeats"], stored["prepare"], stored["train"]["epochs"]) == (1, "robust", 1)


def test_a_sweep_without_values_is_refused(refused: Refused, tables: Path) -> None:
    assert "a sweep needs at least one --set" in refused("sweep", tables)
    assert "did you mean 'model.settings.filters'?" in refused(
        "sweep", tables, "--model", "cnn", "--set", "filtres=4,8"
    )


@pytest.mark.parametrize(
    "command",
    [["data", "list"], ["data", "info", "uci-har"], ["models"], ["inspect", "TABLES"], ["inspect", "TABLES", "--plot"]],
)
def test_what_is_known_is_told_to_people_and_as_json(
    command: list[str],
    tables: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    command = [str(tables) if word == "TABLES" else word for word in command]
    assert main(command) == 0
    assert len(capsys.readouterr().out) > 50
    assert main([*command, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert isinstance(told, dict)
    assert all(Path(name).is_file() for name in told.get("pictures", []))
    assert bool(told.get("pictures")) == ("--plot" in command)


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("stridenet 0.")
    for command in ([], ["run"], ["data"], ["inspect"], ["models"], ["sweep"]):
        assert main([*command, "--help"]) == 0
        out, err = capsys.readouterr()
        assert "Usage" in out
        assert err == ""
    main([])
    out, err = capsys.readouterr()
    assert "Usage" in out + err
    assert "Traceback" not in err


def test_a_fault_of_ours_is_told_as_such(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("division by\nzero")

    monkeypatch.setattr("stridenet.data.load.load_with_recordings", broken)
    assert main(["run", "simulated"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "a fault of stridenet, not yours (ZeroDivisionError" in err
    assert "Traceback" not in err
    assert err.count("\n") == 1
    log = Path(err.split("please report it with ")[1].strip().rstrip("."))
    assert "Traceback" in log.read_text()
    log.unlink()


def test_ctrl_c_is_no_fault(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("stridenet.data.load.load_with_recordings", stopped)
    assert main(["run", "simulated"]) == 130
    assert "the same command goes on from there" in capsys.readouterr().err


def test_data_sets_are_listed_with_people_rate_and_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "wisdm").mkdir()
    assert main(["data", "list", "--data-dir", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["simulated"] | {"title": ""} == {
        "title": "", "people": 24, "rate_hz": 50.0, "here": "made when asked for", "path": None
    }  # fmt: skip
    assert all(facts["people"] for facts in told.values())
    assert main(["data", "list", "--data-dir", str(tmp_path)]) == 0
    assert "30 people  50 Hz" in capsys.readouterr().out


def test_a_name_that_is_none_may_be_a_data_set_or_a_path(
    refused: Refused, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "did you mean 'uci-har'?" in refused("run", "UCI-HAR")
    for command in ("run", "inspect", "sweep"):
        rest = ["--set", "epochs=1,2"] if command == "sweep" else []
        assert f"Nor is a file or folder of this name in {tmp_path}." in refused(command, "long", *rest)
        assert f"looked for from {tmp_path}" in refused(command, "lo/ng", *rest)


def test_networks_are_listed_within_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    out = capsys.readouterr().out
    assert max(len(line) for line in out.splitlines() if line.startswith(" ")) <= 80
    assert "{" not in out
    assert "dense = [100]" in out
