"""``simsafe areas``, ``crises``, ``plans`` and ``describe``: what there is to choose from, and what it means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from simsafe.app import DONE
from simsafe.app.printing import Row, changes_of, print_rows, split, value_in_words, written
from simsafe.ground.parameter import ConfigError, alike, counted, nearest
from simsafe.plans.change import Change, show

MOST_NAMES = 12  # listed in one message


# Commands


def areas(words: Sequence[str]) -> int:
    """The areas whose name or region has the text."""
    texts, flags = split(words, "areas", ("--csv",))
    from simsafe.world.area import areas_table

    text = " ".join(texts).lower()
    rows = [{str(k): v for k, v in row.items()} for row in areas_table().to_dict("records")]
    found = [row for row in rows if any(text in str(row[column]).lower() for column in ("slug", "name", "region"))]
    if not found:
        raise ConfigError(f"areas {show(text)}: no area or region has that in its name{nearest(text[:60], [row['slug'] for row in rows])}")
    return print_rows(found, flags)


def crises(words: Sequence[str]) -> int:
    """The crises, or the dials that one turns."""
    return shelf("crisis", "crises", words)


def plans(words: Sequence[str]) -> int:
    """The plans, the dials that one turns, or what differs between two."""
    if words and words[0] == "diff":
        from simsafe.app.differences import plans_diff

        return plans_diff(words[1:])
    return shelf("plan", "plans", words)


def describe(words: Sequence[str]) -> int:
    """Parameters, measures, dials or levers: all of a kind, those with a part of a name, or one by name."""
    texts, flags = split(words, "describe", ("--csv",))
    if len(texts) == 2 and texts[0] in KINDS:
        return print_rows(rows_with(texts[1], list(KINDS[texts[0]]()), texts[0]), flags)
    if len(texts) > 1:
        names = {end_of(row) for rows in KINDS.values() for row in rows()}
        allowed = f"expected one of {', '.join(KINDS)}, or one name"
        raise ConfigError(f"describe {show(' '.join(texts))}: {allowed}{similar('_'.join(texts), names)}")
    if not texts:
        counts = ", ".join(f"{len(list(rows()))} {kind}" for kind, rows in KINDS.items())
        print(f"There are {counts}. Ask for one of these, or for one by name: simsafe describe school_open_share")
        return DONE
    if texts[0] in KINDS:
        return print_rows(list(KINDS[texts[0]]()), flags)
    return describe_one(texts[0])


def rows_with(part: str, rows: list[Row], kind: str) -> list[Row]:
    """Rows whose name has a text in it; ConfigError in one line when there are none."""
    found = [row for row in rows if part.lower() in str(row["name"]).lower()]
    if not found:
        raise ConfigError(f"describe {kind} {show(part)}: none has that in its name{nearest(part[:60], [row['name'] for row in rows])}")
    return found


def similar(name: str, names: Iterable[str]) -> str:
    """The nearest names, and those that have it in them: the end of a message."""
    inside = with_it_inside(name, {each for each in names if "." not in each})
    both = alike(name[:60], names) + (f"; with it in their names: {inside}" if inside else "")
    return both or "; simsafe describe parameters, measures, tables, dials or levers lists them"


def with_it_inside(name: str, names: Iterable[str]) -> str:
    """The names that have a text of two letters or more in them, the shortest first, and how many others do."""
    found = sorted((each for each in names if len(name) > 1 and name.lower() in each.lower()), key=lambda each: (len(each), each))
    more = f" and {counted(len(found) - MOST_NAMES, 'other')}" if len(found) > MOST_NAMES else ""
    return f"{', '.join(found[:MOST_NAMES])}{more}"


def end_of(row: Row) -> str:
    """The last part of a row's name."""
    return str(row["name"]).rpartition(".")[2]


def describe_one(name: str) -> int:
    """All that is known of one name: a parameter by its path or the end of it, a measure, a dial or a lever."""
    everything = [(kind, row) for kind, rows in KINDS.items() for row in rows()]
    wanted = name.removeprefix("model.")
    found = [(kind, row) for kind, row in everything if row["name"] == wanted]
    found = found or [(kind, row) for kind, row in everything if row["name"].endswith(f".{wanted}")]
    if not found:
        names = {*KINDS, *(name for _, row in everything for name in (row["name"], end_of(row)))}
        raise ConfigError(f"describe {show(name)}: no parameter, measure, dial or lever of that name{similar(wanted, names)}")
    for kind, row in found:
        print(f"{row['name']} ({kind[:-1]})")
        for column, value in row.items():
            if column != "name" and value != "":
                print(f"  {column:<10} {written(value)}")
    others = with_it_inside(wanted, {end_of(row) for _, row in everything} - {end_of(row) for _, row in found})
    print(f"others with it in their names: {others}" if others else "", end="\n" if others else "")
    return DONE


