"""What cannot be done is refused in one line that names the setting, the value and what is allowed, before anything is written."""

import copy
import math
import random
from datetime import date

import pytest

from simsafe.app.arguments import read_arguments
from simsafe.app.compose import compose_jobs
from simsafe.ground.parameter import ConfigError, register
from simsafe.scenario import Parameters, Scenario
from simsafe.study.from_config import SETTINGS, config_for, scenario_for, scenario_from

ORDINARY = {"crisis": "none", "plan": "business_as_usual"}

COMMAND_LINE = [
    # words, and what the line must say
    ("sede=3", ["sede", "'3'", "did you mean 'seed'"]),
    ("prevalence=0.03", ["prevalence", "model.truth.harm.prevalence"]),
    ("model.truth.harm.prevalense=0.03", ["model.truth.harm.prevalense", "0.03", "model.truth.harm.prevalence"]),
    ("model.truth.harm.prevalence=3", ["prevalence = 3", "0 to", "share of children"]),
    ("model.truth.harm.prevalence=nan", ["prevalence = nan", "expected a number from 0"]),
    ("model.truth.harm.prevalence=inf", ["prevalence = inf"]),
    ("model.truth.harm.prevalence=lots", ["prevalence = 'lots'", "expected a number"]),
    ("model.truth.harm.prevalence=true", ["prevalence = True", "expected a number"]),
    ("model.truth.harm.prevalence=", ["prevalence", "no value"]),
    ("model.truth.harm.prevalence=null", ["prevalence = None", "expected a number"]),
    ("model=3", ["model = '3'", "default"]),
    ("area=shrophsire", ["area = 'shrophsire'", "did you mean 'shropshire'"]),
    ("area=../x.csv", ["area = '../x.csv'", "area_file="]),
    ("area=3", ["area = '3'", "no such area"]),
    ("plan=see_every_child,none", ["several", "-m"]),
    ("plan.levers={}", ["plan.levers = {}", "a file of your own"]),
    ("area=null", ["area = None", "area_file="]),
    ("area=isles-of-scilly", ["area = 'isles-of-scilly'", "at least 500", "children="]),
    ("area_file=", ["area_file", "no value"]),
    ("area_file=empty.csv", ["empty.csv", "empty"]),
    ("area_file=people.csv", ["people.csv", "date_of_birth", "never anyone's details"]),
    ("area_file=none.csv", ["none.csv", "no such file"]),
    ("area=devon area_file=people.csv", ["area = 'devon'", "one of them"]),
    ("start=2010-01-01", ["start = 2010-01-01", "2018-01-01"]),
    ("start=2018-03-01 warm_up_days=182", ["start = 2018-03-01", "warm_up_days = 182", "within 2018-01-01 to"]),
    ("end=2024-12-01", ["end = 2024-12-01", "within 2018-01-01 to"]),
    ("end=2021-02-29", ["end = '2021-02-29'", "no such day"]),
    ("start=01/04/2019", ["start = '01/04/2019'", "such as 2020-03-23"]),
    ("start=12:30", ["start = '12:30'", "such as 2020-03-23"]),
    ("start=20200301", ["start = 20200301", "such as 2020-03-23"]),
    ("end=2019-03-31", ["end = 2019-03-31", "after start = 2019-04-01"]),
    ("warm_up_days=800", ["warm_up_days = 800", "0 to 730"]),
    ("warm_up_days=0.5", ["warm_up_days = 0.5", "whole number"]),
    ("severity=-1", ["severity = -1", "from 0 to 2"]),
    ("severity=2.1", ["severity = 2.1", "from 0 to 2"]),
    ("children=3", ["children = 3", "500 to 2000000"]),
    ("children=no", ["children = 'no'", "whole number"]),
    ("children=5,000", ["children = '5,000'", "plain number"]),
    ("--children=5000", ["'--children=5000'", "settings have no dashes, as in area=devon"]),
    ("PLAN=joined_up", ["PLAN", "did you mean 'plan'"]),
    ("config_dir=shelf", ["config_dir", "expected --config-dir DIR"]),
    ("children=5_000", ["children = '5_000'", "plain number"]),
    ("seed=abc", ["seed = 'abc'", "whole number"]),
    ("seed=-1", ["seed = -1", "0 to 9007199254740992"]),
    ("seed=1.5", ["seed = 1.5", "whole number"]),
    ("seed=08", ["seed = '08'", "plain number"]),
    ("seed=true", ["seed = True", "whole number"]),
    ("seed=" + "9" * 400, ["seed = ", "expected a"]),
    ("seed=1 seed=2", ["seed = '2'", "given twice"]),
    ("seed=1,2", ["seed = '1,2'", "-m"]),
    ("seed=[1]", ["seed = [1]", "whole number"]),
    ("seed={a:1}", ["seed = {'a': 1}", "whole number"]),
    ("seed=1)", ["seed = '1)'", "cannot be read"]),
    ("seed.x=1", ["seed.x", "no such setting"]),
    ("seed", ["'seed'", "SETTING=VALUE"]),
    ("capacity_coupling=no", ["capacity_coupling = 'no'", "true or false"]),
    ("open_loop=1", ["open_loop = 1", "true or false"]),
    ("crisis=covid", ["crisis = 'covid'", "covid19_england", "none"]),
    ("plan=see_every_chid", ["plan = 'see_every_chid'", "did you mean 'see_every_child'", "business_as_usual"]),
    ("plan=[see_every_child]", ["plan = '[see_every_child]'", "see_every_child"]),
    ("plan=null", ["plan = 'null'", "no such plan"]),
    ("plan=../../run", ["plan = '../../run'", "no such plan"]),
    ("plan@x=none", ["plan@x", "no such setting"]),
    ("plan=digital_inclusion plan.levers.video_fist.remote_video_share=0.5", ["plan.levers.video_fist", "did you mean 'video_first'"]),
    ("plan=digital_inclusion plan.levers.video_first.remote_video_share=5", ["remote_video_share = 5", "from 0 to 1"]),
    ("plan=digital_inclusion plan.levers.video_first.from=2020-31-01", ["video_first.from = '2020-31-01'", "no such day"]),
    ("crisis.title=3", ["title = 3", "expected text"]),
    ("+new_key=1", ["+new_key=1", "not allowed", "SETTING=VALUE"]),
    ("++seed=1", ["++seed=1", "not allowed"]),
    ("~plan", ["~plan", "not allowed"]),
    ("hydra.callbacks.x._target_=os.system", ["hydra.callbacks.x._target_", "not allowed"]),
    ("hydra/job_logging=none", ["hydra/job_logging", "not allowed"]),
    ("hydra.searchpath=[/tmp]", ["hydra.searchpath", "not allowed"]),
    ("hydra/launcher=../x", ["hydra/launcher = '../x'", "launcher"]),
    ("-m hydra/launcher=nowhere", ["hydra/launcher = 'nowhere'", "basic"]),
    ("hydra/launcher=basic", ["hydra/launcher", "-m"]),
    ("hydra.sweep.dir=x", ["hydra.sweep.dir = 'x'", "output=FOLDER"]),
    ("hydra={a:1}", ["hydra", "not allowed"]),
    ("model._target_=os.system", ["model._target_", "not allowed"]),
    ("_target_=os.system", ["_target_", "not allowed"]),
    ("model.truth.__class__=3", ["model.truth.__class__", "not allowed"]),
    ("seed=${oc.env:HOME}", ["seed = '${oc.env:HOME}'", "not allowed"]),
    ("--experimental-rerun=x.pickle", ["--experimental-rerun", "not allowed"]),
    ("--config-path=/tmp", ["--config-path", "--config-dir"]),
    ("--config-name=x", ["--config-name", "--config-dir"]),
    ("-cd=/tmp", ["-cd=/tmp", "--config-dir"]),
    ("--cfg job", ["--cfg", "not allowed"]),
    ("--config-dir=", ["--config-dir", "no folder"]),
    ("--config-dir nowhere", ["nowhere", "no such folder"]),
    ("output=full", ["output = 'full'", "new folder"]),
    ("output=people.csv/x", ["people.csv", "is a file"]),
    ("-m seed=1,2 output=full", ["output = 'full'", "new folder"]),
    ("-m seed=1,x", ["seed = 'x'", "whole number"]),
    ("-m plan=see_every_child,nothing", ["plan = 'nothing'", "no such plan"]),
    ("-m seed=range(0,99999999)", ["over 10000 runs"]),
    ("-m severity=interval(0,1)", ["severity", "commas"]),
    ("-m seed=1,2 children=3,600", ["children = 3", "500"]),
]


