import dataclasses
from typing import Any

import numpy as np
import pytest

from stridenet.evaluation.alarms import alarms, alarms_of_sweep
from stridenet.evaluation.protocol import Ledger, Protocol, Provenance
from stridenet.evaluation.result import Result

NAN = float("nan")


def sound(n: int = 120, repeats: int = 2, *, wrong: int = 10, **changes: Any) -> Result:
    """Three classes, two test people, the first windows taken for the next class."""
    y = np.arange(n) % 3
    said = np.where(np.arange(n) < wrong, (y + 1) % 3, y)
    made = Result(
        probability=np.stack([np.eye(3, dtype=np.float32)[said]] * repeats),
        y=y,
        group=np.array(["ann", "bob"])[np.arange(n) * 2 // n],
        recording=np.full(n, "r"),
        start_s=np.arange(n) / 2,
        classes=("sit", "stand_up", "walk"),
        seeds=tuple(range(5, 5 + repeats)),
        history=({"loss": [1.0, 0.5], "accuracy": [0.3, 0.6]},) * repeats,
        seconds=(1.5,) * repeats,
        protocol=Protocol(
            "by-person", people={"train": ("1", "2"), "test": ("ann", "bob")}, windows={"train": 500, "test": n}
        ),
        n_parameters=7,
        provenance=Provenance("own", rate_hz=50.0, length=100, dropped={"mixed": 500, "tail_samples": 999}),
    )
    return dataclasses.replace(made, **changes)


def saying(said: list[int] | Any, **changes: Any) -> Result:
    """A sound result but for what each repeat names, by window."""
    return sound(probability=np.eye(3, dtype=np.float32)[np.asarray(said)], **changes)


Y = np.arange(120) % 3


def test_a_sound_result_raises_none() -> None:
    assert alarms(sound()) == []


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (sound(history=({"loss": [1.0]}, {"loss": [NAN]})), "diverged. In 1 of 2 repeats (seed 6) the loss"),
        (sound(repeats=1, history=({"loss": [float("inf")]},)), "diverged. In its only repeat (seed 5)"),
        (sound(probability=np.full((2, 120, 3), NAN)), "(seeds 5, 6) the loss became NaN or infinite. 240 answers"),
        (saying([Y * 0] * 2), "No better than guessing. Always naming the commonest class, sit, scores 33.3 %; this"),
        (saying([(Y + 1) % 3] * 2), "this network 0.0 %."),
        (saying([Y * 0, Y]), "1 repeat is no better than guessing. Always naming sit scores 33.3 %; the"),
        (saying([np.where(Y == 1, 0, Y)] * 2), "Never named: stand up. The network has not learnt it."),
        (saying([np.where(Y == 1, 0, Y), Y]), "Not named by every repeat: stand up (1 of 2 repeats)."),
        (saying([Y] * 2), "Every answer is right."),
        (sound(3, wrong=1), "3 windows were tested: one more right or wrong moves the accuracy by 33.3"),
        (sound(1, wrong=0), "1 window was tested"),
        (sound(protocol=Protocol("official", windows={"train": 10, "test": 120})), "10 windows for 3 classes."),
        (sound(protocol=Protocol("official", windows={"train": 1, "test": 120})), "1 window for 3 classes."),
        (sound(provenance=Provenance(dropped={"mixed": 600, "unlabelled": 21})), "621 windows left out, 620 kept."),
        (sound(provenance=Provenance(dropped={"short_recordings": 5567})), "5,567 recordings were shorter"),
        (sound(provenance=Provenance(length=9, dropped={"tail_samples": 9999})), "9,999 samples at the ends"),
        (sound(classes=("sit", "stand_up", "walk", "fall"), probability=np.eye(4)[[Y] * 2]), "Not tested: fall."),
        (sound(y=np.zeros(120, int), wrong=0), "One class only is tested. Every test window is sit"),
        (sound(y=np.where(np.arange(120) < 4, 1, 2 * (Y == 2))), "Hardly tested: stand up (4), in windows."),
        (sound(group=np.full(120, "ann")), "One test person only."),
        (sound(protocol=Protocol("by-person", people={"train": ("1",)})), "One training person only."),
        (sound(protocol=Protocol("random")), "Random split."),
        (sound(protocol=Protocol("official", shared_people=1, shared_samples=64)), "1 person and 64 samples stand"),
        (sound(protocol=Protocol("official", shared_people=2, shared_samples=1)), "2 people and 1 sample stand"),
        (sound(protocol=Protocol("official", validation_kind="random")), "Random validation."),
        (sound(ledger=Ledger(chose_epoch=True)), "used for this: chose the epoch; read once."),
        (sound(provenance=Provenance(simulated=True)), "Simulated data."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(result: Result, said: str) -> None:
    told = [str(alarm) for alarm in alarms(result)]
    assert any(said in line for line in told), told
    assert all(line.endswith(".") and "\n" not in line and "nan" not in line for line in told)


def test_a_name_over_two_lines_stays_on_one() -> None:
    (told,) = alarms(saying([np.where(Y == 1, 0, Y)] * 2, classes=("sit", 'stand\n"up"', "walk")))
    assert told.sentence == 'stand "up". The network has not learnt it.'


def test_the_best_of_many_is_too_good_and_the_best_of_one_is_not() -> None:
    assert alarms_of_sweep([sound()]) == []
    (told,) = alarms_of_sweep([sound(), sound(), sound()])
    assert str(told).startswith("The best of 3 is too good. All were tested on the same people")
    assert "chose settings; read by 3 different choices" in told.sentence


def test_what_is_wrong_with_some_settings_is_counted() -> None:
    bad = sound(history=({"loss": [NAN]},) * 2)
    simulated = sound(provenance=Provenance(simulated=True))
    assert "The training diverged. In 1 of 2 settings." in str(alarms_of_sweep([sound(), bad])[1])
    assert str(alarms_of_sweep([simulated] * 2)[1]).startswith("Simulated data. A program made these signals.")


def test_settings_that_test_other_people_are_not_said_to_test_the_same() -> None:
    (told,) = alarms_of_sweep([sound(), sound(group=np.where(np.arange(120) < 60, "ann", "eve"))])
    assert str(told).startswith("Tested on other people. Not every setting was tested on the same people")
