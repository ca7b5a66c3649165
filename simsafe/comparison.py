"""Plans compared on the same children, from Python: what to ask for, what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simsafe.report import FIGURES, figure, write_report, write_workbook
from simsafe.study.beside import beside_of, compared_beside
from simsafe.study.comparison import Compared, over_sets, settings_given, several, study_of, usual_folder
from simsafe.study.from_config import config_for
from simsafe.study.plan_choice import Plan, load_plans
from simsafe.study.runner import Hands
from simsafe.world.area import Area

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Comparison(Compared):
    """Plans compared on the same children, with the figures and the report that are made of it."""

    def __repr__(self) -> str:
        about = self.runs.about
        return f"<Comparison of {', '.join(self.runs.plans)}: {about['area']}, crisis {about['crisis']}, {self.counted}, simulated>"

    @property
    def plots(self) -> tuple[str, ...]:
        """The names that :meth:`plot` knows."""
        return FIGURES

    def plot(self, name: str) -> Figure:
        """A figure of the report; :attr:`plots` has their names. ConfigError in one line for another."""
        return figure(self, name)

    def report(self, path: str | Path) -> Path:
        """Write the board report, one HTML file that needs nothing else, and return its path."""
        return write_report(self, path)

    def workbook(self, path: str | Path) -> Path:
        """Write every table, and what its columns mean, as one XLSX file, and return its path."""
        return write_workbook(self, path)


def compare(
    area: str | Area | None = None,
    crisis: str | Mapping[str, Any] | None = None,
    plans: Sequence[str | Path | Plan] = (),
    replications: int = 30,
    reference: str | None = None,
    *,
    folder: str | Path | None = None,
    workers: int | None = None,
    executor: str = "local",
    address: str | None = None,
    config_dir: str | Path | None = None,
    effort: str = "as_written",
    exchange: Mapping[str, float] | None = None,
    break_even: bool | Sequence[str] = False,
    sets: str | Path | None = None,
    **settings: Any,
) -> Comparison:
    """Simulate every plan under every seed and compare them on the same children.

    >>> compare("devon", "covid19_england", ["as_happened_2020", "see_every_child"], replications=10)  # doctest: +SKIP

    Parameters
    ----------
    area, crisis
        Names, as in ``simsafe run``; or an area from :func:`simsafe.load_area`. Those of ``configs/run.yaml`` when left out.
    plans, reference
        Names, paths of files (YAML, CSV, XLSX), or plans from :func:`simsafe.load_plan`; the reference is the first when left out.
    replications
        How many seeds; the first is ``seed=`` (1 when left out).
    folder
        Where the runs are kept; a folder under ``outputs/`` named after the question when left out. A comparison that was stopped goes
        on where it was; with more replications, or failures to try again, only what is missing is run.
    workers, executor, address
        ``local``: so many processes of this machine, one a core when left out. ``serial``: no other process. ``dask``: a cluster at
        ``address``, or one on this machine.
    effort, exchange
        ``equal``: pilot runs first weaken the plans until all ask each profession for as many extra hours, or for as many together at the
        rates of ``exchange``; the table ``effort`` says how far.
    break_even
        True, or some of ``remote_strength``, ``prevalence`` and ``overlap``: the table ``break_even`` says where rankings turn round.
    sets
        A folder of parameter sets, such as a calibration keeps: replication k has set k modulo how many there are, under every plan.
    settings
        Any other setting of a run: ``children``, ``severity``, ``start``, ``end``, ``seed``, ``model``, ``area_file`` ...

    Raises
    ------
    ConfigError
        One line: what was asked for cannot be. Nothing has been simulated.
    SavingError, UnfinishedError
        One line: the folder can no longer be written, or pilot runs failed. What is finished is safe; the same call goes on from there.
    """
    hands = Hands(executor, workers, address)
    config = config_for(config_dir=config_dir, **settings_given(area, crisis, settings))
    chosen = load_plans(several(plans), config_dir)
    study = study_of(config, chosen, replications, reference, area if isinstance(area, Area) else None)
    study, asked = over_sets(study, None if sets is None else Path(sets)), beside_of(effort, exchange, break_even)
    made = compared_beside(study, Path(folder) if folder is not None else usual_folder(study, effort), hands, asked)
    return Comparison(made.runs, made.folder, made.failures)
