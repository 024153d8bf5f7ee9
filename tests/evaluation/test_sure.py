import pytest

from stridenet.evaluation.intervals import Interval
from stridenet.evaluation.power import Enough
from stridenet.evaluation.sure import number, plan, sentence, signed


def test_one_person_and_one_seed_are_said() -> None:
    said = sentence("log_loss", [0.4], Interval(0.0, float("inf"), 0.95, 1, "bootstrap-t"))
    assert said.startswith("0.400 (95 % interval over 1 person 0.000 to no end; one seed, no spread known; one person")


@pytest.mark.parametrize(
    ("people", "repeats", "end"),
    [
        (40, None, "1 point needs 40 people; no number of repeats is known to show it"),
        (None, 25, "1 point needs 25 repeats; no number of people is known to show it"),
        (None, None, "no number of people or of repeats is known to show 1 point"),
    ],
)
def test_what_no_number_shows_is_said(people: int | None, repeats: int | None, end: str) -> None:
    said = plan("macro_f1", Enough(0.0512, 0.01, people, repeats))
    assert said == f"5.1 points would have shown (in 80 of 100 cases); {end}"


def test_other_scores_have_no_points() -> None:
    assert plan("kappa", Enough(0.05, 0.01, 9, 9)).startswith("0.050 would have shown")
    assert "; 0.01 needs 9 people" in plan("kappa", Enough(0.05, 0.01, 9, 9))
    assert (number("brier", 0.25), signed("brier", 0.25), signed("mcc", float("-inf"))) == ("0.250", "+0.250", "no end")