@pytest.fixture
def furnished(here):
    (here / "empty.csv").write_text("", encoding="utf-8")
    (here / "people.csv").write_text("name,children,date_of_birth\nA,1,2011-02-03\nB,1,2012-02-03\n", encoding="utf-8")
    (here / "full").mkdir()
    (here / "full" / "something").write_text("kept", encoding="utf-8")


@pytest.mark.parametrize(("words", "says"), COMMAND_LINE, ids=[words[:60] for words, _ in COMMAND_LINE])
def test_refused_on_the_command_line(words, says, furnished, refused):
    quickly = [f"{kind}={name}" for kind, name in ORDINARY.items() if kind not in words]  # a short file to lay settings over
    line = refused("run", *words.split(" "), *quickly)
    for part in says:
        assert part in line
    assert "2011" not in line
    assert len(line) < 720


OWN_FILES = [
    ("plan", "title: x\nlevers: {vidoe_first: {from: 2020-04-01, to: 2020-05-01}}", ["vidoe_first", "did you mean 'video_first'"]),
    ("plan", "title: &a x\nlevers: {}", ["anchors", "line 1"]),
    ("plan", "title: !!python/object/apply:os.system [ls]", ["tags"]),
    ("plan", "title: x\n_target_: os.system", ["_target_", "not allowed"]),
    ("plan", "title: x\nhydra: {run: {dir: /tmp}}", ["hydra", "not allowed"]),
    ("plan", "# @package hydra\ncallbacks: {x: 1}", ["callbacks", "no such setting"]),
    ("plan", "# @package _global_\nseed: 5", ["seed", "no such setting"]),
    ("plan", "defaults: [see_every_child]", ["defaults", "no such setting"]),
    ("plan", "title: ${oc.env:HOME}", ["formulas"]),
    (
        "plan",
        "title: x\nlevers: {doorstep_rounds: {school_doorstep_weeks: no, from: 2020-04-01, to: 2020-05-01}}",
        ["'no'", "true or false"],
    ),
    ("plan", "title: x\ntitle: y", ["given twice"]),
    ("plan", "starts_from: nothing", ["plan = 'nothing'", "no such plan"]),
    ("plan", "- a\n- b", ["expected names with settings"]),
    ("plan", "title: " + "x" * 1_000_001, ["bytes", "at most 1000000"]),
    ("plan", b"title: \xff\xfe", ["UTF-8"]),
    ("plan", "title: [", ["plain YAML"]),
    ("plan", "title: x\nlevers:\n\tdoorstep_rounds: {}", ["line 3: a tab; expected spaces"]),
    (
        "crisis",
        "changes: [{dial: school_opn_share, value: 0, from: 2020-04-01, to: 2020-05-01}]",
        ["school_opn_share", "school_open_share"],
    ),
    ("model", "truth: {harm: {prevalence: 3}}", ["prevalence = 3", "from 0"]),
    ("model", "truth: {harm: {prevalance: 0.01}}", ["prevalance", "did you mean 'prevalence'"]),
    ("model", "truth.harm.prevalence.x: 3", ["truth.harm.prevalence.x", "no such setting"]),
]


