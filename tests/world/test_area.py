"""Areas as published, and a planner's own."""

from dataclasses import fields, replace

import numpy as np
import pytest

from simsafe.ground.parameter import ConfigError
from simsafe.world.area import Area, area_names, areas_table, load_area, load_area_file
from simsafe.world.published import table

ENGLAND = load_area("england")


@pytest.mark.parametrize("slug", area_names())
def test_every_area_adds_up(slug):
    area = load_area(slug)
    assert sum(area.children_by_band) == area.children > 0
    assert sum(area.deprivation) == pytest.approx(1)
    assert sum(area.cin_durations) == pytest.approx(1)
    assert area.source_school + area.source_health + area.source_police < 1
    assert all(np.isfinite(getattr(area, f.name)) for f in fields(Area) if f.type in ("int", "float"))
    assert area.schools_primary + area.schools_allthrough > 0
    assert set(area.assumed) <= {f.name for f in fields(Area)}
    if 500 <= area.children <= 2_000_000:
        assert area.scaled(area.children) == area


def test_there_are_151_areas_and_england_and_a_table_to_choose_from():
    names = area_names()
    assert len(names) == len(set(names)) == 152
    chosen = areas_table()
    assert list(chosen) == ["slug", "name", "region", "children", "referral_rate"]
    assert chosen["slug"].tolist() == names


def test_england_is_as_published():
    assert (ENGLAND.children, ENGLAND.referral_rate, ENGLAND.sw_caseload, ENGLAND.assumed) == (11_790_492, 552.9, 16.9, ())
    assert pytest.approx(0.2392, abs=1e-4) == ENGLAND.deprivation[0]
    assert pytest.approx(57.06) == ENGLAND.plan_start_rate


def test_doubtful_cells_are_not_used():
    rows = table("areas").set_index("slug")
    assert load_area("stoke-on-trent").source_school == pytest.approx(rows.loc["stoke-on-trent", "src_school_pct_2018"] / 100)
    assert load_area("devon").referral_rate == pytest.approx(
        rows.loc["devon", ["referral_rate_2018", "referral_rate_2019"]].mean(), abs=0.06
    )
    yorkshire = load_area("east-riding-of-yorkshire")
    assert yorkshire.source_school == ENGLAND.source_school
    assert "source_school" in yorkshire.assumed


def test_missing_cells_are_englands_and_say_so():
    kingston = load_area("kingston-upon-thames")
    assert kingston.sw_fte / kingston.children == pytest.approx(ENGLAND.sw_fte / ENGLAND.children)
    assert {"sw_fte", "sw_case_holders_fte"} <= set(kingston.assumed)
    assert load_area("dorset").absence_primary == ENGLAND.absence_primary
    assert load_area("city-of-london").cpp_rate == ENGLAND.cpp_rate


def test_a_zero_withheld_in_a_tiny_area_is_englands_but_a_zero_in_a_large_one_stands():
    scilly = load_area("isles-of-scilly")
    assert scilly.source_police == ENGLAND.source_police
    assert {"source_police", "conference_rate", "cin_durations"} <= set(scilly.assumed)
    assert load_area("wigan").sw_agency == 0


def test_caseload_and_vacancy_lie_between_the_areas_own_and_englands_nearer_its_own_the_larger_it_is():
    rows = table("areas").set_index("slug")
    weights = {}
    for slug in ("southend-on-sea", "birmingham"):
        own = rows.loc[slug, "sw_vacancy_pct_2019"] / 100
        weights[slug] = (load_area(slug).sw_vacancy - ENGLAND.sw_vacancy) / (own - ENGLAND.sw_vacancy)
        assert weights[slug] == pytest.approx(1 / (1 + 35 / rows.loc[slug, "sw_case_holders_fte_2019"]))
    assert 0.5 < weights["southend-on-sea"] < weights["birmingham"] < 1
    assert 0 < load_area("shropshire").sw_vacancy < ENGLAND.sw_vacancy
    assert "sw_vacancy" in load_area("shropshire").assumed


