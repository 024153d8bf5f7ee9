"""A run folder of the first version, made by commit 413dc76, is read for what it is."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from stridenet import spec
from stridenet.errors import DataError
from stridenet.runs import folder as runfolder

OLDER = Path(__file__).with_name("older_run")


def test_it_opens_with_its_own_figures() -> None:
    result, figures = runfolder.read(OLDER), json.loads((OLDER / "metrics.json").read_text())
    assert result.accuracies == pytest.approx(figures["accuracies"])
    assert result.metrics()["confusion_pooled"] == figures["confusion_pooled"]
    assert str(result.protocol).startswith("official: 2 people train, 1 other is tested")
    assert (result.protocol.kind, result.protocol.validation_kind) == ("official", "by-person")
    assert result.protocol.people["test"] == tuple(figures["about"]["people"]["test"])
    assert (result.protocol.shared_people, result.protocol.shared_samples) == (0, 0)
    assert result.provenance.simulated
    assert result.provenance.channels == tuple(figures["about"]["channels"])
    assert result.executor == figures["about"]["engine"]
    with (OLDER / "predictions.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [result.classes[c] for c in result.predicted.ravel()] == [row["predicted"] for row in rows]
    assert np.isfinite(result.probability).all()


def test_one_without_a_field_that_came_later_opens_too(tmp_path: Path) -> None:
    shutil.copytree(OLDER, tmp_path / "run")
    figures = json.loads((OLDER / "metrics.json").read_text())
    del figures["compile_seconds"]
    (tmp_path / "run" / "metrics.json").write_text(json.dumps(figures))
    assert runfolder.read(tmp_path / "run").compile_seconds == ()


def test_its_settings_mean_the_same_today() -> None:
    settings = spec.parse(spec.read_toml(OLDER / "settings.toml"))
    assert (settings.executor, settings.split.seed) == ("here", 0)


@pytest.mark.parametrize("name", ["metrics.json", "history.json", "predictions.csv"])
def test_a_damaged_one_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    shutil.copytree(OLDER, tmp_path / "run")
    (tmp_path / "run" / name).write_text("{")
    with pytest.raises(DataError, match=r"is not a complete run \(.*\); make it anew with stridenet run --fresh"):
        runfolder.read(tmp_path / "run")