@pytest.mark.parametrize(("kind", "text", "says"), OWN_FILES)
def test_refused_in_a_file_of_ones_own(kind, text, says, here, refused):
    (here / "shelf" / kind).mkdir(parents=True)
    (here / "shelf" / kind / "mine.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    line = refused("run", "--config-dir", "shelf", f"{kind}=mine", *(f"{k}={name}" for k, name in ORDINARY.items() if k != kind))
    for part in says:
        assert part in line


def test_a_file_of_ones_own_cannot_stand_in_for_a_shipped_one(here, refused):
    (here / "shelf" / "plan").mkdir(parents=True)
    (here / "shelf" / "plan" / "see_every_child.yaml").write_text("title: x", encoding="utf-8")
    assert "expected another" in refused("run", "--config-dir", "shelf", "plan=see_every_child")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("rum", "simsafe run"),
        ("seed=3", "simsafe run seed=3"),
        ("--verbose", "--help"),
        ("areas shropshir3", "did you mean 'shropshire'"),
        ("areas --xml", "--csv"),
        ("plans see_every_child", "show NAME"),
        ("plans show see_every_chid", "did you mean 'see_every_child'"),
        ("crises show", "show NAME"),
        ("describe school_opn_share", "did you mean 'school_open_share'"),
        ("describe two words", "one name"),
        ("describe school doorstep", "did you mean 'school_doorstep_weeks'"),
        ("describe paramters", "did you mean 'parameters'"),
        ("describe zzz", "simsafe describe parameters, measures, tables, dials or levers lists them"),
        ("describe doorstep_", "with it in their names: doorstep_seen, doorstep_told, doorstep_share, doorstep_rounds, doorstep_visits"),
        ("plans --config-dir nowhere", "no such folder"),
    ],
)
def test_the_other_commands_refuse_as_kindly(words, says, refused):
    assert says in refused(*words.split())