def shelf(kind: str, command: str, words: Sequence[str]) -> int:
    """A shelf's names and titles, or the changes that one entry makes."""
    texts, flags = split(words, command, ("--csv", "--config-dir", *(("--crisis",) if kind == "plan" else ())))
    from simsafe.study.from_config import Shelves

    folder = flags.get("--config-dir")
    shelves = Shelves(None if folder is None else Path(folder))
    if not texts and "--crisis" in flags:
        raise ConfigError(f"{command} --crisis: a list of plans has none; expected simsafe {command} show NAME --crisis NAME")
    if not texts:
        rows = [{"name": name, "title": shelves.mapping(kind, name).get("title", "")} for name in shelves.names(kind)]
        return print_rows(rows, flags)
    if texts[0] != "show" or len(texts) != 2:
        diff = ", or simsafe plans diff A B" if kind == "plan" else ""
        raise ConfigError(f"{command} {show(' '.join(texts))}: expected simsafe {command}, or simsafe {command} show NAME{diff}")
    if kind == "plan":
        from simsafe.app.plan_page import show_plan

        return show_plan(texts[1], flags, shelves)
    mapping = shelves.mapping(kind, texts[1])
    changes = sorted(changes_of(kind, texts[1], mapping, shelves), key=lambda change: (change.dial, change.from_date))
    rows = [change_row(change) for change in changes]
    if "--csv" not in flags:
        print(mapping.get("title", texts[1]))
        print(" ".join(str(mapping.get("purpose", "")).split()), end="\n\n")
    return print_rows(rows, flags) if rows else DONE


COMMANDS = {"areas": areas, "crises": crises, "plans": plans, "describe": describe}


# What there is


def change_row(change: Change) -> Row:
    """One change of a crisis as a line of a table."""
    made = {"dial": change.dial, "from": change.from_date, "to": change.to_date, "how": change.how}
    return {**made, "value": value_in_words(change), "source": change.source}


def parameters() -> Iterable[Row]:
    """Every number of the model."""
    from simsafe.ground.parameter import register
    from simsafe.scenario import Parameters

    yield from register(Parameters())


def measures() -> Iterable[Row]:
    """Every measure and every column of a saved table, and how far it was held against the world."""
    from simsafe.results.dictionary import dictionary
    from simsafe.study.validation.badges import in_dictionary

    yield from (vars(entry) | {"badge": in_dictionary(entry.name, entry.meaning)} for entry in dictionary())


def comparison_tables() -> Iterable[Row]:
    """Every measure of a comparison with the smallest difference that matters, and every column of its tables."""
    from simsafe.study.tables import meanings

    for row in meanings().to_dict("records"):
        yield {str(name): "" if value is None or value != value else value for name, value in row.items()}


def dials() -> Iterable[Row]:
    """Every dial that a crisis or a plan may turn."""
    from simsafe.world.conditions import DIALS, ORDINARY

    for name, f in DIALS.items():
        about = {key: f.metadata[key] for key in ("unit", "low", "high", "turned_by", "source")}
        yield {"name": name, "ordinary": getattr(ORDINARY, name), **about}


def levers() -> Iterable[Row]:
    """Every lever that a plan may pull."""
    from dataclasses import fields

    from simsafe.plans.catalogue import SHELF
    from simsafe.plans.costs import FREE, costs_of, in_words

    for name, cls in SHELF.items():
        meaning = " ".join((cls.__doc__ or "").split())
        settings = ", ".join(f"{f.name} = {written(f.default)}" for f in fields(cls))
        grades = ", ".join(dict.fromkeys(f.metadata["grade"] for f in fields(cls)))
        costs = "; ".join(map(in_words, costs_of(name))) or f"nothing: {FREE[name]}"
        yield {"name": name, "meaning": meaning, "settings": settings, "grade": grades, "costs": costs}


KINDS = {"parameters": parameters, "measures": measures, "tables": comparison_tables, "dials": dials, "levers": levers}
