"""Every shipped YAML loads and is in range; a hostile or surprising one is refused in one line."""

import copy
from datetime import date
from functools import cache

import pytest

from simsafe.ground.parameter import ConfigError
from simsafe.plans.change import Timetable
from simsafe.plans.reading import plain_data, read_yaml
from simsafe.plans.shelf import configs_folder, crisis_from, load_yaml, plan_from, shelf_names
from simsafe.world.conditions import DIALS

FIRST, DAYS = date(2018, 10, 1), 1500


@cache
def crisis(name="covid19_england"):
    return crisis_from(load_yaml("crisis", name), name)


@cache
def plan(name):
    return plan_from(load_yaml("plan", name), name)


def day(iso):
    return (date.fromisoformat(iso) - FIRST).days


def times(plan_name="business_as_usual", crisis_name="covid19_england", severity=1.0):
    return Timetable(crisis(crisis_name), plan(plan_name), severity, FIRST, DAYS)


def refused(*words):
    return pytest.raises(ConfigError, match=".*".join(words))


def test_the_shelves_hold_what_is_promised():
    assert {"covid19_england", "none"} <= set(shelf_names("crisis"))
    promised = {"business_as_usual", "as_happened_2020", "protect_universal_services", "see_every_child", "digital_inclusion"}
    assert promised <= set(shelf_names("plan"))
    assert "default" in shelf_names("model")
    assert load_yaml("model", "default") == {}


@pytest.mark.parametrize("path", sorted(configs_folder().rglob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_file_is_plain_data(path):
    read_yaml(path)


@pytest.mark.parametrize("kind", ["crisis", "plan"])
def test_every_shipped_crisis_and_plan_says_what_it_is_for(kind):
    for name in shelf_names(kind):
        assert load_yaml(kind, name)["title"], name
        assert load_yaml(kind, name)["purpose"], name


@pytest.mark.parametrize("name", shelf_names("plan"))
@pytest.mark.parametrize("crisis_name", shelf_names("crisis"))
def test_every_plan_under_every_crisis_keeps_every_dial_in_range_on_every_day(name, crisis_name):
    for severity in (0, 1, 2):
        table = times(name, crisis_name, severity)
        for dial, f in DIALS.items():
            low, high = table.extremes(dial)
            assert f.metadata["low"] <= low <= high <= f.metadata["high"], dial


@pytest.mark.parametrize("name", shelf_names("crisis"))
def test_every_change_of_a_crisis_says_where_its_value_comes_from(name):
    assert all(c.source for c in crisis(name))


def test_business_as_usual_and_no_crisis_change_nothing():
    assert plan("business_as_usual") == ()
    assert crisis("none") == ()


@pytest.mark.parametrize("name", [n for n in shelf_names("plan") if n != "business_as_usual"])
def test_no_plan_acts_before_the_crisis(name):
    assert times(name).first_difference(times("business_as_usual", "none")) == day("2020-03-16")


def test_what_happened_reaches_the_dials_on_its_dates():
    table = times("as_happened_2020")
    places = {"2020-04-17": 0.05, "2020-05-14": 0.14, "2020-05-21": 0.15, "2020-09-11": 0.929, "2021-01-13": 0.40, "2021-02-04": 0.45}
    for when, share in places.items():
        assert table.on(day(when)).school_vulnerable_share == share, when
    now = table.on(day("2020-05-01"))
    assert (now.gp_contact_share, now.gp_face_to_face_share) == (0.59, 0.16)
    assert (now.health_visitors_redeployed, now.health_visiting_in_person_share) == (0.12, 0.10)
    assert now.school_check_in_share == 0.96
    assert now.school_open_share < 0.02
    redeployed = table.series("health_visitors_redeployed")
    assert [redeployed[day(d)] for d in ("2020-03-18", "2020-03-19", "2020-06-03", "2020-06-04")] == [0, 0.12, 0.12, 0.04]
    assert table.extremes("social_worker_absence_extra") == (0, 0.06)
    assert table.series("social_worker_absence_extra")[day("2020-05-15")] == 0.06


def test_schools_are_shut_to_most_in_the_first_and_third_lockdowns_and_open_in_the_second():
    share = times().series("school_open_share")
    assert share[day("2020-03-23") : day("2020-06-01")].max() < 0.04
    assert share[day("2021-01-05") : day("2021-03-08")].max() < 0.16
    assert share[day("2020-11-05") : day("2020-12-03")].min() > 0.8


@pytest.mark.parametrize(
    ("name", "dials"),
    [
        ("protect_universal_services", ["health_visitors_protected", "health_visiting_universal_share", "gp_face_to_face_share"]),
        ("see_every_child", ["school_doorstep_weeks", "school_vulnerable_share", "protection_visit_in_person_share"]),
        ("digital_inclusion", ["devices_share", "remote_video_share"]),
    ],
)
def test_a_named_plan_does_no_less_than_what_happened_in_what_its_name_says(name, dials):
    mine, theirs = times(name), times("as_happened_2020")
    for dial in dials:
        assert (mine.series(dial) >= theirs.series(dial)).all(), dial
        assert (mine.series(dial) > theirs.series(dial))[day("2020-05-04")], dial


def test_digital_inclusion_leaves_who_is_met_in_person_as_it_happened():
    mine, theirs = times("digital_inclusion"), times("as_happened_2020")
    for dial in set(DIALS) - {"devices_share", "remote_video_share"}:
        assert (mine.series(dial) == theirs.series(dial)).all(), dial


@pytest.mark.parametrize("name", ["covid19", "../run", "/etc/passwd", "", None, "COVID19_ENGLAND", "a" * 9999, "none\n"])
def test_a_name_that_is_not_on_the_shelf_is_refused(name):
    with refused("crisis = ", "no such crisis") as caught:
        load_yaml("crisis", name)
    assert len(str(caught.value)) < 300
    with refused("no such shelf"):
        load_yaml("crises", "none")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: &x 1\nb: *x", ("line 1", "anchors")),
        ("a: !!python/object/apply:os.system ['true']", ("tags",)),
        ("a: !!str 3", ("tags",)),
        ("_target_: os.system", ("_target_",)),
        ("a: [{_partial_: true}]", ("_partial_",)),
        ("hydra: {run: {dir: x}}", ("hydra",)),
        ("a: ${oc.env:HOME}", ("formulas",)),
        ("<<: {a: 1}", ("as a name",)),
        ("a: 1\na: 2", ("line 2", "'a' is given twice")),
        ("a: no", ("'no'", "true or false")),
        ("a: On", ("'On'", "true or false")),
        ("no: 1", ("'no' as a name",)),
        ("12: 1", ("'12' as a name",)),
        ("? [a, b]\n: 1", ("as a name",)),
        ("a: 12:30", ("'12:30'", "a plain number")),
        ("a: 010", ("'010'", "a plain number")),
        ("a: 0x1f", ("'0x1f'", "a plain number")),
        ("a: 1_000", ("'1_000'", "a plain number")),
        ("a: " + "9" * 5000, ("a plain number",)),
        ("- a\n- b", ("expected names with settings",)),
        ("just text", ("expected names with settings",)),
        ("a: [1, 2", ("line", "expected plain YAML")),
        ("a: 1\n---\nb: 2", ("expected plain YAML",)),
        ("a: \x07", ("expected plain YAML",)),
        ("a: " + "[" * 5000 + "]" * 5000, ("nested 21 deep",)),
        ("a: =", ("'='",)),
    ],
)
def test_a_hostile_or_surprising_text_is_refused_in_one_line(text, words):
    with refused("mine", *words) as caught:
        plain_data(text, "mine")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("text", "value"), [("08", "08"), ("2020-03-23", "2020-03-23"), ("2020-03-23 10:00:00", "2020-03-23 10:00:00"), ("'no'", "no")]
)
def test_what_is_not_plainly_a_number_or_a_word_stays_text_and_is_refused_where_a_number_or_date_is_wanted(text, value):
    assert plain_data(f"a: {text}", "mine") == {"a": value}


