from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stridenet import spec
from stridenet.errors import DataMissingError, SettingError, StridenetError, UnknownNameError
from stridenet.spec import RunSpec


def refused(settings: dict[str, Any]) -> str:
    with pytest.raises(SettingError) as caught:
        spec.parse(settings)
    text = str(caught.value)
    assert text.endswith(".")
    assert "\n" not in text
    return text


def test_the_defaults_are_the_tutorials_but_for_the_network() -> None:
    default = RunSpec()
    assert (len(default.seeds), default.train.epochs, default.train.batch_size) == (10, 10, 32)
    assert (default.data.name, default.model.name, default.prepare) == ("simulated", "stride", "none")
    assert default.seeds == tuple(range(10))
    assert RunSpec(seed=5, repeats=2).seeds == (5, 6)
    assert 'schedule = "none"' in spec.to_toml(default)  # or a network's own would be filled in


@pytest.mark.parametrize(
    ("settings", "start"),
    [
        ({"repeats": 0}, "setting repeats = 0: it must be greater than 0"),
        ({"train": {"epochs": 0}}, "setting train.epochs = 0"),
        ({"train": {"epochs": -1}}, "setting train.epochs = -1"),
        ({"train": {"epochs": 1.5}}, "setting train.epochs = 1.5"),
        ({"train": {"batch_size": 0}}, "setting train.batch_size = 0"),
        ({"train": {"learning_rate": 0}}, "setting train.learning_rate = 0"),
        ({"train": {"learning_rate": float("nan")}}, "setting train.learning_rate = nan"),
        ({"train": {"learning_rate": float("inf")}}, "setting train.learning_rate = inf"),
        ({"seed": -1}, "setting seed = -1"),
        ({"seed": 2**31}, "setting seed = 2147483648"),
        ({"data": {"length": 0}}, "setting data.length = 0"),
        ({"data": {"step_s": -0.5}}, "setting data.step_s = -0.5"),
        ({"data": {"purity": 1.1}}, "setting data.purity = 1.1"),
        ({"split": {"test": 1.0}}, "setting split.test = 1.0"),
        ({"split": {"validation": -0.1}}, "setting split.validation = -0.1"),
        ({"split": {"kind": "by-persons"}}, "setting split.kind = 'by-persons': it must be 'official', 'by-person'"),
        ({"prepare": "standardise"}, "setting prepare = 'standardise'"),
        ({"train": 3}, "setting train = 3"),
    ],
)
def test_a_value_out_of_range_is_named(settings: dict[str, Any], start: str) -> None:
    assert refused(settings).startswith(start)


def test_an_unknown_setting_gets_the_nearest_name() -> None:
    with pytest.raises(UnknownNameError, match=r"'train\.epoch': did you mean 'train.epochs'"):
        spec.parse({"train": {"epoch": 3}})
    with pytest.raises(UnknownNameError, match="'repeat': did you mean 'repeats'"):
        spec.parse({"repeat": 3})


def test_settings_do_not_change_afterwards() -> None:
    with pytest.raises(Exception, match="frozen"):
        RunSpec().repeats = 3  # type: ignore[misc]


def test_override_goes_into_the_depth_and_leaves_its_input_alone() -> None:
    before: dict[str, Any] = {"train": {"epochs": 10, "batch_size": 8}}
    assert spec.override(before, "train.epochs", 3) == {"train": {"epochs": 3, "batch_size": 8}}
    assert spec.override(before, "model.settings.filters", 4)["model"] == {"settings": {"filters": 4}}
    assert before == {"train": {"epochs": 10, "batch_size": 8}}
    with pytest.raises(SettingError, match=r"setting seed\.x: 'seed' has no settings of its own"):
        spec.override({"seed": 3}, "seed.x", 1)


specs = st.builds(
    lambda repeats, seed, prepare, epochs, rate, kind, length, settings: spec.parse(
        {
            "repeats": repeats,
            "seed": seed,
            "prepare": prepare,
            "train": {"epochs": epochs, "learning_rate": rate},
            "split": {"kind": kind},
            "data": {"length": length, "name": 'a "quoted" näme\\x'},
            "model": {"settings": settings},
        }
    ),
    st.integers(1, 50),
    st.integers(0, 2**31 - 1),
    st.sampled_from(["none", "standardize"]),
    st.integers(1, 99),
    st.floats(1e-9, 1),
    st.sampled_from([None, "official", "by-person", "random"]),
    st.none() | st.integers(1, 999),
    st.dictionaries(st.text("abc_", min_size=1), st.integers(0, 9) | st.booleans() | st.lists(st.integers(0, 9))),
)


@given(specs)
def test_settings_come_back_from_toml(tmp_path_factory: pytest.TempPathFactory, some: RunSpec) -> None:
    file = tmp_path_factory.getbasetemp() / "settings.toml"
    file.write_text(spec.to_toml(some), encoding="utf-8")
    again = spec.parse(spec.read_toml(file))
    assert again == some


def test_settings_of_the_first_version_mean_what_they_meant() -> None:
    older = spec.parse({"engine": "one-by-one", "seed": 3, "split": {"kind": "by-person"}})
    assert (older.executor, older.seed, older.split.seed, older.split.kind) == ("here", 3, 3, "by-person")
    assert spec.parse({"engine": "together"}).executor == "processes"
    assert spec.parse({"seed": 3}).split.seed == 0  # the test people stay, whatever the trainings' seeds


def bad_file(path: Path, kind: type[StridenetError]) -> str:
    with pytest.raises(kind) as caught:
        spec.read_toml(path)
    text = str(caught.value)
    assert str(path) in text
    assert text.endswith(".")
    assert "\n" not in text
    return text


def test_a_settings_file_that_is_none(tmp_path: Path) -> None:
    assert "there is no such settings file" in bad_file(tmp_path / "no.toml", DataMissingError)
    bad_file(tmp_path, DataMissingError)
    file = tmp_path / "bad.toml"
    file.write_text("repeats = = 3\n")
    assert "not a TOML file" in bad_file(file, SettingError)
    file.write_bytes(b"\xff\xfe\x00")
    assert "not a TOML file" in bad_file(file, SettingError)
    bad_file(file / "below.toml", DataMissingError)
