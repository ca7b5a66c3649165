"""simsafe: which contingency plan keeps children visible? An agent-based simulation of multi-agency safeguarding under crisis.

>>> import simsafe
>>> run = simsafe.run("shropshire", plan="see_every_child", children=2000)  # doctest: +SKIP
>>> plans = ["as_happened_2020", "see_every_child"]
>>> simsafe.compare("devon", "covid19_england", plans, replications=10).table("first_page")  # doctest: +SKIP

``run`` and ``compare`` give results with ``.table(name)``, ``.plot(name)`` and ``.report(path)``, and list those names in ``.tables`` and
``.plots``; ``story`` tells one simulated child's chronology; ``observe`` says what could have been known; ``load_area`` and ``load_plan``
look at what there is to choose from.
Day by day, and with everything in sight: ``scenario_for``, ``simulate``, ``SafeguardingModel``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simsafe.comparison import Comparison, compare
    from simsafe.ground.parameter import ConfigError
    from simsafe.model import SafeguardingModel
    from simsafe.study.from_config import scenario_for
    from simsafe.study.observer.ideal import Observed, observe
    from simsafe.study.one_run import Run, run
    from simsafe.study.plan_choice import Plan, load_plan
    from simsafe.study.run import simulate
    from simsafe.study.story import Told, story
    from simsafe.world.area import Area, load_area

    __version__: str

__all__ = [
    "Area", "Comparison", "ConfigError", "Observed", "Plan", "Run", "SafeguardingModel", "Told", "__version__", "compare", "load_area",
    "load_plan", "observe", "run", "scenario_for", "simulate", "story",
]  # fmt: skip

WHERE = {
    "Area": "simsafe.world.area",
    "Comparison": "simsafe.comparison",
    "ConfigError": "simsafe.ground.parameter",
    "Observed": "simsafe.study.observer.ideal",
    "Plan": "simsafe.study.plan_choice",
    "Run": "simsafe.study.one_run",
    "SafeguardingModel": "simsafe.model",
    "Told": "simsafe.study.story",
    "compare": "simsafe.comparison",
    "load_area": "simsafe.world.area",
    "load_plan": "simsafe.study.plan_choice",
    "observe": "simsafe.study.observer.ideal",
    "run": "simsafe.study.one_run",
    "scenario_for": "simsafe.study.from_config",
    "simulate": "simsafe.study.run",
    "story": "simsafe.study.story",
}


def __getattr__(name: str) -> Any:
    """Public names are looked up when first used, so that importing simsafe stays quick."""
    if name == "__version__":
        from importlib.metadata import version

        return version("simsafe")
    if name in WHERE:
        import warnings
        from importlib import import_module

        with warnings.catch_warnings():  # in a notebook, Mesa's own progress bar, which nobody here uses, asks for widgets
            warnings.filterwarnings("ignore", message="IProgress not found")
            return getattr(import_module(WHERE[name]), name)
    raise AttributeError(f"module 'simsafe' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
