import json
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import f1_score, recall_score

import made_results
from stridenet.evaluation.intervals import of_score
from stridenet.evaluation.protocol import Protocol
from stridenet.evaluation.result import NO_ANSWER, Result


def make(n_repeats: int = 3, n: int = 40, n_classes: int = 3, **changes: Any) -> Result:
    rng = np.random.default_rng(1)
    p = rng.dirichlet(np.ones(n_classes), (n_repeats, n)).astype(np.float32)
    parts: dict[str, Any] = {
        "probability": p,
        "y": rng.integers(0, n_classes, n),
        "group": np.repeat(["10", "9"], n // 2),
        "recording": np.full(n, "walk"),
        "start_s": np.arange(n) / 2,
        "classes": tuple("abcdef"[:n_classes]),
        "seeds": tuple(range(n_repeats)),
        "history": tuple({"loss": [1.0, 0.5], "accuracy": [0.3, 0.6]} for _ in range(n_repeats)),
        "seconds": (1.5,) * n_repeats,
        "protocol": Protocol(
            "by-person", people={"train": ("1", "2", "3"), "test": ("10", "9")}, windows={"train": 50, "test": 40}
        ),
        "n_parameters": 7,
    }
    return Result(**(parts | changes))


def test_figures_come_from_the_predictions() -> None:
    result = make()
    figures = result.metrics()
    said = result.probability.argmax(axis=2)
    accuracies = [float((said[r] == result.y).mean()) for r in range(3)]
    assert figures["accuracies"] == pytest.approx(accuracies)
    assert figures["accuracy_mean"] == pytest.approx(np.mean(accuracies))
    assert figures["accuracy_sd"] == pytest.approx(np.std(accuracies, ddof=0))
    f1s = [f1_score(result.y, s, average="macro") for s in said]
    assert figures["macro_f1_mean"] == pytest.approx(np.mean(f1s))
    assert figures["macro_f1_sd"] == pytest.approx(np.std(f1s))
    assert figures["protocol"]["words"] == "by-person: 3 people train, 2 others are tested"
    assert figures["n_parameters"] == 7


def test_confusions_are_one_a_repeat_and_pooled() -> None:
    result = make()
    figures = result.metrics()
    assert result.confusions.shape == (3, 3, 3)
    assert np.sum(figures["confusion_first"]) == len(result.y)
    assert np.sum(figures["confusion_pooled"]) == 3 * len(result.y)
    np.testing.assert_allclose(figures["confusion_sd"], result.confusions.std(axis=0))


def test_every_class_and_every_person_has_figures() -> None:
    result = make()
    figures = result.metrics()
    recall = [recall_score(result.y, s, labels=[1], average="macro") for s in result.predicted]
    walking = figures["classes"]["b"]
    assert walking["recall"] == {"mean": pytest.approx(np.mean(recall)), "sd": pytest.approx(np.std(recall))}
    assert walking["support"] == (result.y == 1).sum()
    assert list(figures["people"]) == ["10", "9"]
    his = result.group == "9"
    scores = [(s[his] == result.y[his]).mean() for s in result.predicted]
    assert figures["people"]["9"] == {
        "mean": pytest.approx(np.mean(scores)),
        "sd": pytest.approx(np.std(scores)),
        "windows": 20,
    }


def test_one_repeat_has_no_spread() -> None:
    assert make(1).metrics()["accuracy_sd"] == 0.0


def test_figures_are_plain_json() -> None:
    figures = make().metrics()
    assert json.loads(json.dumps(figures, allow_nan=False)) == figures


def test_a_class_that_nobody_is_in_has_figures() -> None:
    result = make()
    result.y[result.y == 2] = 0
    figures = result.metrics()["classes"]["c"]
    assert figures["support"] == 0
    assert figures["recall"]["mean"] == 0.0


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_an_answer_that_is_no_number_is_wrong_and_no_class(broken: float) -> None:
    whole = make(2)
    probability = whole.probability.copy()
    probability[1, whole.y == 0] = broken
    result = make(2, probability=probability, y=whole.y)
    assert (result.predicted[1, whole.y == 0] == NO_ANSWER).all()
    assert result.accuracies[1] == ((result.predicted[1] == whole.y) & (whole.y != 0)).mean()
    assert result.confusions[1].sum() == (whole.y != 0).sum()
    figures = result.metrics()
    assert figures["no_answer"] == [0, (whole.y == 0).sum()]
    assert figures["macro_f1s"][1] < whole.metrics()["macro_f1s"][1]
    assert json.loads(json.dumps(figures, allow_nan=False)) == figures


def test_a_training_that_diverged_is_named_by_its_seed() -> None:
    fine: dict[str, list[float]] = {"loss": [1.0, 0.5], "accuracy": [0.3, 0.6]}
    assert make(2).diverged == ()
    for values in ([np.nan, np.nan], [1.0, np.inf], [1.0, np.nan]):
        assert make(3, seeds=(7, 8, 9), history=(fine, fine | {"loss": values}, fine)).diverged == (8,)
    assert make(2, history=(fine | {"val_loss": [0.1, np.nan]}, fine)).diverged == (0,)
    p = make(2).probability.copy()
    p[0, 3, 1] = np.nan
    assert make(2, probability=p).diverged == (0,)
    assert make(2, history=({}, {})).diverged == ()


def test_all_answers_lost_is_accuracy_zero() -> None:
    result = make(1, probability=np.full((1, 40, 3), np.nan, dtype=np.float32))
    assert result.accuracies == [0.0]
    figures = result.metrics()
    assert figures["macro_f1_mean"] == 0.0
    assert json.loads(json.dumps(figures, allow_nan=False)) == figures


def test_a_result_is_shown_in_a_few_lines() -> None:
    result = make(2, classes=("a", "<b>", "c"))
    shown = repr(result)
    assert len(shown.splitlines()) < 15
    assert "over 2 repeats" in shown
    assert "±" not in repr(make(1))
    assert "<b>" not in result._repr_html_()
    assert "diverged" in repr(make(1, history=({"loss": [float("nan")]},)))
    assert "1 person" in repr(make(1, group=np.full(40, "9")))


def test_every_score_has_its_interval_over_people() -> None:
    group = np.repeat([f"p{i}" for i in range(8)], 5)
    result = make(group=group)
    told = result.metrics()["scores"]
    assert list(told) == list(result.tally.names)
    for name, sure in result.intervals().items():
        assert sure == of_score(result.tally, name)
        assert (told[name]["low"], told[name]["high"]) == (sure.low, sure.high)
        assert told[name]["value"] == pytest.approx(result.tally.score(name).mean())
        assert told[name]["low"] <= told[name]["value"] <= told[name]["high"]
    assert told["accuracy"]["repeats"] == pytest.approx(result.accuracies)
    assert (told["accuracy"]["n_people"], told["accuracy"]["method"], told["accuracy"]["doubt"]) == (
        8,
        "bootstrap-t",
        "",
    )


def test_few_people_are_doubted() -> None:
    told = make().metrics()["scores"]["accuracy"]
    assert told["doubt"] == "only 2 people: it says little"
    assert told["doubt"] in repr(make())
    alone = make(1, group=np.full(40, "9")).metrics()["scores"]
    assert (alone["accuracy"]["low"], alone["accuracy"]["high"], alone["log_loss"]["high"]) == (0, 1, None)


def test_a_class_is_told_with_the_people_who_have_it() -> None:
    group = np.repeat(["a", "b", "c", "d"], 10)
    y = np.where(group == "d", 0, np.arange(40) % 3)
    sure = make(y=y, group=group).metrics()["classes"]["b"]["recall_interval"]
    assert sure["n_people"] == 3
    assert sure["low"] < sure["high"]
    assert make(y=np.zeros(40, dtype=int)).metrics()["classes"]["b"]["recall_interval"] is None


def test_macro_f1_is_over_the_classes_that_are_tested() -> None:
    y = np.arange(40) % 2
    said = np.where(np.arange(40) == 0, 2, y)  # once a class is named that no window has
    told = make(1, y=y, probability=np.eye(3, dtype=np.float32)[said][None]).metrics()
    assert told["macro_f1_mean"] == pytest.approx((2 * 19 / 39 + 1) / 2)
    assert told["scores"]["macro_f1"]["value"] == told["macro_f1_mean"]


def test_calibration_has_its_bins() -> None:
    told = make().metrics()["calibration"]
    assert sum(one["count"] for one in told["bins"]) == 3 * 40
    apart = sum(one["count"] * abs(one["confidence"] - one["accuracy"]) for one in told["bins"]) / 120
    assert told["ece"] == pytest.approx(apart)
    assert make(probability=np.full((3, 40, 3), np.nan, dtype=np.float32)).metrics()["calibration"] is None


def test_the_repeats_together_are_a_result_of_one() -> None:
    several = made_results.result(wrong=0.4, repeats=5)
    together = several.ensemble
    assert together is not None
    np.testing.assert_allclose(together.probability[0], several.probability.mean(axis=0), atol=1e-6)
    assert together.accuracies[0] > max(several.accuracies)  # they are wrong in other places
    assert several.metrics()["ensemble"]["accuracy"]["value"] == together.accuracies[0]
    assert made_results.result(repeats=1).ensemble is None


def test_what_diverged_is_left_out_of_the_ensemble() -> None:
    several = made_results.result(repeats=3)
    broken = several.probability.copy()
    broken[1] = np.nan
    together = made_results.result(repeats=3, probability=broken).ensemble
    assert together is not None
    np.testing.assert_allclose(together.probability[0], several.probability[[0, 2]].mean(axis=0), atol=1e-6)
