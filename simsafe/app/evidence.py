"""``simsafe evidence``: every number with its grade, its source, and whether it was seen there; to print, filter and export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from simsafe.app import DONE
from simsafe.app.printing import print_rows
from simsafe.ground.parameter import ConfigError, counted, plain
from simsafe.plans.change import show
from simsafe.study.register import GRADES, KINDS, Number, chosen, counts, one_of, register, weakest
from simsafe.world.evidence import cards, cited, table

OPTIONS = ("--grade", "--kind", "--export")


def evidence(words: Sequence[str]) -> int:
    """Print the chosen rows with their counts, as a table or as CSV, or write them to a file."""
    text, options = read(words)
    grade, kind = one_of("grade", options.get("--grade"), GRADES), one_of("kind", options.get("--kind"), KINDS)
    if uncited(text) and set(options) <= {"--csv"}:
        targets = [row["name"] for row in table("targets") if text.upper() in cited(row["source"])]
        use = f"a calibration is held against it: {', '.join(targets)}" if targets else "no number cites it: context"
        print(f"{a_card(text.upper())}\n  {use}")
        return DONE
    rows = chosen(text, grade, kind)
    if "--export" in options:
        from simsafe.report.register import write_register

        asked = ", ".join(f"{key} {value}" for key, value in (("with the text", text), ("of grade", grade), ("of kind", kind)) if value)
        path = Path(options["--export"])
        write_register(rows, path, asked)
        print(f"{counted(len(rows), 'number')} in {path}")
        return DONE
    if "--csv" not in options:
        print(in_short(rows), end="\n\n")
        if text.upper() in cards():
            print(a_card(text.upper()), end="\n\n")
    return print_rows([line(row) for row in rows], options)


def read(words: Sequence[str]) -> tuple[str, dict[str, str]]:
    """The text to look for, and the options. ConfigError in one line for any other."""
    texts, options, waiting = [], {}, iter(words)
    for word in waiting:
        name, equals, value = word.partition("=")
        if name in OPTIONS:
            value = value if equals else next(waiting, "")
            if not value or value.startswith("--"):
                raise ConfigError(f"evidence {name}: expected {'a file' if name == '--export' else 'a name'} after it")
            options[name] = value
        elif word == "--csv":
            options[word] = "yes"
        elif word.startswith("-"):
            raise ConfigError(f"evidence: {show(word)}; no such option; expected {', '.join((*OPTIONS, '--csv'))} or --help")
        elif equals and f"--{name}" in OPTIONS:
            raise ConfigError(f"evidence {show(word)}; expected --{name} {value or 'NAME'}")
        else:
            texts.append(word)
    return " ".join(texts), options


def uncited(text: str) -> bool:
    """Whether the text is the id of a row of evidence that no number cites."""
    return text.upper() in cards() and not any(text.upper() in row.cites.split() for row in register())


def in_short(rows: Sequence[Number]) -> str:
    """How many numbers, their shares by grade and kind, and the weakest assumptions by effect if effects are known."""
    parts = [f"{len(rows)} of {len(register())} numbers"]
    for by, names in (("grade", GRADES), ("kind", KINDS)):
        parts.append(f"by {by}: " + ", ".join(f"{name} {count} ({100 * share:.0f} %)" for name, _, count, share in counts(rows, by, names)))
    weak = [f"{row.name} ({plain(row.effect or 0.0)} on {row.effect_on})" for row in weakest(rows)]
    parts.append("the weakest by effect: " + (", ".join(weak) if weak else "not known until a sensitivity study has been made"))
    return "\n".join(parts)


def a_card(name: str) -> str:
    """All that one shipped row of evidence says."""
    card = cards()[name]
    value = " ".join(part for part in (card.value, card.unit) if part)
    spread = f"{card.low} to {card.high}" if card.low else ""
    said = (
        ("value", value),
        ("range", spread),
        ("source", card.source),
        ("where", card.locator),
        ("address", card.url),
        ("it was", card.status),
    )
    more = (("note", card.note),)
    return "\n".join([f"{card.id}: {card.meaning}", *(f"  {key:<8} {text}" for key, text in (*said, *more) if text)])


def line(row: Number) -> dict[str, Any]:
    """A row of the table as it is printed."""
    effect = "" if row.effect is None else plain(row.effect)
    spread = f"{plain(row.low)} to {plain(row.high)}"
    own = {"number": row.name, "value": row.value, "range": spread, "grade": row.grade, "kind": row.kind, "effect": effect}
    return {**own, "unit": row.unit, "source": row.source}
