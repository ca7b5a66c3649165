"""The front door: ``simsafe run``, ``compare``, ``story``, ``observer``, ``sensitivity``, ``calibrate``, ``predict``, ``validate``,
``areas``, ``crises``, ``plans``, ``describe`` and ``evidence``.

``words`` is the help, ``arguments`` looks at what was typed, ``compose`` is the only file that knows Hydra, ``run`` runs and saves,
``compare`` compares plans, ``story`` tells one child's story, ``observer`` says what could have been known, ``sensitivity`` asks which
numbers matter, ``calibrate`` how well they are known, ``backtest`` predicts and validates, ``show`` lists and explains, ``evidence`` says
what numbers rest on. Nothing slow is imported before it is needed.
"""

from __future__ import annotations

import errno
import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from simsafe.app.words import HELP, OVERVIEW

DONE, FAILED, REFUSED, INTERRUPTED = 0, 1, 2, 130
DEBUG = "SIMSAFE_DEBUG"
RARELY = 50_000  # objects made between two searches for unreachable ones: a run makes few of these, and searching took a twentieth of it


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the words ask; 0 when done, 2 when something asked for cannot be, 1 when something went wrong, 130 when interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal that cannot print a letter gets a ? for it
    try:
        with stopped_politely(), warnings_said():
            code = dispatch(list(sys.argv[1:] if argv is None else argv))
            sys.stdout.flush()
        return code
    except BrokenPipeError:  # as in: simsafe areas | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        say("stopped; nothing more was saved")
        return INTERRUPTED
    except Exception as problem:
        return explain(problem)


def dispatch(words: list[str]) -> int:
    """Hand the words to the command they name."""
    if not words or words[0] in ("-h", "--help", "help"):
        print(HELP.get(words[1], OVERVIEW) if len(words) > 1 else OVERVIEW, end="")
        return DONE
    command, rest = words[0], words[1:]
    if command in ("--version", "-V"):
        import simsafe

        print(f"simsafe {simsafe.__version__}")
        return DONE
    if command not in HELP:
        return refuse_command(command)
    if "-h" in rest or "--help" in rest:
        print(HELP[command], end="")
        return DONE
    if command == "run":
        gc.set_threshold(RARELY)
        import simsafe.agents  # brings mesa, which looks through all modules there are, so it comes before the others
        from simsafe.app.run import run

        return run(rest)
    if command == "compare":
        from simsafe.app.compare import compare

        return compare(rest)
    if command == "story":
        from simsafe.app.story import story

        return story(rest)
    if command == "observer":
        from simsafe.app.observer import observer

        return observer(rest)
    if command == "evidence":
        from simsafe.app.evidence import evidence

        return evidence(rest)
    if command == "sensitivity":
        gc.set_threshold(RARELY)
        from simsafe.app.sensitivity import sensitivity

        return sensitivity(rest)
    if command == "calibrate":
        from simsafe.app.calibrate import calibrate

        return calibrate(rest)
    if command in ("predict", "validate"):
        from simsafe.app import backtest

        return (backtest.predict if command == "predict" else backtest.validate)(rest)
    from simsafe.app import show

    return show.COMMANDS[command](rest)


def refuse_command(command: str) -> int:
    """One line for a command that does not exist."""
    from difflib import get_close_matches

    close = get_close_matches(command, HELP, n=1, cutoff=0.5)
    hint = f"; did you mean: simsafe {close[0]}" if close else ""
    if "=" in command or command.startswith("-"):
        hint = f"; did you mean: simsafe run {command[:80]}" if "=" in command else ""
    say(f"{command[:80]!r}: no such command{hint}; expected {', '.join(HELP)} or --help")
    return REFUSED


def explain(problem: Exception) -> int:
    """One line for anything that went wrong, and the code to end with; the whole story with SIMSAFE_DEBUG=1."""
    from simsafe.ground.parameter import ConfigError

    if os.environ.get(DEBUG) == "1":
        import traceback

        traceback.print_exception(problem)
    if isinstance(problem, ConfigError):
        say(str(problem))
        return REFUSED
    if isinstance(problem, OSError) and problem.errno == errno.ENAMETOOLONG:
        say(f"{str(problem.filename)[:80]!r}...: a name too long for a file; expected a shorter path")
        return REFUSED
    if isinstance(problem, OSError):
        where = f" ({problem.filename})" if problem.filename else ""
        whole = problem.errno is None and str(problem)  # simsafe's own: a line already
        say(whole or f"{problem.strerror or type(problem).__name__}{where}; nothing more was saved")
        return FAILED
    if isinstance(problem, MemoryError):
        say("not enough memory; expected a smaller run: give children= a smaller number")
        return FAILED
    say(f"unexpected {type(problem).__name__}: {str(problem)[:300]}; to see where, set {DEBUG}=1 in the environment and run again")
    return FAILED


def say(text: str) -> None:
    """One line to the person, on stderr."""
    line = "".join(c if c.isprintable() else " " for c in " ".join(text.split()))
    print(f"simsafe: {line[:700]}", file=sys.stderr)


# While a command is at work


@contextmanager
def stopped_politely() -> Iterator[None]:
    """Being asked to end (SIGTERM) is treated as Ctrl-C is, whatever a command is doing; what it leaves half-made falls away in silence."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked = [signal.SIGTERM, *([signal.SIGINT] if signal.getsignal(signal.SIGINT) is signal.default_int_handler else [])]
    before: list[Callable[..., Any] | int | None] = [signal.signal(number, interrupt) for number in asked]
    hook = sys.unraisablehook
    try:
        yield
    finally:
        if sys.unraisablehook is nothing:
            gc.collect()  # writers that were interrupted complain when they are let go
            sys.unraisablehook = hook
        for number, handler in zip(asked, before, strict=True):
            signal.signal(number, handler)


def interrupt(*_: Any) -> None:
    """End as if by Ctrl-C."""
    sys.unraisablehook = nothing
    raise KeyboardInterrupt


def nothing(*_: Any) -> None:
    """Say nothing."""


class Said(logging.Handler):
    """What the library warns of, as a line to the person."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say it."""
        say(record.getMessage())


@contextmanager
def warnings_said() -> Iterator[None]:
    """Warnings of the library go where refusals go."""
    logger, said = logging.getLogger("simsafe"), Said(logging.WARNING)
    before, logger.propagate = logger.propagate, False
    logger.addHandler(said)
    try:
        yield
    finally:
        logger.removeHandler(said)
        logger.propagate = before
