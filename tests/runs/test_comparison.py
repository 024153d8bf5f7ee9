"""Runs side by side: from their folders, by their names, with a page; and refused where they do not belong together."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest

import stridenet
from easy import easy_recordings
from made_results import result
from stridenet.__main__ import main
from stridenet.errors import DataError, SettingError, UnknownNameError
from stridenet.evaluation.result import Result
from stridenet.runs import comparison, job
from stridenet.runs import folder as runfolder
from stridenet.runs.job import Run
from stridenet.signals.recording import Recording
from stridenet.signals.windows import Windows, cut
from stridenet.spec import parse, to_toml

RANDOM = replace(result().protocol, kind="random")
MADE: dict[str, tuple[Result, dict[str, Any]]] = {
    "four": (result(0.1), {"model": {"name": "cnn", "settings": {"filters": 4}}}),
    "three": (result(0.3, seed=1), {"model": {"name": "cnn", "settings": {"filters": 3}}}),
    "longer": (result(0.3, seed=2), {"model": {"name": "cnn", "settings": {"filters": 3}}, "train": {"epochs": 2}}),
    "random": (
        result(0.1, protocol=RANDOM),
        {"model": {"name": "cnn", "settings": {"filters": 4}}, "split": {"kind": "random"}},
    ),
    "random3": (
        result(0.1, protocol=RANDOM),
        {"model": {"name": "cnn", "settings": {"filters": 3}}, "split": {"kind": "random"}},
    ),
}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder of five runs."""
    for name, (made, settings) in MADE.items():
        toml = to_toml(parse({"train": {"epochs": 1}} | settings))
        runfolder.write(tmp_path / "runs" / name, made, name=name, trials={}, settings=toml, environment={}, models={})
    return tmp_path / "runs"


@pytest.fixture
def runs(out: Path) -> dict[str, Run]:
    return {name: Run(made, out / name, found=True) for name, (made, _) in MADE.items()}


def test_runs_are_named_by_what_differs(runs: dict[str, Run], out: Path) -> None:
    done = stridenet.compare(runs["four"], runs["three"].folder, runs["longer"].folder.name, out=out)
    assert set(done.several.names) == {
        "cnn, filters 4, epochs 1", "cnn, filters 3, epochs 1", "cnn, filters 3, epochs 2"
    }  # fmt: skip
    two = stridenet.compare(runs["four"], runs["three"], out=out)
    assert set(two.runs) == {"cnn, filters 4", "cnn, filters 3"}
    assert two.runs["cnn, filters 4"].folder == runs["four"].folder
    assert two.folder != done.folder


def test_the_page_the_figures_and_the_pictures_are_left(runs: dict[str, Run], out: Path) -> None:
    done = comparison.compare(runs["four"], runs["three"], out=out)
    assert {p.name for p in done.folder.iterdir()} == {
        "comparison.json", "comparison.html", "differences.png", "differences.svg", "ranks.png", "ranks.svg"
    }  # fmt: skip
    assert json.loads((done.folder / "comparison.json").read_text()) == done.told()
    page = (done.folder / "comparison.html").read_text(encoding="utf-8")
    assert "The best of 2 is too good." in page
    assert "chose settings; read by 2 different choices" in page
    assert f'href="../{runs["three"].folder.name}/report.html"' in page
    assert "A difference was shown" in page
    assert len(repr(done).splitlines()) < 15
    assert "<table>" in done._repr_html_()


