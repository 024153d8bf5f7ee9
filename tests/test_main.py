"""Whatever stands around a command: closed streams, readers that leave, Ctrl-C, a full disk; never a traceback."""

import os
import signal
import subprocess
import sys
import time
from itertools import product
from pathlib import Path

import pytest

from stridenet.__main__ import main

STRIDENET = [sys.executable, "-m", "stridenet"]
TINY = [
    "--repeats",
    "1",
    "--epochs",
    "1",
    "--length",
    "16",
    "--model",
    "cnn",
    "--set",
    "filters=4",
    "--executor",
    "here",
]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> str:
    """What ``stridenet`` alone prints."""
    assert main([]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_alone_it_prints_help(told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert told.startswith("Usage: stridenet")
    assert main(["--help"]) == 0
    assert capsys.readouterr().out == told
    assert main(["data"]) == 0
    assert capsys.readouterr().out.startswith("Usage: stridenet data")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("run --rate-h 3", "No such option: --rate-h; did you mean --rate-hz? See stridenet run --help."),
        ("run --learning-rate 3", "give it as --set learning_rate=VALUE."),
        ("run --epoch 3", "did you mean --epochs?"),
        ("run --epochs many", "Invalid value for '--epochs': it must be a whole number."),
        ("inspect --length-s x", "Invalid value for '--length-s': it must be a number."),
        ("sweep --standardise", "did you mean --standardize?"),
        ("run a b", "Too much is given: b; quote what has blanks."),
        ("runn", "Did you mean 'run'"),
        ("models show cnn --lenght 3", "did you mean --length? See stridenet models show --help."),
        (f"run --{'x' * 3000}", "No such option: '--xxx"),
        (f"run --epochs {'x' * 3000}", "it must be a whole number"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(
    command: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command.split()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert err.count("\n") == 1
    assert len(err) < 300


@pytest.mark.parametrize("closed", list(product((True, False), repeat=3)))
def test_any_standard_stream_may_be_closed(closed: tuple[bool, bool, bool]) -> None:
    shut = " ".join(f"{n}{'<' if n == 0 else '>'}&-" for n, one in enumerate(closed) if one)
    done = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -m stridenet models {shut}'], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("" if closed[1] else "Networks")
    assert done.stderr == ""


def test_a_run_is_done_without_any_stream(tables: Path, tmp_path: Path) -> None:
    command = " ".join(map(repr, [*STRIDENET, "run", str(tables), *TINY, "--out", str(tmp_path / "out")]))
    assert subprocess.run(["sh", "-c", f"{command} <&- >&- 2>&-"], check=False).returncode == 0
    (report,) = (tmp_path / "out").glob("*/report.html")
    assert report.read_text(encoding="utf-8").startswith("<!")


@pytest.mark.parametrize("command", ["--help", "models", "models show cnn", "models --json", "data list"])
def test_a_reader_may_leave(command: str) -> None:
    pipe = subprocess.Popen(
        [*STRIDENET, *command.split()], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
    )
    assert pipe.stdout is not None
    assert pipe.stderr is not None
    pipe.stdout.close()
    assert pipe.stderr.read() == ""
    assert pipe.wait() == 0
    pipe.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("command", ["models", "models --json", "--help"])
def test_a_full_disk_is_told(command: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*STRIDENET, *command.split()], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr == (
        "stridenet: what was to be printed cannot be written (No space left on device); make room.\n"
    )


def test_a_terminal_that_knows_few_letters(tables: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [*STRIDENET, "run", str(tables), *TINY, "--out", str(tmp_path / "öut")],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert b"accuracy" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such signal")
@pytest.mark.parametrize("wait_s", [0.0, 0.3, 1.0, 2.0])
def test_ctrl_c_is_one_line_at_any_moment(tables: Path, tmp_path: Path, wait_s: float) -> None:
    code = """
import sys, stridenet.__main__ as m
first = m._open_streams
m._open_streams = lambda: (print("up", flush=True), first())  # from here on Ctrl-C is main's
sys.exit(m.main())
"""
    long = ["--epochs", "100000", "--out", str(tmp_path)]
    work = subprocess.Popen(
        [sys.executable, "-c", code, "run", str(tables), *TINY, *long],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert work.stdout is not None
    assert work.stdout.readline() == "up\n"
    time.sleep(wait_s)
    work.send_signal(signal.SIGINT)
    out, err = work.communicate(timeout=60)
    assert (work.returncode, out) == (130, "")
    assert err.count("\n") == 1
    assert err.startswith("stridenet: stopped; finished repeats are kept")


_COLLECTED = "gc.callbacks.append(press); gc.collect(); gc.callbacks.remove(press)"
_SWALLOWED = "try: press()\n    except BaseException: pass"
_WRAPPED = "try: press()\n    except KeyboardInterrupt as error: raise RuntimeError('__set_name__') from error"
_CLEANED_UP = "try: press()\n    finally: time.sleep(2.5); print('tidy')"


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such signal")
@pytest.mark.parametrize(
    ("lost", "said"), [(_COLLECTED, ""), (_SWALLOWED, ""), (_WRAPPED, ""), (_CLEANED_UP, "tidy\n")]
)
def test_ctrl_c_is_heard_whoever_swallows_it(lost: str, said: str) -> None:
    code = f"""
import gc, os, signal, sys, time, stridenet.cli.usage, stridenet.__main__ as m
def press(*_):
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.1)
def work(_):
    {lost}
    while True: pass
m._run = work
sys.argv = ["stridenet", "models"]
sys.exit(m.main())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, said, "stridenet: stopped.\n")


@pytest.mark.parametrize(
    "error",
    [
        MemoryError("Unable to allocate 7 TiB"),
        RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 120000000000 bytes."),
        RuntimeError("INTERNAL: Error dispatching computation: Out of memory allocating 3 bytes."),
    ],
)
def test_what_no_memory_holds(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("stridenet.__main__._run", fail)
    assert main(["run"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("stridenet: this does not fit into memory (")
    assert said.count("\n") == 1


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied", "a/b"), OSError(30, "Read-only", "a/b")])
def test_a_place_that_the_system_does_not_give(
    error: OSError, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("stridenet.__main__._run", fail)
    assert main(["run"]) == 2
    assert capsys.readouterr().err == f"stridenet: a/b: {error.strerror}; check the path and its permissions.\n"


def test_a_fault_of_ours_without_a_place_for_its_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("x" * 3000)

    monkeypatch.setattr("stridenet.__main__._run", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    assert main(["run"]) == 1
    said = capsys.readouterr().err
    assert "please report it with the words above." in said
    assert len(said) < 700
