"""A short name is understood where it can mean one setting only; any other is refused in a line that helps."""

import pytest

from stridenet.cli._names import full_name
from stridenet.errors import SettingError, UnknownNameError
from stridenet.models.build import PRESETS, settings_of
from stridenet.refusal import setting_names
from stridenet.spec import RunSpec

RUN = setting_names(RunSpec)


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("epochs", "train.epochs"),
        ("learning_rate", "train.learning_rate"),
        ("batch_size", "train.batch_size"),
        ("rate_hz", "data.rate_hz"),
        ("validation", "split.validation"),
        ("seed", "seed"),
        ("split.seed", "split.seed"),
        ("filters", "model.settings.filters"),
        ("padding", "model.settings.conv.padding"),
        ("conv.padding", "model.settings.conv.padding"),
        ("settings.conv.padding", "model.settings.conv.padding"),
        ("conv", "model.settings.conv"),
        ("train", "train"),
        ("kernel_initializer.class_name", "model.settings.conv.kernel_initializer.class_name"),
        ("seed.x", "seed.x"),
        ("epochs.x", "train.epochs.x"),
    ],
)
def test_a_short_name_is_understood(name: str, full: str) -> None:
    assert full_name(name, ["cnn"]) == full


@pytest.mark.parametrize("network", PRESETS)
def test_every_ending_means_one_setting_or_is_refused_with_all_it_may_mean(network: str) -> None:
    known = [*RUN, *setting_names(type(settings_of(network)), "model.settings.")]
    for one in known:
        parts = one.split(".")
        for i in range(len(parts)):
            ending = ".".join(parts[i:])
            meant = {other for other in known if other == ending or other.endswith(f".{ending}")}
            if len(meant) == 1 or ending in known:
                assert full_name(ending, [network]) == (ending if ending in known else one)
            else:
                with pytest.raises(SettingError, match=f"{ending!r} may be") as caught:
                    full_name(ending, [network])
                assert all(other in str(caught.value) for other in meant)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("filtres", "did you mean 'model.settings.filters'?"),
        ("epoch", "did you mean 'train.epochs'?"),
        ("lr", "did you mean 'train.learning_rate'?"),
        ("train.epoch", "did you mean 'train.epochs'?"),
        ("model.epochs", "did you mean 'train.epochs'?"),
        ("standardize", "did you mean prepare=standardize?"),
        ("kernel_sizes", "multihead has it; choose it with --model"),
        ("flat_input", "gap has it"),
        ("xyzzy", "unknown setting 'xyzzy': `stridenet settings` lists all."),
        ("x" * 3000, "xxx': `stridenet settings` lists all."),
        ("=", "`stridenet settings` lists all"),
        (".", "`stridenet settings` lists all"),
        ("epochs.", "`stridenet settings` lists all"),
        (".epochs", "`stridenet settings` lists all"),
    ],
)
def test_an_unknown_name_is_refused_in_a_line(name: str, words: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        full_name(name, ["cnn"])
    assert words in str(caught.value)
    assert len(str(caught.value)) < 200


def test_what_several_networks_know_is_understood_for_all() -> None:
    assert full_name("kernel_sizes", ["cnn", "multihead"]) == "model.settings.kernel_sizes"
    with pytest.raises(UnknownNameError, match="of cnn and multihead: gap has it"):
        full_name("flat_input", ["cnn", "multihead"])
    with pytest.raises(UnknownNameError, match="unknown model 'cn'"):
        full_name("filters", ["cn"])


def test_an_own_network_takes_what_is_not_the_runs() -> None:
    assert full_name("units", ["my.py:build"]) == "model.settings.units"
    assert full_name("epochs", ["my.py:build"]) == "train.epochs"
    with pytest.raises(UnknownNameError, match=r"did you mean .train\.epochs."):
        full_name("train.epoch", ["my.py:build"])
