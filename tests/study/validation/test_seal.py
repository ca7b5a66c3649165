"""The seal: code that fits cannot see the back-test, and no outcome after June 2020 is anywhere it could see."""

from __future__ import annotations

import ast
import csv
import re
import subprocess
import sys
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from simsafe.study.validation.terms import SEAL

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "simsafe"
MAY_KNOW = ("study.validation", "report.validation_page", "app.backtest", "app.show")  # show prints badges; who may import the back-test
FITS = [  # everything that fits, whether it exists yet or not
    path
    for pattern in ("study/fit*.py", "study/calibrat*.py", "study/calibrat*/**/*.py", "study/emulat*.py")
    for path in sorted(PACKAGE.glob(pattern))
] + sorted(path for path in (ROOT / "experiments").glob("*fit*/*.py"))
OF_FITS = sorted({path.parent for path in FITS if path.parent != PACKAGE / "study"})
DRIVERS = {  # the shipped tables that may have days after the seal, and all that may be in them: never an outcome of the model
    "drivers/attendance.csv": {"school_attendance"},
    "drivers/gp.csv": {
        *("gp_appointments", "gp_appointments_annual", "gp_appointments_weekly", "gp_contacts_children_vs_2015_19", "gp_mode_mix"),
    },
    "drivers/policy_levels.csv": {"oxcgrt_policy_level"},
    "bank_holidays_england.csv": set(),
    "school_terms_england.csv": set(),
    "timeline.csv": set(),
}
OUTCOME = re.compile(
    r"referral|section.?47|s47|conference|icpc|child.protection.plan|cpp|children in need|\bcin\b|"
    r"assessment|caseload|turnover|looked after",
    re.IGNORECASE,
)
LATER_DAY = re.compile(r"\b(20(?:20-(?:0[7-9]|1[0-2])|2[1-9]-\d\d)-\d\d)\b")
LATER_YEAR = re.compile(
    r"\b(?:2020-21|2021-22|2021/22|2020/21|March 202[1-9]|(?:July|August|September|October|November|December) 202[0-5]|202[1-5])\b"
)


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


