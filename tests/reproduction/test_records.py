import json
from pathlib import Path

import pytest

from stridenet.errors import DataError
from stridenet.reproduction import records
from stridenet.reproduction.records import Checked, Fact, Record


def record(label: str, *accuracies: float) -> Record:
    return Record(label, {"data.name": "uci-har"}, list(accuracies), list(range(len(accuracies))), 6, 1.5)


def test_rows_and_facts_come_back(tmp_path: Path) -> None:
    assert records.load(tmp_path, "A3") == {}
    assert records.load_checked(tmp_path, "A3") is None
    checked = Checked([Fact("positions", "8", "8", "agrees")], ["a line"])
    records.store(tmp_path, "A3", record("off", 0.9, 0.91))
    records.store_checked(tmp_path, "A3", checked)
    records.store(tmp_path, "A3", record("on", 0.8))
    records.store(tmp_path, "A3", record("off", 0.7))
    assert records.load(tmp_path, "A3") == {"off": record("off", 0.7), "on": record("on", 0.8)}
    assert records.load_checked(tmp_path, "A3") == checked


def test_a_file_of_an_older_version_is_read(tmp_path: Path) -> None:
    row = {"label": "x", "settings": {}, "accuracies": [0.5], "seeds": [0], "n_parameters": 1, "seconds": 1.0}
    (tmp_path / "A1.json").write_text(json.dumps({"section": "A1", "rows": [row]}))
    assert records.load(tmp_path, "A1")["x"].classes == {}


@pytest.mark.parametrize("text", ["", "[]", '{"rows": [1]}', '{"rows": [{"label": "x"}]}', '{"rows": [{}]}'])
def test_other_files_are_refused_with_their_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "A1.json").write_text(text)
    with pytest.raises(
        DataError, match=r"A1\.json: not a stored reproduction .*; move it away and run the section again"
    ):
        records.load(tmp_path, "A1")
