"""Ctrl-C that is heard: others swallow it, as compiled modules do while they are imported, or the garbage collector."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

AGAIN_S = 1.0


@contextmanager
def heard() -> Iterator[None]:
    """Inside, a Ctrl-C that is neither out of the block nor on its way after ``AGAIN_S`` seconds comes once more.

    Clean-up on the way out is not disturbed, unless the user presses again. Left as it is where someone else answers
    Ctrl-C, and in other threads than the first.
    """
    main = threading.main_thread()
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler or threading.current_thread() is not main:
        yield
        return
    over, ours = threading.Event(), threading.Event()

    def repeat() -> None:
        while not over.wait(AGAIN_S):
            ours.set()
            if hasattr(signal, "pthread_kill") and main.ident is not None:
                signal.pthread_kill(main.ident, signal.SIGINT)  # also out of a system call
            else:
                signal.raise_signal(signal.SIGINT)

    repeating = threading.Thread(target=repeat, daemon=True)

    def stop(*_: Any) -> None:
        if not repeating.ident:
            repeating.start()
        if ours.is_set():
            ours.clear()
            if is_on_its_way(sys.exc_info()[1]):
                return
        raise KeyboardInterrupt

    before, sys.unraisablehook = sys.unraisablehook, _quiet
    signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        over.set()
        sys.unraisablehook = before
        signal.signal(signal.SIGINT, signal.default_int_handler)


def is_on_its_way(error: BaseException | None) -> bool:
    """Whether an error is Ctrl-C or was raised in its place, as Python does for one in a class's making."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


def _quiet(lost: Any) -> None:
    if not issubclass(lost.exc_type, KeyboardInterrupt):  # it comes again
        sys.__unraisablehook__(lost)
