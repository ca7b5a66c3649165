"""The description of the model by the ODD protocol: all of its parts, and every table as the code has it."""

import importlib.util
import inspect
import re
import sys
from pathlib import Path

import pytest

from simsafe import agents
from simsafe.ground.parameter import ConfigError
from simsafe.model import SafeguardingModel
from simsafe.study.register import register

DOCS = Path(__file__).resolve().parents[2] / "docs"
SECTIONS = (
    "1 Purpose and patterns", "2 Entities, state variables and scales", "3 Process overview and scheduling", "4 Design concepts",
    "5 Initialisation", "6 Input data", "7 Submodels",
)  # fmt: skip
CONCEPTS = (
    "Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing", "Interaction", "Stochasticity",
    "Collectives", "Observation",
)  # fmt: skip


def script():
    """``docs/odd.py``, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("refresh_odd", DOCS / "odd.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    path = list(sys.path)
    spec.loader.exec_module(module)
    sys.path[:] = path
    return module


ODD = script()
TEXT = (DOCS / "ODD.md").read_text(encoding="utf-8")


def test_every_table_is_that_of_the_code():
    assert ODD.refreshed() == TEXT, "ODD.md is out of date: run python docs/odd.py"


def test_the_protocol_is_followed_part_by_part():
    assert tuple(re.findall(r"^## (.*)$", TEXT, flags=re.MULTILINE)) == SECTIONS
    assert tuple(re.findall(r"^\*\*([\w ]+)\.\*\*", TEXT.partition("## 4")[2].partition("## 5")[0], flags=re.MULTILINE)) == CONCEPTS


def test_every_table_of_the_script_is_used_and_filled():
    blocks = ODD.refresh.BLOCK.findall(TEXT)
    assert {block[1] for block in blocks} == set(ODD.TABLES)
    assert all(block[3].count("|\n") > 2 for block in blocks)


def test_every_kind_of_agent_is_an_entity():
    kinds = {name for name, cls in inspect.getmembers(agents, inspect.isclass) if cls.__module__ == agents.__name__}
    kinds -= {"Service", "Professional", "ChildView", "FamilyView"}  # what they have in common, and views that hold nothing
    assert {f"agents.{name}" for name in kinds} <= {path for path, *_ in ODD.ENTITIES.values()}


def test_the_schedule_has_every_phase_of_a_step_in_its_order():
    phases = re.findall(r"self\.([a-z_.]+)\(", inspect.getsource(SafeguardingModel.step))
    told = [call.strip("`") for call, *_ in ODD.calls("step")]
    assert told == [phase for phase in phases if not phase.startswith("calendar")]
    assert all(meaning for _, meaning, _ in ODD.calls("step"))


def test_the_parameters_of_all_groups_are_counted():
    rows = re.findall(r"^\| `\w+` \|.*?\| (\d+) \|", ODD.parameters_table(""), flags=re.MULTILINE)
    assert sum(map(int, rows)) == sum(row.room == "parameters" for row in register())


def test_variables_are_found_with_what_the_code_says_of_them():
    assert dict(ODD.variables("world.population.Children"))["birth"].startswith("int16: day of the run")
    assert dict(ODD.variables("truth.families.HiddenFamilies"))["strain"].startswith("float32: standard deviations")
    assert dict(ODD.variables("system.cases.COLUMNS"))["stage"] == "`i1`"


def test_what_is_not_in_the_code_is_refused_by_name(tmp_path):
    page = tmp_path / "page.md"
    for block, says in (
        ("variables: world.population.Chidren", "Chidren"),
        ("schedule: stp", "stp"),
        ("enities", "did you mean 'entities'"),
    ):
        page.write_text(f"<!-- {block} -->\n<!-- end -->\n", encoding="utf-8")
        with pytest.raises(ConfigError, match=says):
            ODD.refreshed(page)


def test_the_code_and_pages_that_it_names_are_there():
    named = re.findall(r"`(simsafe/[\w/]+(?:\.py|/)?)`", TEXT)
    assert named
    assert not [path for path in named if not (DOCS.parent / path).exists()]
    links = re.findall(r"\]\((?!https?://)([^)#]+)\)", TEXT)
    assert not [link for link in links if not (DOCS / link).exists()]
