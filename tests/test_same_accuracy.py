"""What is said of the row that differs is what was stored."""

import json
from pathlib import Path

import numpy as np
from scipy.stats import ttest_ind

from stridenet.evaluation import statistics
from stridenet.reproduction import records
from stridenet.reproduction.printed import TRAINED

FOLDER = Path(__file__).parents[1] / "docs" / "reproduction"


def test_the_sentence_on_eight_filters_has_the_stored_figures() -> None:
    row = next(row for row in TRAINED["A4"].rows if row.label == "8")
    stored = json.loads((FOLDER / "A4-8-keras-fit.json").read_text(encoding="utf-8"))["peers"]
    fits = {peer: 100 * np.array(stored[peer]["accuracies"]) for peer in ("tensorflow", "jax")}
    for scores in fits.values():
        assert f"{scores.mean():.2f} ± {scores.std():.2f}" in row.explained
        assert len(scores) == 20
    ours = records.load(FOLDER, "A4")
    both = 100 * np.array(ours["8"].accuracies + ours["8, other seeds"].accuracies)
    assert len(both) == 20
    assert ttest_ind(both, fits["jax"], equal_var=False).pvalue > 0.05
    assert ttest_ind(both, fits["tensorflow"], equal_var=False).pvalue < 0.05


def test_the_sentence_on_many_filters_has_the_stored_figures() -> None:
    row = next(row for row in TRAINED["A4"].rows if row.label == "128")
    ours = records.load(FOLDER, "A4")
    tens = [100 * np.array(ours[label].accuracies) for label in ("128", "128, other seeds")]
    worst = np.sort(np.concatenate(tens))
    assert f"at {worst[0]:.1f} and {worst[1]:.1f}" in row.explained
    assert {f"{np.median(ten):.1f}" for ten in tens} == {"90.2"}
    assert "medians of both tens are 90.2" in row.explained
    stored = json.loads((FOLDER / "A4-128-keras-fit.json").read_text(encoding="utf-8"))["peers"]
    again = {side: 100 * np.array(stored[side]["accuracies"]) for side in ("tensorflow", "jax", "ours")}
    for scores in again.values():
        assert f"{scores.mean():.2f} ± {scores.std():.2f}" in row.explained
        assert len(scores) == 20
    for peer in ("tensorflow", "jax"):
        assert ttest_ind(again["ours"], again[peer], equal_var=False).pvalue > 0.05
    assert row.printed is not None
    assert statistics.welch(again["ours"].tolist(), row.printed).agrees