@pytest.mark.parametrize("words", [("run",), ("compare", "plans=[as_happened_2020,see_every_child]"), ("story", "child=1")])
def test_a_name_too_long_for_a_file_is_refused(words, refused):
    assert "too long" in refused(*words, f"output={'x' * 300}")


TWO = "plans=[as_happened_2020,see_every_child]"
ONCE = [  # what is wrong where few words are known, and a word that is among them
    (("compare", TWO, "effort=wrong"), "as_written"),
    (("compare", TWO, "break_even=[nonsense]"), "remote_strength"),
    (("compare", TWO, "executor=zzz"), "serial"),
    (("story", "find=wrong"), "lost_share"),
    (("evidence", "--grade", "wrong"), "fitted"),
    (("evidence", "--kind", "zzz"), "remembered"),
]


@pytest.mark.parametrize(("words", "known"), ONCE)
def test_the_words_that_are_known_are_listed_once(words, known, refused):
    assert refused(*words).count(known) == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"sede": 3}, "did you mean 'seed'"),
        ({"area": "devon", "area_file": "x.csv"}, "one of them"),
        ({"plan": "nothing"}, "no such plan"),
        ({"plan": 3}, "plan/own_plan = 3"),
        ({"model": {"truth.harm.prevalense": 0.1}}, "did you mean 'prevalence'"),
        ({"plan_name": "../x"}, "plan_name"),
        ({"config_dir": "nowhere"}, "no such folder"),
    ],
)
def test_the_library_refuses_in_the_same_words(given, says):
    with pytest.raises(ConfigError, match=says):
        scenario_for(**given)


# Five hundred configs, some with a planted mistake

WRONG = [
    math.nan,
    math.inf,
    -math.inf,
    -1,
    -0.001,
    10**400,
    1e300,
    "",
    " ",
    "no",
    "12:30",
    "08",
    "1e3x",
    "é☂",
    "a\nb",
    "x" * 5000,
    [],
    [1],
    {},
]
WRONG += [{"a": 1}, object(), b"x", 1 + 2j, date(1999, 1, 1), {1: 2}, {"_target_": "os.system"}, "${seed}"]
NUMBERS = {"children": (500, 5000), "seed": (0, 2**53), "warm_up_days": (0, 400), "severity": (0, 2)}
PARAMETERS = [row for row in register(Parameters(), "model.") if not isinstance(row["value"], bool)]


def put(config, path, value):
    """The config with the value at the path."""
    *rooms, last = path.split(".")
    here = config
    for room in rooms:
        here = here[room]
    here[last] = value


