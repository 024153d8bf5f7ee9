"""Entry point: runs a command, and turns what goes wrong into one sentence and an exit status.

Exit status: 0 done; 2 the user's mistake; 1 ours; 3 done, and a training diverged; 130 stopped by Ctrl-C.
"""

import os
import sys

if __name__ == "__main__" and sys.path and sys.path[0] in ("", os.getcwd()):  # noqa: PTH109
    del sys.path[0]  # `python -m` puts the current folder first, and its numpy.py or json.py is none of ours

from collections.abc import Sequence

_STOPPED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and gives its exit status."""
    import typer

    from stridenet.cli import app
    from stridenet.errors import StridenetError
    from stridenet.system import heap

    heap.share()  # before anything starts a thread
    try:
        status = app(args=arguments, prog_name="stridenet", standalone_mode=False)
        if status == _STOPPED:  # typer has caught Ctrl-C itself
            raise KeyboardInterrupt
        return status if isinstance(status, int) else 0
    except StridenetError as error:
        return _say(f"stridenet: {error}", 2)
    except typer.Exit as stop:
        return stop.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return _say("stridenet: stopped; finished repeats are kept, and the same command goes on from there.", _STOPPED)
    except typer.TyperException as error:
        sentence = str(error.format_message() if hasattr(error, "format_message") else error)
        sentence += "" if sentence.endswith((".", "?")) else "."
        return _say(f"stridenet: {sentence} See stridenet --help.", getattr(error, "exit_code", 1))
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has left; nothing is left to say
        return 0
    except Exception as error:  # ours to mend: say what, and keep the details out of the way
        return _ours(error)


def _say(sentence: str, status: int) -> int:
    if sentence:
        sys.stderr.write(sentence.rstrip() + "\n")
    return status


def _ours(error: Exception) -> int:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="stridenet-", suffix=".log", delete=False) as log:
        log.write("".join(traceback.format_exception(error)))
    words = " ".join(f"{type(error).__name__}: {error}".split())
    return _say(
        f"stridenet: this is a fault of stridenet, not yours ({words[:500]}); please report it with {log.name}.",
        1,
    )


if __name__ == "__main__":
    sys.exit(main())
