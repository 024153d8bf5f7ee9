"""Entry point: runs a command, and turns what goes wrong into one sentence and an exit status.

Exit status: 0 done; 2 the user's mistake; 1 ours; 3 done, and a training diverged; 130 stopped by Ctrl-C.
"""

import os
import sys

if __name__ == "__main__" and sys.path and sys.path[0] in ("", os.getcwd()):  # noqa: PTH109
    del sys.path[0]  # `python -m` puts the current folder first, and its numpy.py or json.py is none of ours

import errno
from collections.abc import Sequence
from contextlib import suppress

_STOPPED = 130
_PLACES = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG, errno.ENOTDIR, errno.ENOSPC)
_TRAINING = ("run", "sweep", "advise", "leakage", "reproduce")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and gives its exit status."""
    try:
        from stridenet.system import stopping

        _open_streams()
        with stopping.heard():
            status = _run(arguments)
            sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return _stopped(arguments)
    except OSError as error:
        return _unwritten(error)
    except Exception as error:  # ours to mend: say what, and keep the details out of the way
        if stopping.is_on_its_way(error):
            return _stopped(arguments)
        return _too_large(error) or _ours(error)


def _run(arguments: Sequence[str] | None) -> int:
    import typer

    from stridenet.cli import app
    from stridenet.errors import StridenetError
    from stridenet.system import heap

    heap.share()  # before anything starts a thread
    try:
        status = app(args=arguments, prog_name="stridenet", standalone_mode=False)
    except StridenetError as error:
        return _say(f"stridenet: {error}", 2)
    except typer.Exit as stop:
        status = stop.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None
    except typer.TyperException as error:
        from stridenet.cli.usage import sentence

        return _say(f"stridenet: {sentence(error)}", getattr(error, "exit_code", 1))
    except SystemExit as stop:  # typer's answer to a pipe that nobody reads, whichever it was
        if isinstance(stop.__context__, OSError):
            raise stop.__context__ from None
        raise
    if status == _STOPPED:  # typer has caught Ctrl-C itself
        raise KeyboardInterrupt
    return status if isinstance(status, int) else 0


def _open_streams() -> None:
    """Gives a standard stream that was closed its place back, so that no file of ours gets its number."""
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            with suppress(OSError):
                if (null := os.open(os.devnull, os.O_RDWR)) != number:
                    os.dup2(null, number)
                    os.close(null)
                os.set_inheritable(number, True)
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115  for the whole process
    with suppress(AttributeError):  # whatever a name holds can be printed, if not by its letters
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def _stopped(arguments: Sequence[str] | None) -> int:
    if arguments is None:  # we are the program, and end: there is nothing more to stop
        _ignore_stopping()
    words = sys.argv[1:] if arguments is None else arguments
    kept = "; finished repeats are kept, and the same command goes on from there" if _trains(words) else ""
    return _say(f"stridenet: stopped{kept}.", _STOPPED)


def _ignore_stopping() -> None:
    import signal

    with suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _trains(words: Sequence[str]) -> bool:
    return next((word for word in words if not word.startswith("-")), "") in _TRAINING


def _say(sentence: str, status: int) -> int:
    with suppress(OSError):  # nobody reads any more
        sys.stderr.write(sentence.rstrip() + "\n")
        sys.stderr.flush()
    return status


def _unwritten(error: OSError) -> int:
    """What is said of a place that the system does not give: nothing where the reader of our output has left."""
    from stridenet.errors import plain

    of_output = error.filename is None
    if of_output and isinstance(error, BrokenPipeError) and _nobody_reads():
        _drop_output()
        return 0
    if of_output and error.errno == errno.ENOSPC:
        _drop_output()
        return _say(f"stridenet: what was to be printed cannot be written ({error.strerror}); make room.", 2)
    if not of_output and error.errno in _PLACES:
        return _say(f"stridenet: {plain(error.filename)}: {error.strerror}; check the path and its permissions.", 2)
    return _ours(error)


def _nobody_reads() -> bool:
    """Whether the reader of standard output or error has left; a pipe of ours may be broken as well."""
    import select

    if not hasattr(select, "poll"):
        return True
    poll = select.poll()
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):
            poll.register(stream.fileno(), select.POLLOUT)
    return any(event & select.POLLERR for _, event in poll.poll(0))


def _drop_output() -> None:
    """Sends what is still to be printed nowhere, so that the interpreter's end does not stumble over it."""
    with suppress(AttributeError, OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


def _too_large(error: Exception) -> int:
    """Status 2 for what no memory holds; 0 for any other error."""
    words = " ".join(str(error).split())
    if not isinstance(error, MemoryError) and "Out of memory" not in words and "RESOURCE_EXHAUSTED" not in words:
        return 0
    asked = words[words.rfind("Out of memory") :].rstrip(".") if "Out of memory" in words else words or "none is left"
    return _say(
        f"stridenet: this does not fit into memory ({asked[:200]}); choose smaller layers or shorter windows, or a "
        "smaller batch_size.",
        2,
    )


def _ours(error: Exception) -> int:
    import tempfile
    import traceback

    words = f"{' '.join(f'{type(error).__name__}: {error}'.split())[:500]}"
    where = "the words above"
    with (
        suppress(OSError),
        tempfile.NamedTemporaryFile(
            "w", prefix="stridenet-", suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as log,
    ):
        log.write("".join(traceback.format_exception(error)))
        where = log.name
    return _say(f"stridenet: this is a fault of stridenet, not yours ({words}); please report it with {where}.", 1)


if __name__ == "__main__":
    sys.exit(main())