def changed(config, luck):
    """One change to a config; True when it must be refused, False when it must be accepted, None when either will do."""
    kind = luck.choice(["valid", "boundary", "beyond", "wrong", "parameter", "parameter beyond", "misspelt", "missing", "extra"])
    name, row = luck.choice(list(NUMBERS)), luck.choice(PARAMETERS)
    low, high = NUMBERS[name]
    if kind == "valid":
        config[name] = luck.randint(low, int(high))
        return False
    if kind == "boundary":
        config[name] = luck.choice([low, high])
        return False
    if kind == "beyond":
        config[name] = luck.choice([low - 1, high + 2**54, low - 0.5, math.nan])
        return True
    if kind == "wrong":
        name = luck.choice([key for key in SETTINGS if key not in ("model", "area_file")])
        value = luck.choice(WRONG)
        config[name] = value
        harmless = (name == "output" and isinstance(value, str) and value.strip() and value.isprintable()) or (
            name in ("crisis", "plan") and value == {}
        )
        return not harmless
    if kind == "parameter":
        put(config, row["name"], luck.choice([row["low"], row["high"]]))
        return None  # a room may check its numbers against each other
    if kind == "parameter beyond":
        worse = [row["low"] - 1, row["high"] * 2 + 1, math.nan, math.inf, "0.5", None, True, [0.5]]
        put(config, row["name"], luck.choice(worse))
        return True
    if kind == "misspelt":
        place = luck.choice([config, config["model"], config["model"]["truth"], config["plan"], config["crisis"]])
        key = luck.choice(list(place))
        place[luck.choice([key + "x", key.upper(), key[1:], f" {key}", f"{key}\n", "é" + key])] = place.pop(key)
        return True
    if kind == "missing":
        config.pop(luck.choice(SETTINGS))
        return True
    place = luck.choice([config, config["model"], config["plan"], config["crisis"]])
    place[luck.choice(["extra", "_target_", "hydra", "é", "", 3, None, "x" * 3000])] = 1
    return True


def accepted(config):
    """Whether the config makes a scenario; if not, it was refused in one printable line."""
    try:
        made = scenario_from(config)
    except ConfigError as refusal:
        said = str(refusal)
    else:
        assert isinstance(made, Scenario)
        return True
    assert said.isprintable(), repr(said)
    assert 10 < len(said) <= 600
    return False


def test_five_hundred_configs_are_accepted_or_refused_in_one_line():
    valid = config_for(children=600, **ORDINARY)
    luck, counts = random.Random(7), {True: 0, False: 0}
    for number in range(500):
        config = copy.deepcopy(valid)
        planted = [changed(config, luck) for _ in range(1)]
        done = accepted(config)
        counts[done] += 1
        if True in planted:
            assert not done, (number, {k: v for k, v in config.items() if v != valid.get(k)})
        elif None not in planted:
            assert done, number
    assert min(counts.values()) > 50


KEYS = [
    *SETTINGS,
    "seeed",
    "",
    "hydra",
    "hydra.run",
    "_x",
    "model.truth",
    "model.truth.harm",
    "model.truth.harm.prevalence",
    "plan.levers",
    "é",
    "a b",
    "-",
]
VALUES = [
    "1",
    "0.5",
    "nan",
    "",
    " ",
    "'",
    '"',
    "[1",
    "{a:",
    "1,2",
    "no",
    "08",
    "12:30",
    "a=b",
    "$x",
    "${x}",
    "\\",
    "é☂",
    "x" * 3000,
    "null",
    "none",
    "a\nb",
]
VALUES += ["choice(1,2)", "range(3)", "glob(*)", "int(3)", "true", "devon", "see_every_child", "2020-01-01", "1e400", "-0", "???"]


def test_whatever_is_typed_is_read_or_refused_in_one_line():
    luck, read = random.Random(11), 0
    for _ in range(500):
        words = [
            luck.choice(["", "", "", "", "+", "~", "-", "--"])
            + luck.choice(KEYS)
            + luck.choice(["=", "=", "=", "", "=="])
            + luck.choice(VALUES)
        ]
        words += [f"{kind}={name}" for kind, name in ORDINARY.items() if not words[0].startswith(f"{kind}=")]
        words += luck.sample(["-m"], luck.randint(0, 1))
        try:
            asked = read_arguments(words)
            read += 1
            for job in compose_jobs(asked) if read <= 30 else ():  # laying settings over files is the slow part
                scenario_from(job.config)
        except ConfigError as refusal:
            assert len(" ".join(str(refusal).split())) > 10, words  # noqa: PT017
        else:
            assert words[0].startswith(tuple(SETTINGS)), words
            assert "${" not in words[0]
    assert read > 20