def test_leaky_runs_are_marked_everywhere(runs: dict[str, Run], out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = [runs["random"].folder.name, runs["random3"].folder.name]
    assert main(["compare", *names, "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert said.count("(LEAKY)") == 2
    page = Path(said.splitlines()[-1].split(maxsplit=1)[1]).read_text(encoding="utf-8")
    assert page.count("<strong>LEAKY</strong>") == 2


def test_the_terminal_shows_it_and_json_holds_it(
    runs: dict[str, Run], out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["compare", str(runs["four"].folder), runs["three"].folder.name, "--out", str(out)]
    assert main(command) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("accuracy on the same 10 people, 3 seeds that all have; by-person: 1 person trains")
    assert any(line.startswith("enough?  cnn, filters") for line in lines)
    assert any("The best of 2 is too good." in line for line in lines)
    assert main([*command, "--score", "macro_f1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["score"] == "macro_f1"
    assert [row["leaky"] for row in told["results"]] == [False, False]
    assert told["pairs"][0]["shown"]


def test_what_does_not_belong_together_is_refused(runs: dict[str, Run], out: Path, tmp_path: Path) -> None:
    with pytest.raises(
        SettingError, match=r"protocols differ, by-person and random; run both with the same --protocol\.$"
    ):
        comparison.compare(runs["four"], runs["random"], out=out)
    with pytest.raises(SettingError, match="is named twice"):
        comparison.compare(runs["four"], runs["four"].folder, out=out)
    with pytest.raises(SettingError, match="needs two results at least"):
        comparison.compare(runs["four"], out=out)
    with pytest.raises(UnknownNameError, match="did you mean 'three'"):
        comparison.compare(runs["four"], "thre", out=out)
    for odd in ([runs["four"], runs["three"]], runs["four"].result):
        with pytest.raises(SettingError, match=r"came in place of a run; give runs, .* as in compare\(\*runs\)"):
            comparison.compare(odd, out=out)  # type: ignore[arg-type]
    (tmp_path / "torn").mkdir()
    with pytest.raises(DataError, match="is no run folder"):
        comparison.compare(runs["four"], tmp_path / "torn", out=out)


@pytest.mark.parametrize("as_arrays", [False, True])
def test_other_samples_from_python_are_other_data(
    recordings: list[Recording], tmp_path: Path, *, as_arrays: bool
) -> None:
    louder = [replace(one, data=2 * one.data) for one in recordings]
    spec = parse({"model": {"name": "majority"}, "split": {"kind": "by-person:2"}, "repeats": 1, "executor": "here"})

    def tried(given: list[Recording]) -> Run:
        made = cut(given, length=16)
        if as_arrays:
            made = Windows.from_arrays(made.x, made.y, made.group)
        return job.run(spec, windows=made, out=tmp_path)

    with pytest.raises(SettingError, match=r"their data differ( although both are of arrays|; run both)"):
        comparison.compare(tried(recordings), tried(louder), out=tmp_path)


@pytest.mark.parametrize("how", ["replaced", "in place", "training labels"])
def test_windows_that_were_changed_are_other_data(tmp_path: Path, how: str) -> None:
    """They keep the digest of what they were made from."""
    spec = parse({"model": {"name": "majority"}, "repeats": 1, "executor": "here"})
    known = replace(cut(easy_recordings(), length=16, test_groups=("p5", "p6")), digest="d1", cut_from=())
    other = parse({"model": {"name": "features-logistic"}, "repeats": 1, "executor": "here"})
    first = job.run(spec, windows=known, out=tmp_path)
    assert comparison.compare(first, job.run(other, windows=known, out=tmp_path), out=tmp_path).runs
    changed = replace(known, x=2 * np.asarray(known.x)) if how == "replaced" else known
    if how == "in place":
        known.places.signals[0][:] *= 2
    elif how == "training labels":
        known.y[np.flatnonzero(known.group == "p1")[:2]] = 2
    with pytest.raises(SettingError, match="although both are of the same data: it was changed"):
        comparison.compare(first, job.run(other, windows=changed, out=tmp_path), out=tmp_path)


def test_namesakes_in_two_folders_are_told_apart(runs: dict[str, Run], out: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copies" / "four"
    shutil.copytree(out / "four", copy)
    two = comparison.compare(out / "four", copy, out=out)
    assert set(two.runs) == {"cnn (runs/four)", "cnn (copies/four)"}
    for place in (two, comparison.compare(out / "four", copy, out=tmp_path / "else where" / "still")):
        page = (place.folder / "comparison.html").read_text(encoding="utf-8")
        links = [unquote(link) for link in re.findall(r'href="([^"]+/report.html)"', page)]
        there = {(place.folder / link).parent.resolve() for link in links}
        assert there == {(out / "four").resolve(), copy.resolve()}
    three = comparison.compare(out / "four", copy, runs["three"], out=out)
    assert len(three.several.names) == 3
    assert len({two.folder, three.folder, comparison.compare(out / "four", runs["three"], out=out).folder}) == 3
