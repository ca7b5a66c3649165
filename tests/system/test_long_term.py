"""Children in need: most cases close within months, some are kept for long-term support."""

from __future__ import annotations

from datetime import date

import numpy as np
from small_worlds import CERTAIN, forced, ordinary

from simsafe.model import SafeguardingModel
from simsafe.system.cases import Stage

WEIGHS_NOTHING = {"plans__keep_in_need": CERTAIN, "plans__long_term": CERTAIN}


def begun(**numbers: float) -> SafeguardingModel:
    parameters = forced(**{"assessment__strategy": CERTAIN} | numbers)
    return SafeguardingModel(ordinary(1500, end=date(2021, 3, 31), capacity_coupling=False, parameters=parameters))


def after_a_year(**numbers: float) -> SafeguardingModel:
    model = begun(**numbers)
    while model.running:
        model.step()
    return model


def laid_down(model: SafeguardingModel) -> np.ndarray:
    """Rows of cases that were in need on day 0 and are still."""
    return np.flatnonzero((model.cases["stage"] == Stage.IN_NEED) & (model.cases["since"] < 0))


def test_long_term_support_that_never_ends_keeps_every_case_that_was_in_it() -> None:
    first = begun(**WEIGHS_NOTHING, plans__long_term_ends=0.0)
    kept = first.cases["child"][first.cases["long_term"]]
    later = after_a_year(**WEIGHS_NOTHING, plans__long_term_ends=0.0)
    under_18 = later.world.children.living_here(later.day, kept)
    assert kept.size > 5
    assert later.cases.is_open(kept)[under_18].all()


def test_a_review_that_weighs_nothing_closes_all_others() -> None:
    later = after_a_year(**WEIGHS_NOTHING, plans__disabled_long_term=0.0)
    assert later.cases["long_term"][laid_down(later)].all()


def test_more_disabled_children_given_long_term_support_only_adds_such_cases() -> None:
    some, all_of_them = (after_a_year(**WEIGHS_NOTHING, plans__disabled_long_term=share) for share in (0.2, 1.0))
    lasting = [set(m.cases["child"][m.cases["long_term"]].tolist()) for m in (some, all_of_them)]
    assert lasting[0] < lasting[1]
    added = np.array(sorted(lasting[1] - lasting[0]))
    assert all_of_them.world.children.disabled[added].all()
