"""What ``stridenet run`` prints when it has finished."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from stridenet.cli._summary import figures, summary, worst
from stridenet.evaluation.protocol import Protocol, Provenance
from stridenet.evaluation.result import Result
from stridenet.runs.job import Run

Y = np.arange(120) % 3


def made(*said: Any, **changes: Any) -> Result:
    """A result of three classes, from what each repeat names."""
    parts: dict[str, Any] = {
        "probability": np.eye(3, dtype=np.float32)[np.stack(said)],
        "y": Y,
        "group": np.array(["ann", "bob"])[np.arange(120) // 60],
        "recording": np.full(120, "r"),
        "start_s": np.arange(120) / 2,
        "classes": ("sit", "stand_up", 'wa\nlk "5"'),
        "seeds": tuple(range(len(said))),
        "history": ({"loss": [1.0], "accuracy": [0.5]},) * len(said),
        "seconds": (1.0,) * len(said),
        "protocol": Protocol("by-person", people={"train": ("1",), "test": ("ann", "bob")}, windows={"train": 400}),
        "n_parameters": 7,
        "provenance": Provenance(
            "own", False, "", 50.0, 100, ("ax", "gx"), ("g", "rad/s"), {"short_recordings": 5567, "mixed": 0}
        ),
    }
    return Result(**(parts | changes))


def told(result: Result) -> dict[str, str]:
    """The lines by their first word; alarms together."""
    lines: dict[str, str] = {}
    for line in summary(Run(result, Path("runs/r"), found=False)).splitlines():
        name, said = line[:11].strip(), line[11:]
        lines[name] = f"{lines[name]} | {said}" if name in lines else said
    return lines


def test_one_repeat_has_no_spread() -> None:
    assert told(made(Y))["accuracy"].startswith("100.000 % in 1 repeat, so its spread is not known (the commonest")
    assert told(made(Y, Y))["accuracy"].startswith("100.000 % ± 0.000 over 2 repeats (")


def test_it_says_how_sure_the_accuracy_is() -> None:
    wrong = (Y + 1) % 3
    often = np.arange(120) % 10 < 2 + np.arange(120) // 60
    said = told(made(np.where(often, wrong, Y), Y))["how sure"]
    assert said.startswith("accuracy 87.5 % (95 % interval over 2 people ")
    assert said.endswith("; sd over 2 seeds 12.5; only 2 people: it says little)")
    assert "one seed, no spread known" in told(made(Y))["how sure"]


def test_plurals_are_right() -> None:
    lines = told(made(Y, protocol=Protocol("by-person", shared_people=1, shared_samples=1, people={"train": ("1",)})))
    assert lines["shared"] == "1 person and 1 sample on both sides"
    assert told(made(Y, protocol=Protocol("by-person", shared_people=None)))["shared"].startswith(
        "an unknown number of"
    )


def test_the_worst_classes_and_what_they_are_taken_for() -> None:
    sits = np.where((Y == 1) & (np.arange(120) < 60), 0, Y)
    assert worst(made(sits, Y)) == ["stand_up: 75.0 % found, taken for sit 25.0 %"]
    assert worst(made(Y)) == []
    assert worst(made(Y * 0)) == [
        "stand_up: 0.0 % found, taken for sit 100.0 %",
        'wa lk "5": 0.0 % found, taken for sit 100.0 %',
    ]
    absent = made(Y, y=np.where(Y == 1, 0, Y))
    assert [line.split(":")[0] for line in worst(absent)] == ["sit"]  # stand_up is not tested


def test_what_was_left_out_and_what_went_in_is_said() -> None:
    lines = told(made(Y))
    assert lines["left out"] == "recordings shorter than a window: 5,567"
    assert lines["channels"] == "ax [g]; gx [rad/s]"
    assert lines["windows"] == "400 to train; 100 samples, 2 s at 50 Hz"
    assert "left out" not in told(made(Y, provenance=Provenance()))


def test_alarms_are_a_line_each_and_the_report_is_last() -> None:
    result = made(Y * 0, history=({"loss": [float("nan")]},))
    lines = told(result)
    assert "The training diverged." in lines["alarm"]
    assert "Never named:" in lines["alarm"]
    assert list(lines)[-1] == "report"
    assert json.loads(json.dumps(figures(Run(result, Path("r"), found=True)), allow_nan=False))["diverged"] == [0]


def test_answers_that_are_no_numbers_are_still_summed_up() -> None:
    lines = told(made(Y, probability=np.full((1, 120, 3), np.nan, dtype=np.float32)))
    assert lines["accuracy"].startswith("0.000 %")
    assert "sit: 0.0 % found, no answer" in lines["worst"]
