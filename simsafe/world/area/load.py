"""Areas as published: England and its 151 upper-tier authorities.

A cell that is missing, doubtful or withheld is not used: the area takes England's share or rate, and a count England's per child.
Workforce figures swing from year to year in one area, so four of them are shrunk towards England's. Both are named in ``assumed``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd

from simsafe.ground.parameter import ConfigError, nearest
from simsafe.world.area.one_row import show
from simsafe.world.area.profile import ADJUSTMENTS, MEASURES, NEUTRAL, Area, apportion
from simsafe.world.published import table

TINY = 2_500  # children; in an area below this a printed zero of services is taken as a small number withheld (assumed)
# Half-weight of an area's own workforce figure, FTE case holders: with n of them the area counts n / (n + this) and England the
# rest. Each best predicts areas' September 2019 figure from their September 2018 one (least squares, 143 areas with over 20 FTE).
SHRINK = {"sw_caseload": 35, "sw_vacancy": 35, "sw_turnover": 220, "sw_absence": 96}


@cache
def published_rows() -> pd.DataFrame:
    """The rows of ``areas.csv`` by slug."""
    return table("areas").set_index("slug", drop=False)


def area_names() -> list[str]:
    """The short names of England and its 151 upper-tier authorities, in order of the alphabet."""
    return sorted(published_rows().index)


def areas_table() -> pd.DataFrame:
    """One row an area, for choosing one: slug, name, region, children, referral rate a year per 10,000 children."""
    columns = {"slug": "slug", "name": "name", "region": "region", "children_mid2019": "children", "referral_rate_mean3": "referral_rate"}
    rows = published_rows().sort_index()
    return pd.DataFrame({short: rows[column].to_numpy() for column, short in columns.items()})


def load_area(slug: str) -> Area:
    """The published profile of an area.

    Raises
    ------
    ConfigError
        For a name that is not in :func:`area_names`: one line with the nearest, or with the way to hand in a file.
    """
    if not isinstance(slug, str):
        raise ConfigError(f"area = {show(slug)}; expected the name of an area, such as 'shropshire'")
    if slug not in published_rows().index:
        raise ConfigError(f"area = {show(slug)}; no such area{near(slug)}")
    return _load(slug)


def near(slug: str) -> str:
    """The end of a refusal: the areas that may have been meant, by short or printed name, or a hint about files."""
    rows = published_rows()
    plain = slugged(slug)[:60]
    printed = {slugged(name): short for name, short in zip(rows["name"], rows["slug"], strict=True)}
    if plain in rows.index or plain in printed:
        return f"; did you mean {printed.get(plain, plain)!r}?"
    if re.search(r"[/\\.~]", slug):
        return "; for a file of your own use area_file="
    within = [short for short in rows["slug"] if plain and (plain in short or short in plain)]
    if 0 < len(within) <= 3:
        return "; did you mean " + " or ".join(map(repr, within)) + "?"
    return nearest(plain, rows["slug"]) or "; `simsafe areas` lists them, such as 'shropshire'"


def slugged(text: str) -> str:
    """Text as a short name: small letters and digits with single hyphens between."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


@cache
def _load(slug: str) -> Area:
    row = published_rows().loc[slug].to_dict()
    texts = {name: str(row[name]) for name in ("slug", "name", "region", "area_type")}
    given = from_columns(usable_cells(row))
    if slug == "england":
        return Area(**texts, **tidied(given))
    values = completed(given)
    england, own = load_area("england"), values["sw_case_holders_fte"]
    for name, half in SHRINK.items():
        weight = own / (own + half)
        values[name] = weight * values[name] + (1 - weight) * getattr(england, name)
    changed = {*values["assumed"], *SHRINK}
    values["assumed"] = tuple(f.name for f in MEASURES if f.name in changed)
    return Area(**texts, **values, adjustments=adjustments_of(slug))


def adjustments_of(slug: str) -> tuple[float, ...]:
    """What ``experiments/area_fit`` found for an area; an area not in the table is as England."""
    rows = adjustments_table()
    return tuple(float(rows.loc[slug, name]) for name in ADJUSTMENTS) if slug in rows.index else NEUTRAL


@cache
def adjustments_table() -> pd.DataFrame:
    """The fitted adjustments by slug."""
    return table("area_adjustments").set_index("slug")


def usable_cells(row: Mapping[str, Any]) -> dict[str, float]:
    """The numbers of a published row without those missing, named as doubtful in ``bad_cells``, or withheld."""
    doubtful = {part.split(":")[0] for part in str(row["bad_cells"]).split(";")}
    cells = {}
    for f in MEASURES:
        for column in f.metadata["columns"]:
            withheld = f.metadata["service"] and row["children_mid2019"] < TINY and row[column] == 0
            if not (pd.isna(row[column]) or withheld or column in doubtful):
                cells[column] = float(row[column])
    return cells


def from_columns(cells: Mapping[str, float]) -> dict[str, Any]:
    """The fields whose columns of ``areas.csv`` are all there, in simsafe's units."""
    made = {}
    for f in MEASURES:
        if all(column in cells for column in f.metadata["columns"]):
            parts = tuple(cells[column] / f.metadata["per"] for column in f.metadata["columns"])
            made[f.name] = parts[0] if len(parts) == 1 else parts
    return made


def completed(given: Mapping[str, Any]) -> dict[str, Any]:
    """The given fields and, for those missing, England's share or rate, or England's count per child; ``assumed`` names these."""
    england = load_area("england").resized(int(given["children"]))
    missing = tuple(f.name for f in MEASURES if f.name not in given)
    return tidied(dict(given) | {name: getattr(england, name) for name in missing}) | {"assumed": missing}


def tidied(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same with bands that add to the children and shares that add to 1 (printed ones are rounded)."""
    made = dict(values)
    made["children_by_band"] = apportion(made["children_by_band"], int(made["children"]))
    for name in ("deprivation", "cin_durations"):
        made[name] = tuple(part / sum(made[name]) for part in made[name])
    return made
