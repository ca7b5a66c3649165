"""Write the tables of ODD.md anew from the code: ``python docs/odd.py`` (``--check`` only looks).

Blocks are those of ``agencies/refresh.py``; here are the tables of this page: ``entities``, ``variables`` of a class, ``schedule`` of
methods of the model, ``patterns`` that it is fitted to, ``parameters`` by group, the ``register`` of evidence, and ``crises``.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE / "agencies")]  # the code beside this page, whatever else is installed
refresh: ModuleType = importlib.import_module("refresh")

from simsafe.ground.parameter import ConfigError, nearest, plain  # noqa: E402
from simsafe.model import SafeguardingModel  # noqa: E402
from simsafe.plans.shelf import load_yaml, shelf_names  # noqa: E402
from simsafe.scenario import Parameters  # noqa: E402
from simsafe.study.fit import KNOBS, TARGETS  # noqa: E402
from simsafe.study.register import GRADES, KINDS, ROOMS, counts, register  # noqa: E402
from simsafe.world.conditions import DIALS  # noqa: E402

PAGE = HERE / "ODD.md"
PACKAGE = HERE.parent / "simsafe"
ENTITIES = {  # entity: class that holds it, what one entry is, who writes what changes
    "child": ("world.population.Children", "a child, born or to be born", "nobody: fixed"),
    "family": ("world.population.Families", "a family", "nobody: fixed"),
    "schooling": ("world.population.Schooling", "a child, for a month", "recomputed monthly"),
    "last contacts": ("agencies.contacts.ContactLog", "a child", "`write_down`"),
    "harm and need (truth)": ("truth.harm.HarmAndNeed", "a child; a spell of harm", "`truth/harm.py`"),
    "hidden family (truth)": ("truth.families.HiddenFamilies", "a family", "`truth/families.py`"),
    "sign in records": ("agencies.records.COLUMNS", "a sign that an agency noticed", "`agencies/records.py`"),
    "case": ("system.cases.COLUMNS", "an open case", "`system/`"),
    "place with early help": ("agencies.early_help.COLUMNS", "a family with or before a place", "`agencies/early_help.py`"),
    "what is on its way": ("system.sharing.COLUMNS", "a sign told and not yet arrived", "`system/sharing.py`"),
    "post": ("world.staff.Staff", "a post of a profession", "`world/staff.py`"),
    "wellbeing": ("world.wellbeing.Wellbeing", "whoever is in a post", "`world/wellbeing.py`"),
    "school": ("agents.School", "a Mesa agent", "-"),
    "practice": ("agents.Practice", "a Mesa agent", "-"),
    "health visitor": ("agents.HealthVisitor", "a Mesa agent, one a post", "its post"),
    "social worker": ("agents.SocialWorker", "a Mesa agent, one a post", "its post"),
    "front door worker": ("agents.FrontDoorWorker", "a Mesa agent, one a post", "its post"),
    "partnership": ("agents.Partnership", "a Mesa agent, one", "nobody: it holds the plan"),
    "day's conditions": ("world.conditions.Conditions", "a day", "`plans/change.py Timetable`"),
    "event": ("system.events.COLUMNS", "something that happened", "`system/events.py`; nothing reads it"),
}


def in_short(text: str | None) -> str:
    """The first sentence of a docstring."""
    words = " ".join((text or "").split())
    return re.split(r"(?<=\.)\s", words + " ")[0].strip().replace("``", "`")


def found(path: str) -> Any:
    """A class or a table by its path below ``simsafe``. ConfigError when there is none."""
    module, _, name = path.rpartition(".")
    try:
        return getattr(importlib.import_module(f"simsafe.{module}"), name)
    except (ImportError, AttributeError):
        raise ConfigError(f"{path}; there is no such class or table{nearest(path, [p for p, *_ in ENTITIES.values()])}") from None


# Entities


def variables(path: str) -> list[tuple[str, str]]:
    """State variables of a class or a table, with what the code says of each: fields of a dataclass, or what ``__init__`` sets."""
    thing = found(path)
    if isinstance(thing, dict):
        return [(name, f"`{kind.strip('<')}`") for name, kind in thing.items()]
    lines = inspect.getsourcelines(thing)[0]
    said = {}
    for line in lines:
        match = re.match(r"    (?:    self\.)?([a-z]\w*)(?:: [^=#]+)?(?: = .*?)?  # (.*)$", line.rstrip())
        if match and not match[2].startswith(("fmt", "noqa", "type:")):
            said.setdefault(match[1], match[2])
    if is_dataclass(thing):
        return [(f.name, said.get(f.name, "")) for f in fields(thing)]
    return [(name, said.get(name, "")) for name in attributes(lines)]


def attributes(lines: Sequence[str]) -> list[str]:
    """Public arrays and tables that a class keeps: annotated in its body, or made by ``__init__``."""
    body = ast.parse(inspect.cleandoc("".join(lines)) if lines[0].startswith(" ") else "".join(lines)).body[0]
    names: dict[str, None] = {}
    assert isinstance(body, ast.ClassDef)
    for node in body.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names[node.target.id] = None
        elif isinstance(node, ast.FunctionDef) and node.name == "__init__":
            for part in ast.walk(node):
                if isinstance(part, ast.Assign | ast.AnnAssign):
                    targets = part.targets if isinstance(part, ast.Assign) else [part.target]
                    names |= {t.attr: None for t in targets if isinstance(t, ast.Attribute) and not t.attr.startswith("_")}
    return list(names)


def entities_table(_: str) -> str:
    """Every entity: one entry, state variables, who writes what changes."""
    rows = []
    for name, (path, entry, writer) in ENTITIES.items():
        thing = found(path)
        if path == "world.conditions.Conditions":
            held = f"{len(DIALS)} dials (`simsafe describe dials`)"
        elif path.startswith("agents."):
            own = [key for key, value in vars(thing).items() if isinstance(value, property)]
            held = in_short(thing.__doc__) + (f" Looks at: {', '.join(f'`{key}`' for key in own)}." if own else "")
        else:
            held = ", ".join(f"`{key}`" for key, _ in variables(path))
        rows.append([name, f"`{path}`", entry, held, writer])
    return refresh.table(["entity", "where", "one entry", "state variables", "written by"], rows)


def variables_table(path: str) -> str:
    """The state variables of one entity, with type, unit and meaning as the code says them."""
    return refresh.table(["variable", "type, unit and meaning"], [[f"`{name}`", meaning] for name, meaning in variables(path.strip())])


# Schedule


@cache
def receivers() -> dict[str, str]:
    """Attribute of the model to the path of its class, from the assignments of ``cast.py``."""
    tree = ast.parse((PACKAGE / "cast.py").read_text(encoding="utf-8"))
    imported = {a.name: n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module for a in n.names}
    known = {}
    for node in (n for n in ast.walk(tree) if isinstance(n, ast.Assign)):
        for target in node.targets:
            pairs = (
                zip(target.elts, getattr(node.value, "elts", []), strict=False) if isinstance(target, ast.Tuple) else [(target, node.value)]
            )
            for left, right in pairs:
                made = right.func if isinstance(right, ast.Call) else None
                if isinstance(left, ast.Attribute) and isinstance(made, ast.Name) and imported.get(made.id):
                    known[left.attr] = f"{str(imported[made.id]).removeprefix('simsafe.')}.{made.id}"
    return known


def calls(method: str) -> Iterator[tuple[str, str, str]]:
    """What a method of the model asks, in its order: the call, its first sentence, its file."""
    function = getattr(SafeguardingModel, method, None)
    if function is None:
        raise ConfigError(f"{method}; there is no such method of the model")
    tree = ast.parse(inspect.cleandoc("\n" + inspect.getsource(function)))
    inner = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func).startswith("self.")]
    for node in sorted(inner, key=lambda n: (n.end_lineno or 0, n.end_col_offset or 0)):
        parts = ast.unparse(node.func).split(".")[1:]
        if parts[0] in ("log", "records", "calendar", "chance", "cases", "world") or parts[-1].startswith("_still"):
            continue  # what keeps, and does not act
        owner, where = (SafeguardingModel, "model.py") if len(parts) == 1 else owner_of(parts)
        doc = getattr(owner, parts[-1], None) or owner
        yield f"`{'.'.join(parts)}`", in_short(inspect.getdoc(doc)), f"`{where}`"


def owner_of(parts: Sequence[str]) -> tuple[Any, str]:
    """The class that answers a call on an attribute of the model, and its file."""
    if parts[0] not in receivers():
        raise ConfigError(f"{'.'.join(parts)}; no class known for {parts[0]}{nearest(parts[0], receivers())}")
    path = receivers()[parts[0]]
    return found(path), path.rpartition(".")[0].replace(".", "/") + ".py"


def schedule_table(methods: str) -> str:
    """The calls of methods of the model, numbered in the order in which they are made."""
    rows = []
    for method in methods.split(","):
        for call, meaning, where in calls(method.strip()):
            rows.append([str(len(rows) + 1), f"`{method.strip()}`", call, meaning, where])
    return refresh.table(["", "in", "call", "what it does", "file"], rows)


# Numbers


def patterns_table(_: str) -> str:
    """The figures that the model is fitted to, with the number that answers for each."""
    by = {knob.target: knob.path for knob in KNOBS}
    rows = [
        [name.replace("_", " "), plain(t.value), t.unit, f"`{by[name]}`" if name in by else "checked, not fitted", t.source]
        for name, t in TARGETS.items()
    ]
    return refresh.table(["pattern", "England", "unit", "fitted by", "source"], rows)


def parameters_table(_: str) -> str:
    """Parameters by room of ``Parameters``: what they are about, how many, and of which kind."""
    rows, whole = [], Parameters()
    for f in fields(whole):
        own = [row for row in register() if row.room == "parameters" and row.name.split(".")[0] == f.name]
        cls, count = type(getattr(whole, f.name)), Counter(row.kind for row in own)
        about = in_short(cls.__doc__)
        where = cls.__module__.removeprefix("simsafe.").replace(".", "/") + ".py"
        rows.append([f"`{f.name}`", about, str(len(own)), *(str(count[kind] or "") for kind in KINDS), f"`{where}`"])
    return refresh.table(["group", "about", "numbers", *KINDS, "file"], rows)


def register_table(_: str) -> str:
    """All numbers by room and kind, then their shares by grade and by kind."""
    rows = []
    for room in ROOMS:
        own = [row for row in register() if row.room == room]
        count = Counter(row.kind for row in own)
        rows.append([room, str(len(own)), *(str(count[kind] or "") for kind in KINDS)])
    shares = [["by " + by, f"{name}: {meaning}", str(n), f"{100 * share:.0f} %"] for by, names in (("grade", GRADES), ("kind", KINDS))
              for name, meaning, n, share in counts(register(), by, names)]  # fmt: skip
    return refresh.table(["room", "numbers", *KINDS], rows) + "\n" + refresh.table(["", "", "numbers", "share"], shares)


def crises_table(_: str) -> str:
    """The crises on the shelf."""
    return refresh.table(
        ["crisis", "title"], [[f"`{name}`", str(load_yaml("crisis", name).get("title", ""))] for name in shelf_names("crisis")]
    )


TABLES = {
    "entities": entities_table, "variables": variables_table, "schedule": schedule_table, "patterns": patterns_table,
    "parameters": parameters_table, "register": register_table, "crises": crises_table,
}  # fmt: skip


def refreshed(page: Path = PAGE) -> str:
    """The page as it should be."""
    return refresh.refreshed(page, TABLES)


def main(words: Sequence[str]) -> int:
    """Refresh the page, or with ``--check`` say whether it is out of date (then 1)."""
    text = refreshed()
    if text == PAGE.read_text(encoding="utf-8"):
        return 0
    if "--check" in words:
        print(f"out of date: {PAGE.name}")
        return 1
    PAGE.write_text(text, encoding="utf-8")
    print(f"refreshed: {PAGE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
