import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from stridenet.data import load as datasets
from stridenet.data.sets import table as sets
from stridenet.errors import DataError, DataMissingError, SettingError, UnknownNameError
from stridenet.signals.windows import cut


def written(path: Path, n_samples: int = 400) -> Path:
    rng = np.random.default_rng(3)
    lines = ["t,acc_x,acc_y,label"]
    lines += [f"{i / 50:.2f},{a:.4f},{b:.4f},{'walk' if i < n_samples / 2 else 'sit'}" for i, (a, b) in
              enumerate(rng.normal(size=(n_samples, 2)))]  # fmt: skip
    path.write_text("\n".join(lines) + "\n")
    return path


def test_the_names_and_what_is_known() -> None:
    assert {"simulated", "uci-har", "hapt"} <= set(sets.names())
    assert sets.info("hapt").has_recordings
    assert not sets.info("uci-har").has_recordings
    assert sets.info("simulated").simulated


def test_an_unknown_name_names_the_nearest() -> None:
    for call in (sets.info, datasets.fetch, datasets.load_windows, datasets.load_recordings):
        with pytest.raises(UnknownNameError, match=r"unknown data set 'uci_har': did you mean 'uci-har'\?"):
            call("uci_har")


@pytest.mark.parametrize("data", ["nowhere/data", "data.csv", "data.zip"])
def test_a_path_that_does_not_exist(data: str) -> None:
    with pytest.raises(DataMissingError, match="neither a file nor a folder nor a known data set"):
        datasets.load_windows(data)


def test_own_files_get_windows_of_their_own(tmp_path: Path) -> None:
    file = written(tmp_path / "simulated.csv")
    windows = datasets.load_windows(str(file))
    assert (windows.length, windows.rate_hz) == (128, 50.0)
    assert windows.source == "own files, from simulated.csv"
    assert windows.test_groups == ()
    assert windows.start.tolist() == [0, 64, 128, 192, 256]
    assert datasets.load_windows(str(file), length_s=1).length == 50
    assert datasets.load_windows(str(file), step_s=0.02, length=100).start.tolist() == list(range(301))
    digest = windows.digest
    assert len(digest) == 64
    assert datasets.load_windows(str(file), length=10).digest == digest
    written(file, 401)
    assert datasets.load_windows(str(file)).digest != digest


@pytest.mark.parametrize("own", [False, True], ids=["by name", "by path"])
def test_windows_that_python_cuts_know_as_much(tmp_path: Path, *, own: bool) -> None:
    data = str(written(tmp_path / "simulated.csv")) if own else "simulated"
    cut_by_hand, loaded = cut(datasets.load_recordings(data), length=128), datasets.load_windows(data)
    for what in ("source", "digest", "simulated", "test_groups", "reading"):
        assert getattr(cut_by_hand, what) == getattr(loaded, what), what
    assert bool(loaded.reading.people) == own


def test_simulated_is_said_to_be_simulated() -> None:
    windows = datasets.load_windows("simulated", step=128)
    assert windows.source == "simulated"
    assert windows.x.shape[1:] == (128, 9)
    assert set(windows.test_groups) < set(windows.people)
    assert datasets.fetch("simulated") is None


def test_an_archive_that_holds_no_known_data_set_holds_own_files(tmp_path: Path) -> None:
    import zipfile

    rows = "".join(f"{i / 10},{i * 7 % 11},{'walk' if i < 60 else 'sit'}\n" for i in range(120))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("p1/a.csv", f"time,x,label\n{rows}")
        archive.writestr("p1/plot.png", b"...")
    windows = datasets.load_windows(str(tmp_path / "a.zip"), length=20)
    assert windows.classes == ("sit", "walk")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("plot.png", b"...")
    with pytest.raises(DataError, match=r"^file 'plot.png' is no recording: a picture; "):
        datasets.load_windows(str(tmp_path / "b.zip"))


def test_both_sizes_at_once_are_refused() -> None:
    with pytest.raises(SettingError, match="one of the two"):
        datasets.load_windows("simulated", length=128, length_s=2.56)


def test_a_cache_that_cannot_be_written_is_noted_once_and_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("STRIDENET_CACHE", str(tmp_path / "file"))
    raw = tmp_path / "HAPT Data Set" / "RawData"
    raw.mkdir(parents=True)
    for kind in ("acc", "gyro"):
        (raw / f"{kind}_exp01_user01.txt").write_text("0.5 0.25 1\n" * 130)
    (raw / "labels.txt").write_text("1 1 1 1 130\n")
    (raw.parent / "activity_labels.txt").write_text("1 WALKING\n")
    notes: list[str] = []
    assert len(datasets.load_windows("hapt", data_dir=str(tmp_path), note=notes.append)) == 1
    assert sum("going on without" in note for note in notes) == 1


def test_the_table_loads_nothing_heavy() -> None:
    code = (
        "import sys; from stridenet.data.sets import table as sets; sets.names();"
        "print(sorted({'numpy', 'polars', 'scipy', 'pooch', 'rich', 'keras', 'jax'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
