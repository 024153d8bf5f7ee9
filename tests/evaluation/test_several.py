import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from made_results import PEOPLE, PERSON, Y, result
from stridenet.errors import SettingError, UnknownNameError
from stridenet.evaluation.comparing import compare, corrected_t, holm, signed_ranks
from stridenet.evaluation.power import enough
from stridenet.evaluation.protocol import Protocol
from stridenet.evaluation.result import Result
from stridenet.evaluation.several import several


def own(made: Result) -> np.ndarray:
    """Accuracy, person by repeat."""
    return np.array([(made.predicted[:, p == PERSON] == Y[p == PERSON]).mean(axis=1) for p in range(PEOPLE)])


def test_two_are_paired_by_person_and_seed() -> None:
    good, poor = result(0.1), result(0.4, seed=1)
    found = several({"poor": poor, "good": good}, draws=500)
    assert found.names == ("good", "poor")
    (pair,) = found.pairs
    assert (pair.first, pair.second, pair.shown, pair.folds) == ("good", "poor", True, None)
    differences = own(good) - own(poor)
    assert pair.found.difference == pytest.approx(differences.mean())  # everyone has as many windows
    assert pair.p_holm == pair.found.ranks.p == signed_ranks(differences.mean(axis=1)).p
    assert pair.enough == enough(differences)
    assert pair.found == compare(good.tally, poor.tally, draws=500)


def test_only_seeds_that_all_have_are_compared() -> None:
    first, second = result(0.1, repeats=4), result(0.1, repeats=3, first_seed=2, seed=1)
    found = several({"first": first, "second": second}, draws=200)
    assert found.seeds == (2, 3)
    assert found.left_out == {"first": 2, "second": 1}
    assert found.told()["results"][found.names.index("first")]["repeats"] == pytest.approx(first.accuracies[2:])
    assert found.pairs[0].enough == enough(
        (own(first)[:, 2:] - own(second)[:, :2]) * (1 if found.names[0] == "first" else -1)
    )


def test_without_a_common_seed_repeats_are_averaged() -> None:
    first, second = result(0.1, repeats=2), result(0.4, repeats=3, first_seed=7, seed=1)
    found = several({"first": first, "second": second}, draws=200)
    assert found.seeds == ()
    assert found.left_out == {}
    expected = enough((own(first).mean(axis=1) - own(second).mean(axis=1))[:, None])
    assert found.pairs[0].enough == expected
    assert expected.repeats is None


def test_several_p_are_raised_together_and_people_rank() -> None:
    found = several({f"n{i}": result(0.1 + 0.1 * i, seed=i) for i in range(3)}, draws=200)
    assert [(p.first, p.second) for p in found.pairs] == [("n0", "n1"), ("n0", "n2"), ("n1", "n2")]
    assert [p.p_holm for p in found.pairs] == holm([p.found.ranks.p for p in found.pairs])
    assert found.ranks is not None
    assert found.ranks.names == ("n0", "n1", "n2")


def test_the_content_decides_however_the_data_is_known() -> None:
    """The simulated data is known by its settings, and where Python cuts it by its samples."""
    first, second = (
        replace(made, provenance=replace(made.provenance, content="c1")) for made in (result(0.1), result(0.4, seed=1))
    )

    def told(**changes: Any) -> Result:
        return replace(second, provenance=replace(second.provenance, **changes))

    assert several({"a": first, "b": told(digest="d2", source="")}, draws=200).pairs
    with pytest.raises(SettingError, match="their data differ, own and not named"):
        several({"a": first, "b": told(digest="d2", source="", content="")})
    with pytest.raises(SettingError, match="although both are of own: it was changed"):
        several({"a": first, "b": told(content="c2")})


def test_of_a_loss_less_is_better() -> None:
    found = several({"poor": result(0.4, seed=1), "good": result(0.1)}, "log_loss", draws=200)
    assert found.names == ("good", "poor")
    assert found.pairs[0].found.difference < 0
    assert found.ranks is not None
    assert found.ranks.names[0] == "good"


