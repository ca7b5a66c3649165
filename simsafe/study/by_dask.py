"""The shards of a comparison done by Dask: a cluster at an address, or one on this machine. The only file that knows Dask."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from contextlib import suppress
from time import monotonic
from typing import Any

from simsafe.ground.parameter import ConfigError
from simsafe.plans.change import show
from simsafe.study.jobs import SavingError, Shard
from simsafe.study.runner import Crew, Job, quiet_birth

CONNECTING = 10.0  # seconds in which a scheduler must answer
PATIENCE = 60.0  # seconds to wait for workers: to come at the beginning, or to come back

HERE: dict[str, Any] = {
    "threads_per_worker": 1, "processes": True, "host": "127.0.0.1", "dashboard_address": None, "silence_logs": logging.CRITICAL,
    "scheduler_kwargs": {"dashboard": False, "dashboard_address": "127.0.0.1:0"},  # on any free port: two clusters may be at work at once
}  # fmt: skip


class DaskCrew(Crew):
    """Workers of a Dask cluster. Without an address a cluster of ``workers`` processes is begun here, listening to this machine only."""

    def __init__(self, workers: int, address: str | None) -> None:
        try:
            from dask.config import set as set_dask
            from distributed import Client, LocalCluster
        except ImportError:
            raise ConfigError("executor = dask; not installed; expected executor=local, or: pip install 'simsafe[dist]'") from None
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters of it is said in one line
        set_dask({"distributed.scheduler.allowed-failures": 0})  # a shard whose worker dies comes back here to be tried again
        self.cluster: Any = None
        try:
            if address is None:
                with quiet_birth():
                    self.cluster = LocalCluster(n_workers=workers, **HERE)
            self.client: Any = Client(self.cluster or address, timeout=CONNECTING, set_as_default=False)
            self.client.wait_for_workers(1, timeout=PATIENCE)
        except (OSError, ValueError, TypeError, RuntimeError, TimeoutError) as problem:
            self.close()
            where = "no workers on this machine" if address is None else f"address = {show(address)}; no workers to be had there"
            raise ConfigError(f"{where} ({type(problem).__name__}); expected the address of a Dask scheduler, or executor=local") from None
        self.executor = self.client.get_executor(pure=False, retries=0)
        self.places = workers if address is None else max(1, sum(self.client.nthreads().values()))
        self.at_work: set[Future[str]] = set()
        self.last_seen = monotonic()

    def room(self) -> bool:
        """Whether another shard may be begun."""
        return len(self.at_work) < self.places

    def begin(self, job: Job, shard: Shard) -> Future[str]:
        """Begin a shard on some worker."""
        future: Future[str] = self.executor.submit(job, shard)
        self.at_work.add(future)
        return future

    def over(self, future: Future[str]) -> None:
        """A shard has ended, well or not."""
        self.at_work.discard(future)

    def check(self) -> None:
        """Raise SavingError when the cluster has had no workers for a while."""
        if self.client.status == "running" and self.client.scheduler_info().get("workers"):
            self.last_seen = monotonic()
        elif monotonic() - self.last_seen > PATIENCE:
            raise SavingError("the Dask cluster has no workers any more")

    def close(self) -> None:
        """Leave the cluster; end it if it was begun here."""
        for part in (getattr(self, "client", None), self.cluster):
            if part is not None:
                with suppress(Exception):
                    part.close(timeout=5)
