import json
from pathlib import Path

import pytest

from stridenet.__main__ import main
from stridenet.reproduction import page, records, rows
from stridenet.reproduction.outcome import outcome
from stridenet.reproduction.printed import TRAINED, Experiment, Row
from stridenet.reproduction.records import Checked, Fact, Record
from stridenet.reproduction.sections import SECTIONS, chosen

CLASSES = {"walking": {s: {"mean": 0.9, "sd": 0.1} for s in ("precision", "recall", "f1")} | {"support": 7}}


def record(experiment: Experiment, row: Row, shift: float = 0.0, *, quick: bool = False) -> Record:
    """Ten scores around the document's mean, or around 91 where it has none."""
    mean = (row.printed.mean if row.printed else 91.0) + shift
    accuracies = [(mean + 0.2 * (i - 4.5)) / 100 for i in range(10)]
    settings = rows.settings(experiment, row, quick=quick)
    about = {"engine": "together (two cores)", "environment": {"keras": "3.15", "cores": "2"}, "classes": CLASSES}
    return Record(row.label, settings, accuracies, list(range(10)), row.parameters or 7, 12.3, quick, **about)  # type: ignore[arg-type]


def fill(folder: Path, **shifts: float) -> None:
    for name, experiment in TRAINED.items():
        for row in experiment.rows:
            if not row.optional:
                records.store(folder, name, record(experiment, row, shifts.get(name, 0.0)))
    for name, section in SECTIONS.items():
        if section.check is not None:
            records.store_checked(folder, name, Checked([Fact("a | b", "1", "1", "agrees", "for a reason")], ["line"]))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    fill(out / "reproduction", A1=2.0)
    page.write(out)
    return out


def section(text: str, name: str) -> str:
    return text.partition(f"\n## {name}. ")[2].partition("\n## ")[0]


def test_each_row_stands_beside_the_documents(written: Path) -> None:
    text = (written / "reproduction.md").read_text(encoding="utf-8")
    assert "| cnn | 92.787 ± 0.574 | 10 | 90.787 ± 1.341 | +2.000 [" in section(text, "A1")
    assert "differs: ours is higher |" in section(text, "A1")
    assert "411,650 parameters, as many as the document's 411,650" in section(text, "A1")
    assert "same run as" in section(text, "A1")
    assert "A3 off, A4 64" in section(text, "A1")
    assert "| 64 | 90.098 ± 0.574 | 10 | 90.098 ± 0.615 | +0.000 [" in section(text, "A4")
    assert "Best of ours: 128 (91.032 %); best of the document's: 128." in section(text, "A4")
    assert "larger than chance explains" in section(text, "A5")
    assert "one convolution +0.000 and +0.000" in section(text, "A3")
    assert "Three heads against one head with as many filters: +0.680 points" in section(text, "A6")
    assert "| a \\| b | 1 | 1 | agrees |" in section(text, "D1")
    assert "- a | b: for a reason." in section(text, "D1")


def test_b_says_what_could_not_be_compared(written: Path) -> None:
    text = section((written / "reproduction.md").read_text(encoding="utf-8"), "B")
    assert "| WISDM v1.1 | – | – | 92 (one training) | – | not compared: data not available here" in text
    assert "`stridenet data fetch wisdm`" in text
    assert "| HAPT at 20 Hz (ours) | 91.000 ± 0.574 | 10 | – | – | cannot be compared: another data set" in text
    assert "| walking | 0.90 | 0.90 | 0.90 | 7 |" in text


def test_a_section_that_was_not_run_says_how(written: Path) -> None:
    text = section((written / "reproduction.md").read_text(encoding="utf-8"), "A2")
    assert "Not run yet: `stridenet reproduce A2` runs what is missing." in text


def test_the_same_figures_give_the_same_files(written: Path, tmp_path: Path) -> None:
    fill(tmp_path / "reproduction", A1=2.0)
    page.write(tmp_path)
    names = sorted(path.name for path in (written / "reproduction").iterdir())
    assert {f"{name}.{kind}" for name in TRAINED for kind in ("png", "svg", "json")} <= set(names)
    for name in ("../reproduction.md", *names):
        assert (tmp_path / "reproduction" / name).read_bytes() == (written / "reproduction" / name).read_bytes()


def test_the_settings_of_a1_stand_in_three_sections(tmp_path: Path) -> None:
    told = outcome(SECTIONS["A3"], tmp_path)
    assert [row["same_as"] for row in told["rows"]] == [["A1 cnn", "A4 64"], [], [], []]


def test_an_explanation_is_told_only_where_ours_differs(written: Path) -> None:
    row = outcome(SECTIONS["A1"], written / "reproduction")["rows"][0]
    assert row["verdict"] == "differs: ours is higher"
    assert row["explained"] == TRAINED["A1"].rows[0].explained
    assert not any(r["explained"] for r in outcome(SECTIONS["A4"], written / "reproduction")["rows"])


def test_what_is_quick_or_alone_is_not_compared(tmp_path: Path) -> None:
    experiment = TRAINED["A1"]
    records.store(tmp_path, "A1", record(experiment, experiment.rows[0], quick=True))
    assert outcome(SECTIONS["A1"], tmp_path)["rows"][0]["verdict"] == "cannot be compared: made with --quick"
    one = Record("cnn", {}, [0.9], [0], 411_650, 1.0)
    records.store(tmp_path, "A1", one)
    told = outcome(SECTIONS["A1"], tmp_path)
    assert told["rows"][0]["verdict"] == "cannot be compared: one repeat tells nothing of the spread"
    assert told["notes"] == []


def test_sections_by_name() -> None:
    assert [s.name for s in chosen(["d3", "B1", "A6"])] == ["A6", "B", "D3"]


def test_the_command_lists(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill(tmp_path / "reproduction")
    assert main(["reproduce", "--out", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "A1  stored   The baseline" in lines
    assert "A2  missing  Histograms of the training data" in lines
    assert main(["reproduce", "--list", "--json", "--out", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out)["sections"]["B"]["state"] == "stored"


def test_the_command_runs_what_needs_no_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce", "C2", "D1", "--out", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "[0 3 4 5] under [1 2]  [6 11 14]  [6 11 14]  agrees" in out
    assert str(tmp_path / "reproduction.md") in out


def test_an_unknown_section_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce", "A7"]) == 2
    assert "unknown section 'A7': did you mean 'A" in capsys.readouterr().err


def test_missing_data_is_said_and_the_rest_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STRIDENET_DATA", raising=False)
    monkeypatch.setenv("STRIDENET_CACHE", str(tmp_path / "cache"))

    def no_network(*_: object, **__: object) -> None:
        raise OSError("no network here")

    monkeypatch.setattr("pooch.retrieve", no_network)
    out = tmp_path / "out"
    assert main(["reproduce", "A1", "A2", "D1", "--out", str(out), "--runs", str(tmp_path / "runs")]) == 2
    said = capsys.readouterr()
    assert "data set 'uci-har' is not here" in said.err.splitlines()[-1]
    assert "stridenet data fetch uci-har" in said.err
    assert said.err.count("left out, uci-har is not here") == 2
    assert "agrees" in said.out
    assert not list(out.glob("reproduction/A*"))
    assert "simulated" not in (out / "reproduction.md").read_text(encoding="utf-8")
