"""``stridenet conv1d`` and ``stridenet recover-filter``."""

import json

import numpy as np
import pytest

from stridenet.__main__ import main


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_the_documents_steps(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "conv1d", "--data", "0,3,4,5", "--kernel", "1,2").splitlines() == [
        "[0 3] * [1 2] = [0 6] -> 6",
        "[3 4] * [1 2] = [3 8] -> 11",
        "[4 5] * [1 2] = [4 10] -> 14",
        "output [6 11 14]",
        "length (4 - 2 + 0)/1 + 1 = 3",
    ]


def test_json_has_the_same_steps(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, "conv1d", "--data", "0,3,4,5", "--kernel", "1,2 | 3,4", "--json"))
    assert found["output"] == [[6, 12], [11, 25], [14, 32]]
    assert found["length"] == 3
    assert len(found["steps"]) == 6
    assert found["steps"][0] == "filter 1 of 2: [0 3] * [1 2] = [0 6] -> 6"


@pytest.mark.parametrize(
    ("arguments", "output"),
    [
        (["--data=-1,2,3", "--kernel=-1,1"], [3, 1]),
        (["--data", "-1,2,3", "--kernel", "-1,1"], [3, 1]),
        (["--data=-1,2,3", "--kernel=1,0", "--bias=-2"], [-3, 0]),
        (["--data", "1,2,3,4,5", "--kernel", "1,1", "--strides", "2"], [3, 7]),
        (["--data", "1,2,3", "--kernel", "1,1", "--padding", "same"], [3, 5, 3]),
        (["--data", "1,2,3", "--kernel", "1,1", "--padding", "causal"], [1, 3, 5]),
        (["--data", "1,2,3,4", "--kernel", "1,1", "--dilation-rate", "2"], [4, 6]),
        (["--data", "0 0; 3 6; 4 7; 5 8", "--kernel", "1 3; 2 4"], [30, 57, 67]),
        (["--pool", "max", "--data=-1,-2,-3,-4"], [-1, -3]),
        (["--pool", "average", "--data", "1,2,3,4,5", "--pool-size", "3"], [2]),
        (["--pool", "average", "--data", "1,2,9", "--padding", "same"], [1.5, 9]),
        (["--pool", "max", "--data", "1,5,2,9", "--strides", "1"], [5, 5, 9]),
    ],
)
def test_every_option_counts(arguments: list[str], output: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, "conv1d", *arguments, "--json"))
    assert np.ravel(found["output"]).tolist() == output
    assert len(found["output"]) == found["length"] == len(found["steps"])


def test_pooling_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "conv1d", "--pool", "max", "--data", "1 -1; 5 0; 2 3", "--padding", "same")
    assert out.splitlines() == ["max of [[1 -1] [5 0]] -> [[5 0]]", "max of [[2 3]] -> [[2 3]]", "output [[5 0] [2 3]]"]
    assert said(capsys, "conv1d", "--pool", "average", "--data", "1,2").splitlines()[0] == "average of [1 2] -> [1.5]"


def test_a_filter_is_recovered_and_is_the_only_one(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(
        capsys, "recover-filter", "--data", "0,3,4,5", "--output", "6,11,14", "--kernel-size", "2"
    ).splitlines()
    assert [line.split("[")[0].split()[1] for line in lines[:11]] == [str(n) for n in range(0, 201, 20)]
    assert lines[11].startswith("learned       [1.0")
    assert lines[12].startswith("minimum norm  [1.0000 2.0000], mean absolute error ")
    assert lines[13] == "3 equations, 2 unknowns: rank 2, exactly one filter fits."


def test_a_filter_that_is_not_the_only_one(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--data", "0 0; 3 6; 4 7; 5 8", "--output", "30,57,67"]
    lines = said(capsys, "recover-filter", *options).splitlines()
    assert lines[-1] == "3 equations, 4 unknowns: rank 3 < 4, infinitely many filters fit equally well."
    assert lines[-2].startswith("minimum norm  [1.0676 2.9730; 1.9189 4.0405]")
    found = json.loads(said(capsys, "recover-filter", *options, "--json"))
    assert (found["unique"], found["solvable"], found["rank"], found["n_unknowns"]) == (False, True, 3, 4)
    assert np.shape(found["kernel"]) == np.shape(found["minimum_norm"]) == (2, 2, 1)
    assert found["explanation"] == lines[-1]


def test_every_option_of_recovering_counts(capsys: pytest.CaptureFixture[str]) -> None:
    base = ["recover-filter", "--data=-1,3,4,5", "--output=5,11,14"]
    start = json.loads(said(capsys, *base, "--steps", "7", "--every", "3", "--json"))
    assert start["recorded_at"] == [0, 3, 6, 7]
    for option in (["--learning-rate", "0.01"], ["--loss", "mse"], ["--seed", "5"], ["--kernel-size", "2"]):
        other = json.loads(said(capsys, *base, "--steps", "7", "--every", "3", "--json", *option))
        assert (other["kernel"] == start["kernel"]) == (option[0] == "--kernel-size")  # 2 is the default


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["conv1d", "--data", "1,2"], "give the filter with --kernel"),
        (["conv1d", "--data", "1,x", "--kernel", "1"], "--data: value 2 is 'x'"),
        (["conv1d", "--data", "1,2", "--kernel", "1,2,3"], "but the input has only 2"),
        (
            ["conv1d", "--data", "1,2", "--kernel", "1", "--padding", "sme"],
            "unknown padding 'sme': did you mean 'same'?",
        ),
        (
            ["conv1d", "--data", "1,2,3", "--kernel", "1", "--strides", "2", "--dilation-rate", "2"],
            "not allow together",
        ),
        (["conv1d", "--data", "1,2", "--kernel", "1", "--strides", "0"], "strides is 0"),
        (["conv1d", "--data", "1,2", "--pool", "max", "--strides", "0"], "strides is 0"),
        (["conv1d", "--data", "1,2", "--pool", "max", "--kernel", "1"], "--pool takes no --kernel"),
        (["conv1d", "--data", "1,2", "--pool", "max", "--pool-size", "3"], "a pool_size of 3 is longer"),
        (["conv1d", "--data", "1,2", "--pool", "max", "--padding", "causal"], "unknown padding 'causal'"),
        (["conv1d", "--data", "1,2", "--pool", "min"], "'min' is not one of 'max', 'average'"),
        (["recover-filter", "--data", "1,2", "--output", "1,2,3"], "change kernel_size, padding, strides or y"),
        (["recover-filter", "--data", "1,2", "--output", "1", "--loss", "mape"], "unknown loss 'mape'"),
        (["recover-filter", "--data", "1,2", "--output", "1", "--learning-rate", "0"], "it must be a number above 0"),
    ],
)
def test_mistakes_are_one_sentence(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err
    assert err.endswith(".\n")
    assert err.count("\n") == 1
