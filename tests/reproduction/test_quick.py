"""``stridenet reproduce --all --quick``: every section from the data to the document, in minutes."""

import json
import time
from pathlib import Path

import pytest

from stridenet.__main__ import main
from stridenet.reproduction.printed import TRAINED
from stridenet.reproduction.sections import SECTIONS

MOST_S = 300.0


@pytest.mark.real
@pytest.mark.slow
def test_all_sections_in_minutes(tmp_path: Path, real_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["reproduce", "--all", "--quick", "--json", "--out", str(tmp_path), "--runs", str(tmp_path / "runs")]
    began = time.process_time()  # all threads' time: as long as two idle cores need, or longer, whatever else runs here
    assert main([*command, "--data-dir", str(real_data)]) == 0
    assert time.process_time() - began < MOST_S

    told = json.loads(capsys.readouterr().out)
    assert list(told["sections"]) == list(SECTIONS)
    for name, section in told["sections"].items():
        assert section["state"] == "stored", name
        assert len(section["rows"]) == (len(TRAINED[name].rows) if name in TRAINED else 0)
        for row in section["rows"]:
            if row["ours"] is not None:
                assert row["ours"]["quick"]
                assert row["verdict"].startswith("cannot be compared")
                assert len(row["ours"]["scores"]) == 2
                assert row["printed_parameters"] in (None, row["ours"]["n_parameters"])
            else:
                assert row["label"] == "WISDM v1.1"  # the one whose data is not at hand
        assert all(fact["verdict"] != "differs" for fact in section["facts"])
    text = (tmp_path / "reproduction-quick.md").read_text(encoding="utf-8")
    assert "Made with `--quick`" in text
    for name in ("A2", *TRAINED):
        assert f"reproduction-quick/{name}.png" in text
        assert (tmp_path / "reproduction-quick" / f"{name}.png").stat().st_size > 10_000
    assert not (tmp_path / "reproduction").exists()
