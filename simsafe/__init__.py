"""simsafe: which contingency plan keeps children visible? An agent-based simulation of multi-agency safeguarding under crisis.

>>> import simsafe
>>> model = simsafe.simulate(simsafe.scenario_for(area="shropshire", plan="see_every_child", children=2000))  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simsafe.model import SafeguardingModel
    from simsafe.study.from_config import scenario_for
    from simsafe.study.run import simulate

    __version__: str

__all__ = ["SafeguardingModel", "__version__", "scenario_for", "simulate"]

WHERE = {
    "SafeguardingModel": "simsafe.model",
    "scenario_for": "simsafe.study.from_config",
    "simulate": "simsafe.study.run",
}


def __getattr__(name: str) -> Any:
    """Public names are looked up when first used, so that importing simsafe stays quick."""
    if name == "__version__":
        from importlib.metadata import version

        return version("simsafe")
    if name in WHERE:
        from importlib import import_module

        return getattr(import_module(WHERE[name]), name)
    raise AttributeError(f"module 'simsafe' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
