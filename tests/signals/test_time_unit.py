from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from stridenet.errors import UnknownNameError
from stridenet.signals.time_unit import seconds, unit_named, unit_of_time

ROWS = np.arange(300)
RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("values", "unit"),
    [
        (ROWS * 0.02, "s"),
        (ROWS * 0.5, "s"),
        (RNG.uniform(20, 160, 300).cumsum() / 1000, "s"),
        (1665503508.38 + ROWS * 0.05, "s"),
        (1665503508 + ROWS, "s"),
        (1665503508 + ROWS // 50, "s"),
        (1665503508000 + ROWS, "ms"),
        (1665503508000 + ROWS * 20, "ms"),
        (1665503508000000 + ROWS * 15625, "us"),
        (1424696631913248572 + ROWS * 20_000_000, "ns"),
        (638000000000000000 + ROWS * 200_000, "100 ns"),
        (133000000000000000 + ROWS * 200_000, "100 ns"),
    ],
)
def test_what_is_certain(values: npt.NDArray[Any], unit: str) -> None:
    found = unit_of_time(values, name_unit=None)
    assert (found.unit, found.grade) == (unit, "certain")


@pytest.mark.parametrize(
    ("values", "unit", "rate"),
    [
        (ROWS * 20, "ms", "50 samples"),
        (ROWS * 2, "ms", "500 samples"),
        (ROWS * 19.98, "ms", "50.05 samples"),
        (ROWS * 20_000, "us", "50 samples"),
        (49105962326000 + ROWS * 100_000_000, "ns", "10 samples"),
        (46027.4 + ROWS * 1.1574e-6, "days", "10 samples"),
        (738521.4 + ROWS * 1.1574e-6, "days", "10 samples"),
        (0.427 + ROWS * 1.1574e-6, "days", "10 samples"),
        (ROWS // 50, "s", "59.8 samples"),
    ],
)
def test_what_is_likely_says_why(values: npt.NDArray[Any], unit: str, rate: str) -> None:
    found = unit_of_time(values, name_unit=None)
    assert (found.unit, found.grade) == (unit, "likely")
    assert rate in found.why


def test_whole_numbers_with_a_step_of_1_are_asked_about() -> None:
    found = unit_of_time(ROWS, name_unit=None, column="t")
    assert found.grade == "dangerous"
    assert found.options == ("--unit t=s", "--unit t=ms", "--rate-hz N")
    assert found.why == (
        "whole numbers with a step of 1 may be in s (1 samples per second), ms (1,000 samples per second) or be "
        "sample numbers"
    )


@pytest.mark.parametrize(
    ("values", "options"),
    [
        (ROWS * 1.25, ("--unit time=s", "--unit time=ms")),
        (ROWS * 1000, ("--unit time=ms", "--unit time=us")),
        (ROWS * 1_000_000, ("--unit time=us", "--unit time=ns")),
        (ROWS * 1e-7, (*(f"--unit time={unit}" for unit in ("s", "ms", "us", "ns", "days")), "--rate-hz N")),
    ],
)
def test_other_steps_that_could_be_two_units_are_asked_about(
    values: npt.NDArray[Any], options: tuple[str, ...]
) -> None:
    found = unit_of_time(values, name_unit=None)
    assert (found.grade, found.options) == ("dangerous", options)


@pytest.mark.parametrize(
    ("values", "name", "unit"),
    [
        (ROWS, "ms", "ms"),
        (ROWS, "s", "s"),
        (ROWS * 500, "ms", "ms"),
        (ROWS * 0.00025, "seconds", "s"),
        (ROWS * 2604, "µs", "us"),
        (46027.4 + ROWS * 1.1574e-6, "days", "days"),
        (ROWS * 20, "mSecs", "ms"),
        (ROWS * 60, "hh:mm", "ms"),
    ],
)
def test_the_unit_of_the_name_is_taken(values: npt.NDArray[Any], name: str, unit: str) -> None:
    found = unit_of_time(values, name_unit=name)
    assert found.unit == unit
    assert found.grade == ("likely" if name == "hh:mm" else "certain")


@pytest.mark.parametrize(
    ("values", "name", "words", "first"),
    [
        (ROWS * 0.1, "ms", "10,000 samples per second; in s it means 10 samples", "--unit time=s"),
        (ROWS * 20, "s", "0.05 samples per second; in ms it means 50 samples", "--unit time=ms"),
        (ROWS * 20, "us", "50,000 samples per second; in ms", "--unit time=ms"),
        (46027.4 + ROWS * 1.1574e-6, "s", "in days it means 10 samples", "--unit time=days"),
        (ROWS * 1e-6, "s", "1,000,000 samples per second", "--unit time=s"),
    ],
)
def test_a_name_that_no_sensor_bears_out_is_asked_about(
    values: npt.NDArray[Any], name: str, words: str, first: str
) -> None:
    found = unit_of_time(values, name_unit=name)
    assert found.grade == "dangerous"
    assert words in found.why
    assert found.options[0] == first


@pytest.mark.parametrize("values", [np.zeros(0), np.zeros(1), np.full(5, 1665503508000), np.array([np.nan, np.nan])])
def test_nothing_to_tell_it_from(values: npt.NDArray[Any]) -> None:
    assert unit_of_time(values, name_unit="ms").grade == "certain"
    assert unit_of_time(values, name_unit=None).unit in ("s", "ms")


def test_restarts_and_gaps_do_not_matter() -> None:
    values = np.concatenate([ROWS * 20 + 10_000_000, ROWS * 20, ROWS * 20 + 90_000_000])
    assert unit_of_time(values, name_unit=None).unit == "ms"


def test_seconds_are_exact_for_nanoseconds() -> None:
    values = 1424696631913248572 + ROWS * 20_000_001
    np.testing.assert_array_equal(seconds(values, "ns"), ROWS * 20_000_001 / 1e9)
    assert seconds(np.array([1.0, 2.0]), "days").tolist() == [0, 86400]


def test_names_of_units() -> None:
    assert [unit_named(word) for word in ("Sec", "µs", "ms", "Days", "100 ns")] == ["s", "us", "ms", "days", "100 ns"]
    with pytest.raises(UnknownNameError, match="unknown unit of time 'fortnight'"):
        unit_named("fortnight")


def test_an_option_can_be_typed_whatever_the_column_is_called() -> None:
    assert unit_of_time(ROWS, name_unit=None, column="Time since start").options[0] == "--unit 'Time since start=s'"