@pytest.mark.parametrize(
    ("slug", "hint"),
    [
        ("Shropshire", "did you mean 'shropshire'"),
        ("Southwark London", "did you mean 'southwark'"),
        ("Bristol, City of", "did you mean 'bristol'"),
        ("St. Helens", "did you mean 'st-helens'"),
        ("kingston", "'kingston-upon-hull' or 'kingston-upon-thames'"),
        ("areas/mine", "area_file="),
        ("mine.csv", "area_file="),
        ("..\\x", "area_file="),
        ("", "simsafe areas"),
        ("a\nb" * 1000, ""),
        (False, "expected the name"),
        (["england"], "expected the name"),
    ],
)
def test_an_unknown_area_is_refused_in_one_line_with_a_hint(slug, hint):
    with pytest.raises(ConfigError) as refusal:
        load_area(slug)
    assert str(refusal.value).startswith("area = ")
    assert hint in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 250


def test_a_scaled_area_keeps_its_profile_and_a_school_of_each_kind():
    small = load_area("southwark").scaled(1000)
    assert sum(small.children_by_band) == small.children == 1000
    assert small.referral_rate == load_area("southwark").referral_rate
    assert min(small.schools_primary, small.schools_secondary, small.schools_special) >= 1
    assert small.sw_fte / 1000 == pytest.approx(load_area("southwark").sw_fte / load_area("southwark").children)
    assert load_area("isles-of-scilly").scaled(20_000).schools_allthrough == 65


@pytest.mark.parametrize("children", [499, 2_000_001, 1000.5, float("nan"), "many", None, True])
def test_only_sensible_sizes_are_accepted(children):
    with pytest.raises(ConfigError, match="500 to 2000000"):
        ENGLAND.scaled(children)


@pytest.mark.parametrize(
    "wrong",
    [{"referral_rate": -1}, {"deprivation": (0.5,) * 5}, {"children_by_band": (1, 2, 3, 4, 5)}, {"sw_fte": "12"}, {"cin_durations": (1,)}],
)
def test_an_area_that_cannot_be_is_refused(wrong):
    with pytest.raises(ConfigError, match=f"^Area.{next(iter(wrong))}[^\n]*expected[^\n]*$"):
        replace(ENGLAND, **wrong)


# A planner's own file


def saved(folder, text):
    path = folder / "mine.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_two_columns_are_enough_and_the_rest_is_englands(tmp_path):
    area = load_area_file(saved(tmp_path, "name,children\nSouth Town,20000\n"))
    assert (area.slug, area.name, area.children, sum(area.children_by_band)) == ("south-town", "South Town", 20_000, 20_000)
    assert area.referral_rate == ENGLAND.referral_rate
    assert load_area_file(saved(tmp_path, "name,children\nX,500\n")).schools_secondary == 1
    assert area.schools_primary == round(ENGLAND.schools_primary * 20_000 / ENGLAND.children)
    assert {"region", "deprivation", "sw_fte", "sw_caseload"} <= set(area.assumed)
    assert not {"name", "children"} & set(area.assumed)


def test_fields_and_published_columns_may_be_mixed_and_are_not_shrunk(tmp_path):
    text = "\ufeffname,children,referral_rate,deprivation,overcrowded_pct_2021,sw_vacancy\nX,20000,700,0.5;0.2;0.1;0.1;0.1,12.5,0\n"
    area = load_area_file(saved(tmp_path, text))
    assert (area.referral_rate, area.overcrowded_share, area.sw_vacancy) == (700, 0.125, 0)
    assert area.deprivation == pytest.approx((0.5, 0.2, 0.1, 0.1, 0.1))
    assert not {"referral_rate", "deprivation", "overcrowded_share", "sw_vacancy"} & set(area.assumed)


