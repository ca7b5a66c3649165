"""A comparison over a folder of parameter sets: one a seed in turn, the same under every plan."""

import pytest

from simsafe.ground.parameter import ConfigError
from simsafe.study.comparison import over_sets, study_of
from simsafe.study.from_config import config_for
from simsafe.study.plan_choice import load_plan


@pytest.fixture
def folder(tmp_path):
    for name, value in (("a", 0.03), ("b", 0.07)):
        (tmp_path / f"{name}.csv").write_text(f"name,value\ntruth.harm.prevalence,{value}\n")
    return tmp_path


def study(**settings):
    config = config_for(area="devon", crisis="covid19_england", children=500, **settings)
    return study_of(config, [load_plan(name, None) for name in ("as_happened_2020", "see_every_child")], 5, None)


def test_each_seed_has_its_set_in_turn_under_every_plan(folder, tmp_path):
    shards = over_sets(study(), folder).shards(tmp_path)
    found = [{s.parameters.truth.harm.prevalence for s in shard.scenarios} for shard in shards]
    assert found == [{0.03}, {0.07}, {0.03}, {0.07}, {0.03}]


def test_other_sets_are_another_comparison(folder):
    one = over_sets(study(), folder)
    (folder / "b.csv").write_text("name,value\ntruth.harm.prevalence,0.08\n")
    assert len({study().key, one.key, over_sets(study(), folder).key}) == 3


def test_without_sets_nothing_changes(tmp_path):
    plain = study()
    assert over_sets(plain, None) is plain
    assert "sets" not in plain.about["config"]


def test_sets_and_numbers_of_ones_own_at_once_are_refused(folder):
    with pytest.raises(ConfigError, match=r"sets = .*expected one of them"):
        over_sets(study(model={"truth.harm.prevalence": 0.04}), folder)