@pytest.mark.parametrize("text", ["", "# only a comment", "{}", "null"])
def test_an_empty_text_is_an_empty_mapping(text):
    assert plain_data(text, "mine") == {}


def test_plain_numbers_are_read(tmp_path):
    (tmp_path / "a.yaml").write_text("\ufeffa: [0.5, .5, -3, 1.0e-3, 2, true, null, .inf]\n", encoding="utf-8")
    assert read_yaml(tmp_path / "a.yaml") == {"a": [0.5, 0.5, -3, 0.001, 2, True, None, float("inf")]}


MISTAKES = [
    True,
    None,
    float("nan"),
    float("inf"),
    -1,
    1e9,
    10**500,
    "08",
    750,
    [],
    {},
    {"a": 1},
    "2020-02-30",
    b"x",
    date(1, 1, 1),
    "\n\x00é" * 50,
]


def spots(mapping, path=()):
    """Every place in a tree of plain data that holds a setting, leaving out text that only describes."""
    inside = mapping.items() if isinstance(mapping, dict) else enumerate(mapping) if isinstance(mapping, list) else ()
    for key, value in inside:
        if key not in ("title", "purpose", "source", "starts_from"):
            yield (*path, key)
            yield from spots(value, (*path, key))


@pytest.mark.parametrize(("kind", "name"), [("crisis", "covid19_england"), ("plan", "as_happened_2020"), ("plan", "see_every_child")])
def test_a_mistake_planted_anywhere_in_a_shipped_file_is_refused_in_one_line(kind, name):
    whole, read = load_yaml(kind, name), crisis_from if kind == "crisis" else plan_from
    places = [place for place in spots(whole) if place not in (("levers",), ("changes",))]
    for i, place in enumerate(places[::3]):
        planted = copy.deepcopy(whole)
        part = planted
        for key in place[:-1]:
            part = part[key]
        part[place[-1]] = MISTAKES[i % len(MISTAKES)]
        with pytest.raises(ConfigError) as caught:
            read(planted, name)
        assert "\n" not in str(caught.value), place
        assert len(str(caught.value)) < 1500, place


def test_a_file_that_is_too_large_or_not_text_or_missing_is_refused(tmp_path):
    (tmp_path / "large.yaml").write_text("a: 1\n" + "#" * 1_000_000)
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    for name, words in (("large", "at most 1000000"), ("bytes", "UTF-8"), ("none", "cannot be read")):
        with refused(f"{name}.yaml", words):
            read_yaml(tmp_path / f"{name}.yaml")
    with refused("cannot be read"):
        read_yaml(tmp_path)


def test_the_root_has_the_keys_of_a_run():
    run = read_yaml(configs_folder() / "run.yaml")
    keys = ["area", "area_file", "children", "seed", "start", "end", "warm_up_days", "severity", "capacity_coupling", "open_loop", "output"]
    assert set(run) == {"defaults", *keys}
    assert run["defaults"][-1] == "_self_"
    assert isinstance(run["start"], str)