def test_a_row_of_the_published_table_is_a_planners_file_too(tmp_path):
    rows = table("areas")
    path = tmp_path / "mine.csv"
    rows[rows["slug"] == "shropshire"].to_csv(path, index=False)
    mine, theirs = load_area_file(path), load_area("shropshire")
    unshrunk = {f.name for f in fields(Area)} - set(theirs.assumed) - {"assumed", "adjustments"}
    assert all(getattr(mine, name) == getattr(theirs, name) for name in unshrunk)
    assert mine.sw_caseload == pytest.approx(17.2, abs=1.0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("name,children\n", "0 rows"),
        ("name,children\nA,5000\nB,6000\n", "2 rows"),
        ("children\n5000\n", "no column 'name'"),
        ("name\nX\n", "children"),
        ("name,children\n,5000\n", "name"),
        ("name,children,children\nX,5000,5000\n", "'children' appears 2 times"),
        ("name,children,chldren_u1\nX,5000,5\n", "did you mean 'children_u1'"),
        ("name,children\nX,499\n", "children = 499; expected a whole number from 500"),
        ("name,children\nX,5000.5\n", "children = 5000.5"),
        ('name,children\nX,"5,000"\n', "children = '5,000'; expected a plain number"),
        ("name,children\nX,nan\n", "children = 'nan'"),
        ("name,children\nX,1e999\n", "children = inf"),
        ("name,children,sw_fte\nX,5000,-3\n", "sw_fte = -3; expected a number from 0"),
        ("name,children,source_police\nX,5000,28.7\n", "source_police = 28.7; expected a number from 0 to 1"),
        ("name,children,sw_vacancy_pct_2019\nX,5000,164\n", "sw_vacancy_pct_2019 = 164; expected a number from 0 to 100"),
        ("name,children,nfa_pct_2020\nX,5000,lots\n", "nfa_pct_2020 = 'lots'"),
        ("name,children,schools_primary\nX,5000,2.5\n", "schools_primary = 2.5; expected a whole number"),
        ("name,children,source_police\nX,5000,0.9\n", "source_school + source_health + source_police"),
        ("name,children,children_u1\nX,5000,300\n", "expected all of children_u1"),
        ("name,children,children_by_band\nX,5000,1;2\n", "expected 5 number(s)"),
        ("name,children,deprivation\nX,5000,0;0;0;0;0\n", "deprivation add to 0; expected 1"),
        ("name,children,sw_fte,sw_fte_2019\nX,5000,3,3\n", "both give sw_fte"),
        ("name,children\n=cmd(),5000\n", "starting with '='"),
        ("name,children,region\nX,5000,@SUM(A1)\n", "starting with '@'"),
        ("name,children\nＸ<script>,5000\n", "name = "),
        ("name,slug,children\nX,../up,5000\n", "slug = '../up'"),
        ("name,children\nX,5000,7\n", "3 cells for 2 columns"),
        ('name,children\n"X,5000\n', "not a CSV file"),
        ("name,children\nX\x00,5000\n", "mine.csv"),
        ("name;children\nX;5000\n", "no column 'name'"),
        ("name,children\nCôte,5000\n".encode("cp1252"), "UTF-8"),
        ("name,children\nX,5000\n".encode("utf-16"), "UTF-8"),
        ("name,children\n" + "x" * 1_000_001, "at most 1000000"),
    ],
)
def test_a_bad_file_is_refused_in_one_line_naming_it(tmp_path, text, says):
    with pytest.raises(ConfigError) as refusal:
        load_area_file(saved(tmp_path, text))
    assert says in str(refusal.value)
    assert str(refusal.value).startswith("area_file 'mine.csv'")
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize(
    "column",
    [
        "surname",
        "Forename",
        "childName",
        "Child's name",
        "Date of Birth",
        "DOB",
        "nhs_number",
        "NHS No",
        "UPN",
        "Post code",
        "home_address",
        "postcode",
    ],
)
def test_a_column_about_a_person_is_refused_by_name_and_its_value_is_never_shown(tmp_path, column):
    for text in (f"name,children,{column}\nX,5000,SECRET\n", f"{column},name\nSECRET,X\nSECRET,Y\n"):
        with pytest.raises(ConfigError, match="looks like a person's details") as refusal:
            load_area_file(saved(tmp_path, text))
        assert "SECRET" not in str(refusal.value)


def test_a_table_of_people_without_headings_shows_no_one(tmp_path):
    with pytest.raises(ConfigError, match="no column 'name'") as refusal:
        load_area_file(saved(tmp_path, "Ann Example,2012-03-04\nBob Example,2014-05-06\n"))
    assert "Example" not in str(refusal.value)


@pytest.mark.parametrize("path", ["nowhere.csv", ".", "", None, 7, "a\0b"])
def test_a_path_that_leads_to_no_file_is_refused_in_one_line(path):
    with pytest.raises(ConfigError, match=r"^area_file[^\n]*expected[^\n]*$"):
        load_area_file(path)