@cache
def imports(path: Path) -> frozenset[str]:
    """Every module a file imports anywhere, full names, and packages on the way."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def reached(path: Path) -> set[str]:
    """Every module of simsafe that a file reaches through imports, its own included."""
    files = {f"simsafe.{module_of(p)}": p for p in PACKAGE.rglob("*.py")}
    seen, waiting = set(), [path]
    while waiting:
        for name in imports(waiting.pop()):
            if name in files and name not in seen:
                seen.add(name)
                waiting.append(files[name])
    return seen


def test_there_is_something_that_fits():
    assert PACKAGE / "study" / "fit.py" in FITS
    assert len(OF_FITS) >= 2


@pytest.mark.parametrize("path", FITS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_code_that_fits_reaches_nothing_of_the_back_test(path):
    assert not {name for name in reached(path) if "validation" in name or "backtest" in name}


@pytest.mark.parametrize("path", FITS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_code_that_fits_names_no_path_of_the_back_test(path):
    words = [node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant)]
    assert not [word for word in words if isinstance(word, str) and "validation" in word.lower()]


def test_nobody_but_the_command_and_its_page_imports_the_back_test():
    know = {module_of(path) for path in PACKAGE.rglob("*.py") if any("study.validation" in name for name in imports(path))}
    assert {name for name in know if not name.startswith(MAY_KNOW)} == set()


FITTING = """
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event in ("open", "os.listdir", "os.scandir") and args else None)
from datetime import date
from simsafe.ground.fitted import table
from simsafe.study import fit
values = dict(table())
fit.one_run(values, 500, 1)
fit.move(values, {name: 1.0 for name in fit.TARGETS}, 0.1)
sealed = sorted({path for path in opened if "validation" in path.lower().replace(chr(92), "/").split("/")})
assert any(path.endswith("fitted.csv") for path in opened), "the hook sees nothing"
assert not sealed, sealed
assert not [name for name in sys.modules if "validation" in name and name.startswith("simsafe")]
"""


def test_while_it_fits_nothing_of_the_back_test_is_opened_or_loaded():
    done = subprocess.run([sys.executable, "-c", FITTING], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-800:]


# Days


def test_the_days_that_are_fitted_end_with_the_seal():
    from simsafe.study import fit

    days = [fit.START, fit.CLOSURE, fit.END, *(day for spring in fit.SPRING for day in spring)]
    assert max(days) <= SEAL == date(2020, 6, 30)


def test_no_target_is_of_a_year_after_the_seal():
    from simsafe.study import fit

    assert not {name: t.source for name, t in fit.TARGETS.items() if LATER_YEAR.search(t.source) or LATER_DAY.search(t.source)}


@pytest.mark.parametrize("path", FITS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_code_that_fits_names_no_day_after_the_seal(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func).split(".")[-1] == "date"]
    dates = [date(*(a.value for a in n.args)) for n in calls if len(n.args) == 3 and all(isinstance(a, ast.Constant) for a in n.args)]
    assert not [day for day in dates if day > SEAL]
    texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    assert not [text for text in texts if LATER_DAY.search(text)]


SAYS_NO_DAY = re.compile("source|title|publisher|url|note|locator|meaning|accessed|gathered|^id$")  # a source may be printed later


def later_in(row: dict[str, str]) -> list[str]:
    """What in a row of a table says that it is about a day or a year after the seal."""
    text = " ".join(str(value) for name, value in row.items() if not SAYS_NO_DAY.search(str(name)))
    return LATER_DAY.findall(text) + LATER_YEAR.findall(text)


@pytest.mark.parametrize(
    "path", [p for folder in OF_FITS for p in sorted(folder.rglob("*.csv"))], ids=lambda p: p.relative_to(ROOT).as_posix()
)
def test_no_calibration_row_is_later_than_june_2020(path):
    with path.open(encoding="utf-8", newline="") as lines:
        assert not [late for row in csv.DictReader(lines) if (late := later_in(row))]


def test_the_check_of_calibration_rows_would_see_a_later_one():
    assert later_in({"name": "referrals", "period": "year to March 2021"})
    assert later_in({"name": "referrals", "date_end": "2020-07-05"})
    assert not later_in({"name": "referrals", "date_end": "2020-06-30", "period": "years to March 2018-20"})


# What is shipped


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


PUBLISHED = sorted((PACKAGE / "world" / "published").rglob("*.csv"))


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda p: p.name)
def test_only_drivers_and_calendars_are_shipped_of_days_after_the_seal(path):
    name = path.relative_to(PACKAGE / "world" / "published").as_posix()
    columns = ("date", "date_start", "date_end", "start", "end", "year")
    late = [row for row in rows_of(path) if any(str(row.get(c) or "") > str(SEAL) for c in columns)]
    assert not late or name in DRIVERS


@pytest.mark.parametrize("name", [name for name, series in DRIVERS.items() if series])
def test_no_driver_is_an_outcome_of_the_model(name):
    rows = rows_of(PACKAGE / "world" / "published" / name)
    assert {row["series"] for row in rows} <= DRIVERS[name]
    assert not [row for row in rows if OUTCOME.search(f"{row['series']} {row['category']}")]


def test_no_model_code_reads_a_table_of_outcomes_after_the_seal():
    """Every file that a run opens inside the package is code, a fitted number, a driver, or a table without later days."""
    from simsafe.world.published import TABLES

    later = {name for name, path in TABLES.items() if path in DRIVERS}
    assert later == {"bank_holidays", "school_terms", "attendance", "gp", "policy_levels", "timeline"}
    others = [p for p in PACKAGE.rglob("*") if p.suffix in (".csv", ".parquet", ".json", ".xlsx", ".npz") and p not in PUBLISHED]
    assert [p.name for p in others if any(later_in(row) for row in rows_of(p) if row.get("suggested_role") != "input")] == []


def test_crises_and_plans_turn_dials_and_never_name_an_outcome_as_one():
    from simsafe.world.conditions import DIALS

    assert not [dial for dial in DIALS if re.search(r"referrals|section_47|conferences|plans_started|open_(protection|in_need)", dial)]