def test_folds_are_compared_by_nadeau_and_bengio() -> None:
    first, second = result(0.1, folds=5), result(0.3, seed=1, folds=5)
    (pair,) = several({"a": first, "b": second}, draws=200).pairs
    by_fold = [(own(first) - own(second))[2 * f : 2 * f + 2].mean() for f in range(5)]
    assert pair.folds is not None
    assert pair.folds.n == 5
    assert pair.folds.t == pytest.approx(corrected_t(by_fold, 8, 2).t)
    assert pair.folds_p_holm == pair.folds.p
    told = pair.found.difference
    assert told == pytest.approx(np.mean(by_fold))


def test_other_folds_are_refused() -> None:
    made = result(folds=5)
    with pytest.raises(SettingError, match="5 folds and 2 folds; run both with the same --protocol, as in by-person:5"):
        several({"a": made, "b": result(folds=2)})
    with pytest.raises(SettingError, match="people are in other folds; run both with the same --split-seed"):
        several({"a": made, "b": replace(made, fold=made.fold[::-1].copy())})


def test_all_is_plain_json_also_of_one_person() -> None:
    changes: tuple[dict[str, Any], ...] = ({}, {"group": np.full(400, "ann")})
    for change in changes:
        found = several({"a": result(**change), "b": result(0.1, seed=1, **change)}, draws=200).told()
        assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["pairs"][0]["low"] is None
    assert found["pairs"][0]["enough"] is None
    assert found["ranks"] is None


def test_there_must_be_two_and_a_score() -> None:
    with pytest.raises(SettingError, match=r"needs two results at least; name another run\.$"):
        several({"a": result()})
    with pytest.raises(UnknownNameError, match="did you mean 'macro_f1'"):
        several({"a": result(), "b": result()}, "macrof1")


OTHER = Protocol(
    "by-person", people={"train": ("u",), "test": tuple(f"p{i}" for i in range(10))}, windows={"train": 90}
)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"provenance": {"length": 64}},
            r"windows differ, 100 and 64 samples in a window; run both .* \(--length\)\.$",
        ),
        ({"provenance": {"rate_hz": 20.0}}, "windows differ, 50 and 20 samples a second"),
        ({"provenance": {"channels": ("ax",), "units": ("g",)}}, r"the channels \(only the first has gx \[rad/s\]\)"),
        (
            {"classes": ("sit", "stand", "walk", "fall")},
            r"classes differ \(only the first has run, only the second has f",
        ),
        ({"classes": ("stand", "sit", "walk", "run")}, "classes differ in their order"),
        ({"provenance": {"digest": "d2"}}, "data differ although both are of own: it was changed"),
        ({"provenance": {"digest": "d2", "source": "hapt"}}, "data differ, own and hapt; run both on the same data"),
        (
            {"protocol": Protocol("official")},
            "protocols differ, by-person and official; run both with the same --protocol",
        ),
        ({"protocol": OTHER}, r"other people are not tested \(only the first has t, only the second has u\)"),
        ({"start_s": np.arange(400) / 4}, r"begin at other times; run both with the same windows \(--step"),
        ({"y": Y[::-1].copy()}, "labels differ"),
    ],
)
def test_what_differs_is_refused_and_named(changes: dict[str, Any], sentence: str) -> None:
    made = result()
    if isinstance(changes.get("provenance"), dict):
        changes = changes | {"provenance": replace(made.provenance, **changes["provenance"])}
    with pytest.raises(SettingError, match=f"^cnn and gap cannot be compared: their .*{sentence}|{sentence}"):
        several({"cnn": made, "gap": replace(made, **changes)})


def test_validating_people_are_among_those_who_could_train() -> None:
    protocol = Protocol(
        "by-person",
        "by-person",
        people={"train": (), "validation": ("t",), "test": tuple(f"p{i}" for i in range(10))},
        windows={"train": 60, "validation": 30},
    )
    assert several({"a": result(), "b": result(0.1, seed=1, protocol=protocol)}, draws=100).seeds == (0, 1, 2)
