"""The document of performance is what its script writes from the stored figures, and those are what was measured."""

import json
from pathlib import Path
from typing import Any

import pytest

import measuring
import performance_tables
import summaries
import tasks
import write_performance

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "performance"
STORED = [section for section in performance_tables.TITLES if (FOLDER / f"{section}.json").exists()]


def test_the_document_is_written_from_the_stored_figures() -> None:
    assert FOLDER.with_suffix(".md").read_text(encoding="utf-8") == write_performance.document(FOLDER)


@pytest.mark.parametrize("section", STORED)
def test_the_stored_summaries_follow_from_what_was_measured(section: str) -> None:
    stored = measuring.load(FOLDER, section)
    assert stored is not None
    assert not stored["quick"]
    if stored.get("rounds_of"):
        whole = measuring.load(FOLDER, stored["rounds_of"])
        assert whole is not None
        stored["rounds"] = whole["rounds"]
    again = json.loads(json.dumps(summaries.SUMMARIES[section](stored)))
    for (name, one), (other_name, other) in zip(_leaves(again), _leaves(stored["summary"]), strict=True):
        assert name == other_name
        assert one == pytest.approx(other, rel=1e-4), name


def _leaves(value: Any, name: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [leaf for key, one in value.items() for leaf in _leaves(one, f"{name}/{key}")]
    return [(name, value)]


def test_training_alone_is_between_the_ends_of_a_repeats_epochs_over_those_at_once() -> None:
    two_workers = [(5.0, 1, 1), (6.0, 1, 2), (9.0, 2, 1), (11.0, 2, 2), (20.0, 3, 1), (23.0, 3, 2)]
    assert summaries.training_alone({"events": two_workers, "at_once": 2}) == (1 + 2 + 3) / 3 / 2


def test_training_alone_needs_a_second_epoch() -> None:
    with pytest.raises(ValueError, match="no second epoch"):
        summaries.training_alone({"events": [(1.0, 1, 1), (2.0, 2, 1)], "at_once": 1})


def test_repeats_in_one_process_are_counted_by_their_first_epochs() -> None:
    from our_run import together

    assert together([(1.0, 1, 1), (1.0, 2, 1), (2.0, 1, 2), (2.0, 2, 2)]) == 2
    assert together([(1.0, 1, 1), (2.0, 1, 2), (3.0, 2, 1), (4.0, 2, 2)]) == 1
    assert together([(1.0, 1, 1), (2.0, 2, 1)]) == 1


def _round(ours_s: float, peer_s: float) -> dict[str, Any]:
    """Two repeats of three epochs, one after the other; every epoch of ours lasts ``ours_s`` after 4 s of start."""
    repeats = [
        (4 + ours_s * (3 * repeat + epoch + 1), repeat + 1, epoch + 1) for repeat in (0, 1) for epoch in range(3)
    ]
    ours = {"events": repeats, "at_once": 1, "process_s": 6 + 6 * ours_s, "compile_s": 2.5, "memory_mb": 500.0}
    peer = {"epoch_s": [9.0, peer_s, peer_s], "process_s": 12 + 2 * peer_s, "memory_mb": 900.0}
    return {
        "ours": ours,
        **dict.fromkeys(summaries.PEERS, peer),
        "rate": {"gflops": 100.0, "each": {"numpy": [60.0, 40.0], "jax": [50.0, 40.0]}},
    }


def _task(**more: Any) -> dict[str, Any]:
    size = {"name": "A1", "repeats": 2, "epochs": 3, "n_train": 1000, "training_mflop": 50.0, "forward_mflop": 17.0}
    also = {"peer_epochs": 3, "batch_size": 32, "parameters": 7, "n_validation": 0}
    return {**size, **also, **more}


def test_ratios_are_of_the_same_round() -> None:
    found = {"task": _task(), "rounds": [_round(1, 2), _round(10, 30), _round(2, 3)]}
    summary = summaries.trained(found)
    assert summary["ratio"]["tensorflow"]["training"] == {"median": 2, "low": 1.5, "high": 3}
    assert summary["epoch_s"]["training"]["median"] == 2
    assert summary["epoch_s"]["whole"]["median"] == (6 + 6 * 2) / 6
    # 3 s of start, then twice 9 s of a first epoch and two later ones
    assert summary["experiment_s"]["jax"]["low"] == 3 + 2 * (9 + 2 * 2)


def test_the_limit_is_arithmetic_over_the_rate() -> None:
    summary = summaries.limit({"task": _task(), "rounds": [_round(1, 2)]})
    assert summary["limit_s"]["median"] == 1000 * 50e6 / 100e9
    assert summary["share"]["training"]["median"] == 0.5
    assert summary["of"]["jax"]["gflops"]["median"] == 90


def test_the_accuracy_counts_from_the_epoch_that_reached_it() -> None:
    one = {"epoch_s": [3.0, 1.0, 1.0], "accuracy": [0.7, 0.9, 0.8]}
    never = {"epoch_s": [3.0, 1.0], "accuracy": [0.7, 0.8]}
    rounds = [dict.fromkeys(("ours", *summaries.PEERS), training) for training in (one, never)]
    sides = summaries.reached({"target": 0.9, "rounds": rounds})
    assert (sides["ours"]["seconds"]["median"], sides["ours"]["epochs"]["median"]) == (4, 2)
    assert (sides["ours"]["reached"], sides["ours"]["trainings"]) == (1, 2)


def test_a_whole_document_from_hand_made_figures(tmp_path: Path) -> None:
    folder = tmp_path / "performance"
    folder.mkdir()
    machine = {"processor": "P", "cores": "2", "platform": "Linux", "device": "cpu"}
    found = {"date": "2030-01-02", "machine": machine, "quick": False, "task": _task(), "rounds": [_round(1, 2)]}
    for section in ("a", "d", "h"):
        stored = {**found, "summary": summaries.SUMMARIES[section](found)}
        (folder / f"{section}.json").write_text(measuring.to_json(stored), encoding="utf-8")
    text = write_performance.write(folder).read_text(encoding="utf-8")
    assert "| training alone on both sides | 2 | 2 | reached |" in text
    assert "| A1 whole, against training alone of Keras fit on TensorFlow | 2 | 1 | **not reached** |" in text
    assert "| A1 from start to report, against Keras fit on TensorFlow's | 2 | 2.42 | reached |" in text
    assert "| Keras fit on TensorFlow | 2 | 1 | 2 |" in text
    assert "| a PyTorch loop | 900 |" in text
    assert "P, 2 cores, Linux, device cpu; 2030-01-02." in text
    assert text.count("Not measured yet.") == len(performance_tables.TITLES) - 3


def test_json_keeps_rows_of_numbers_on_a_line() -> None:
    value = {"a": [1 / 3, None, "é"], "b": {"c": [[1, 2.5]] * 40}}
    text = measuring.to_json(value)
    assert json.loads(text) == {"a": [0.333333, None, "é"], "b": {"c": [[1, 2.5]] * 40}}
    assert max(len(line) for line in text.splitlines()) < 120


def test_the_settings_of_every_task_are_ours() -> None:
    from stridenet.spec import parse

    for quick in (False, True):
        for make in (tasks.baseline, tasks.heads, tasks.phone):
            task = make(quick=quick)
            assert parse(task.spec).model.name == task.for_peers()["model"]
            assert task.spec["train"]["epochs"] > 1


def test_training_costs_three_forwards_less_the_gradient_of_the_windows() -> None:
    from our_data import training_mflop

    from stridenet.models.build import build
    from stridenet.models.layer_table import layer_table

    cnn = layer_table(build("cnn", length=128, n_channels=9, n_classes=6))
    assert training_mflop(cnn) == pytest.approx(3 * cnn.mflop - 2 * 126 * 64 * 27 / 1e6)
    heads = layer_table(build("multihead", length=128, n_channels=9, n_classes=6))
    first = sum(2 * (129 - kernel) * 64 * 9 * kernel for kernel in (3, 5, 11))
    assert training_mflop(heads) == pytest.approx(3 * heads.mflop - first / 1e6)
