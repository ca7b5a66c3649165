"""Doing the shards of a comparison: by several processes of this machine, by Dask, or here, one after the other.

All three are spoken to through ``concurrent.futures``. A crew has places; a place has one shard at a time, so that when a process dies it
is known whose work it was. Whatever goes wrong with a shard, it is tried once more; if it goes wrong again it is written down with the
reason, and the others go on.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import connection, get_context, parent_process
from typing import Protocol

from simsafe.ground.parameter import ConfigError, check_number, nearest
from simsafe.plans.change import show
from simsafe.study.jobs import SavingError, Shard, work

EXECUTORS = ("local", "serial", "dask")
TRIES = 2
MOST_WORKERS = 1_000
TICK = 0.5  # seconds between looks at whether all is well
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
Told = Callable[[int, int], object]  # shards done, the failed among them; all
Job = Callable[[Shard], str]


@dataclass(frozen=True)
class Failure:
    """A shard that could not be done, and why, in one line."""

    seed: int
    tries: int
    reason: str


class Crew(Protocol):
    """Who does the work."""

    def room(self) -> bool:
        """Whether another shard may be begun."""
        ...

    def begin(self, job: Job, shard: Shard) -> Future[str]:
        """Begin a shard."""
        ...

    def over(self, future: Future[str]) -> None:
        """A shard has ended, well or not."""
        ...

    def check(self) -> None:
        """Raise SavingError when nobody is left who could do the work."""
        ...

    def close(self) -> None:
        """Send everyone home at once, whatever they are doing."""
        ...


def run_shards(shards: Sequence[Shard], crew: Crew, told: Told = lambda *_: None, job: Job = work) -> list[Failure]:
    """Do every shard; those that failed, in the order of their seeds. Always closes the crew.

    Raises
    ------
    SavingError
        Nothing can be saved any more, or nobody is left to work; what is finished is safe.
    """
    waiting, busy, failures = deque((shard, 1) for shard in shards), {}, []
    try:
        while waiting or busy:
            while waiting and crew.room():
                shard, tries = waiting.popleft()
                busy[crew.begin(job, shard)] = shard, tries
            done, _ = wait(busy, timeout=TICK, return_when=FIRST_COMPLETED)
            for future in done:
                shard, tries = busy.pop(future)
                problem = future.exception() if not future.cancelled() else ConnectionError("was given up by its executor")
                crew.over(future)
                if isinstance(problem, SavingError):
                    raise problem
                if problem is None and not (shard.folder / future.result()).is_file():
                    raise SavingError(unseen(shard))
                if problem is not None and tries < TRIES:
                    waiting.append((shard, tries + 1))
                elif problem is not None:
                    failures.append(Failure(shard.seed, tries, reason(problem)))
            told(len(shards) - len(waiting) - len(busy), len(shards))
            crew.check()
    finally:
        crew.close()
    return sorted(failures, key=lambda failure: failure.seed)


def unseen(shard: Shard) -> str:
    """Why a shard that a worker says it has saved is not there."""
    if not shard.folder.is_dir():
        return os.strerror(errno.ENOENT)
    return "what the workers save does not appear there; expected a folder that all of them share"


def reason(problem: BaseException) -> str:
    """Why a shard failed, in one line."""
    if isinstance(problem, BrokenProcessPool) or type(problem).__name__ == "KilledWorker":
        return "its process died (killed, or out of memory)"
    if isinstance(problem, MemoryError):
        return "not enough memory"
    return f"{type(problem).__name__}: {' '.join(str(problem).split())[:300]}"


@dataclass(frozen=True)
class Hands:
    """Who is to do the work, as asked for. Raises ConfigError in one line for what cannot be."""

    executor: str = "local"
    workers: int | None = None  # as many as there are cores
    address: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.executor, str) or self.executor not in EXECUTORS:
            raise ConfigError(f"executor = {show(self.executor)}; no such executor{nearest(str(self.executor)[:40], EXECUTORS)}")
        if self.workers is not None:
            check_number("workers", self.workers, int, 1, MOST_WORKERS, "processes")
        if self.address is not None and self.executor != "dask":
            raise ConfigError(f"address = {show(self.address)}; only executor=dask has one; expected executor=dask, or no address")
        if self.executor == "serial" and self.workers not in (None, 1):
            raise ConfigError(f"workers = {self.workers}; executor=serial works alone; expected no workers=, or executor=local")

    def crew(self, shards: int) -> Crew:
        """The crew, for so many shards. Raises ConfigError when Dask is not installed or nobody answers at the address."""
        if self.executor == "serial":
            return Alone()
        count = max(1, min(self.workers or cores(), shards))
        if self.executor == "local":
            return Processes(count)
        from simsafe.study.by_dask import DaskCrew

        return DaskCrew(count, self.address)


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# Here


@dataclass
class Alone(Crew):
    """Everything here, one shard after the other."""

    def room(self) -> bool:
        return True

    def begin(self, job: Job, shard: Shard) -> Future[str]:
        future: Future[str] = Future()
        try:
            future.set_result(job(shard))
        except Exception as problem:
            future.set_exception(problem)
        return future

    def over(self, future: Future[str]) -> None:
        pass

    def check(self) -> None:
        pass

    def close(self) -> None:
        pass


# Processes of this machine


@dataclass
class Processes(Crew):
    """So many processes, each a pool of its own: when one dies, the others do not notice, and its shard is known."""

    places: int
    free: list[ProcessPoolExecutor] = field(default_factory=list)
    at_work: dict[Future[str], ProcessPoolExecutor] = field(default_factory=dict)

    def room(self) -> bool:
        return len(self.at_work) < self.places

    def begin(self, job: Job, shard: Shard) -> Future[str]:
        pool = self.free.pop() if self.free else ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=begin_worker)
        try:
            with quiet_birth():
                future = pool.submit(job, shard)
        except BrokenProcessPool as problem:  # it died while it had nothing to do
            future = Future()
            future.set_exception(problem)
        self.at_work[future] = pool
        return future

    def over(self, future: Future[str]) -> None:
        pool = self.at_work.pop(future)
        if isinstance(future.exception(), BrokenProcessPool):
            pool.shutdown(wait=False)
        else:
            self.free.append(pool)

    def check(self) -> None:
        pass

    def close(self) -> None:
        for pool in (*self.free, *self.at_work.values()):
            end_at_once(pool)


def end_at_once(pool: ProcessPoolExecutor) -> None:
    """End a pool's process without waiting for what it does: it saves whole files or none."""
    for process in list((getattr(pool, "_processes", None) or {}).values()):
        with suppress(Exception):
            process.kill()
    pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def quiet_birth() -> Iterator[None]:
    """A process begun here has one numerical thread, leaves Ctrl-C to its parent, and does not run the parent's script again."""
    with only_in_main_thread_ignoring_interrupts(), one_thread_each(), main_script_hidden():
        yield


@contextmanager
def only_in_main_thread_ignoring_interrupts() -> Iterator[None]:
    """What is begun while an interrupt is ignored goes on ignoring it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def one_thread_each() -> Iterator[None]:
    """What is begun here computes with one thread: there are as many processes as cores."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def main_script_hidden() -> Iterator[None]:
    """A new process would run the main script again, to find there what it needs; it needs nothing from it."""
    main = sys.modules["__main__"]
    hidden = {name: main.__dict__.pop(name) for name in ("__file__", "__spec__") if name in main.__dict__}
    main.__spec__ = None
    try:
        yield
    finally:
        main.__dict__.update(hidden)


def begin_worker() -> None:
    """In a new process: end when the parent does, and let nothing speak but the parent."""
    import logging

    logging.getLogger("MESA").setLevel(logging.WARNING)
    threading.Thread(target=end_with_parent, daemon=True).start()


def end_with_parent() -> None:
    """Wait for the parent to end, however it ends, and end at once."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
