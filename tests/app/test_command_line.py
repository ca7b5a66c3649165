"""What the commands do when all is well."""

import json
import re
import signal
import subprocess
import sys
from dataclasses import fields

import pytest

import simsafe
from simsafe.app import main
from simsafe.app.arguments import read_arguments
from simsafe.app.compose import compose_jobs
from simsafe.app.run import check_writable
from simsafe.app.words import HELP
from simsafe.ground.parameter import ConfigError, register
from simsafe.scenario import Parameters
from simsafe.study.from_config import config_for, scenario_from

NOTHING_CHANGED = f"model.truth.harm.prevalence={Parameters().truth.harm.prevalence}"  # and yet a setting, so that Hydra is asked
OWN_PLAN = """\
title: Doors and video
starts_from: as_happened_2020
levers:
  doorstep_rounds: {school_doorstep_weeks: 3, from: 2020-04-20, to: 2020-07-21}
"""


def same(one, two):
    """Two scenarios alike in all that they say; parameters are compared number by number."""
    assert list(register(one.parameters)) == list(register(two.parameters))
    for f in fields(one):
        if f.name != "parameters":
            assert getattr(one, f.name) == getattr(two, f.name), f.name


def config_in(folder):
    return json.loads((folder / "config.json").read_text(encoding="utf-8"))


@pytest.fixture
def own_shelf(here):
    (here / "shelf" / "plan").mkdir(parents=True)
    (here / "shelf" / "plan" / "my_plan.yaml").write_text(OWN_PLAN, encoding="utf-8")
    return here / "shelf"


def test_run_by_itself_takes_the_settings_of_run_yaml(here, quick, capsys):
    assert main(["run"]) == 0
    same(quick[0], simsafe.scenario_for())
    folder = here / "outputs" / "shropshire_covid19_england_as_happened_2020_seed1"
    assert config_in(folder) == config_for()
    out = capsys.readouterr().out
    for words in ("outputs/shropshire", "children seen", "digest 0123", "Simulated", "RESPONSIBLE_USE.md"):
        assert words in out


@pytest.mark.parametrize("chosen", [[], ["crisis=flood", "plan=business_as_usual"], ["crisis=case_system_outage", "plan=joined_up"]])
def test_what_comes_off_the_shelf_is_what_hydra_lays_together(chosen):
    as_it_stands, laid = (compose_jobs(read_arguments(words))[0].config for words in (chosen, [*chosen, NOTHING_CHANGED]))
    assert json.dumps(as_it_stands) == json.dumps(laid)  # the same order too: it is that of a manifest


def test_a_plan_made_for_another_crisis_is_run_and_said_to_be(here, quick, capsys):
    assert main(["run", "crisis=flood", "children=500"]) == 0
    assert "under flood compare plan=business_as_usual" in capsys.readouterr().out
    assert main(["run", "crisis=flood", "plan=business_as_usual", "children=500"]) == 0
    assert "compare plan=" not in capsys.readouterr().out


def test_figures_of_an_own_area_that_no_part_of_the_model_reads_are_named(here, quick, capsys):
    (here / "mine.csv").write_text("name,children,sw_caseload,sw_vacancy\nMine,2000,17,0.2\n", encoding="utf-8")
    assert main(["run", "area_file=mine.csv"]) == 0
    assert "not used by the model: sw_caseload\n" in capsys.readouterr().out


def test_two_crises_at_once_are_a_crisis_of_ones_own(here, quick, own_shelf):
    (own_shelf / "crisis").mkdir()
    (own_shelf / "crisis" / "later.yaml").write_text("starts_from: flood\nshift_days: {flood: 7}\n", encoding="utf-8")
    (own_shelf / "crisis" / "both.yaml").write_text("starts_from: [later, cost_of_living]\n", encoding="utf-8")
    assert main(["run", "--config-dir", str(own_shelf), "crisis=both", "children=500"]) == 0
    assert {c.dial for c in quick[0].crisis} >= {"school_open_share", "disengagement"}
    assert min(c.from_date for c in quick[0].crisis).isoformat() == "2020-02-17"


def test_what_is_typed_is_what_is_run(here, quick):
    words = "area=devon crisis=none plan=see_every_child model.truth.harm.prevalence=0.03 children=9000 seed=2 severity=0.5 output=my"
    assert main(["run", *words.split()]) == 0
    asked = {"area": "devon", "crisis": "none", "plan": "see_every_child", "children": 9000, "seed": 2, "severity": 0.5}
    same(quick[0], simsafe.scenario_for(**asked, model={"truth.harm.prevalence": 0.03}))
    same(quick[0], simsafe.scenario_for(**asked, model={"truth": {"harm": {"prevalence": 0.03}}}))
    assert quick[0].parameters.truth.harm.prevalence == 0.03
    same(quick[0], scenario_from(config_in(here / "my")))


def test_a_run_never_overwrites_another(here, quick):
    for _ in range(2):
        assert main(["run", "area=rutland", "crisis=none", "plan=business_as_usual"]) == 0
    name = "rutland_none_business_as_usual_seed1"
    assert sorted(p.name for p in (here / "outputs").iterdir()) == [name, f"{name}_2"]


def test_a_setting_inside_a_plan_may_be_changed_and_the_plan_then_says_so(quick):
    assert main(["run", "plan=digital_inclusion", "plan.levers.video_first.remote_video_share=0.5"]) == 0
    assert quick[0].plan_name == "digital_inclusion_changed"
    assert [c.value for c in quick[0].plan if c.dial == "remote_video_share"][-1] == 0.5


def test_a_plan_of_ones_own(here, own_shelf, quick, capsys):
    (own_shelf / "plan" / "mine_too.yaml").write_text(OWN_PLAN.replace("as_happened_2020", "other"), encoding="utf-8")
    (own_shelf / "plan" / "other.yaml").write_text("title: Nothing\nlevers: {}\n", encoding="utf-8")
    assert main(["run", "--config-dir", "shelf", "plan=my_plan", "output=a"]) == 0
    assert main(["run", "--config-dir=shelf", "plan=mine_too", "output=b"]) == 0
    assert quick[0].plan_name == "my_plan"
    same(quick[0], simsafe.scenario_for(plan="my_plan", config_dir="shelf"))
    same(quick[1], scenario_from(config_in(here / "b")))
    assert len(quick[1].plan) == 1
    assert main(["plans", "--config-dir", "shelf"]) == 0
    assert "Doors and video" in capsys.readouterr().out


def test_paths_may_hold_spaces_quotes_and_letters_of_any_language(here, quick):
    (here / "my 'areas', 2020 ☂").mkdir()
    area = here / "my 'areas', 2020 ☂" / "área.csv"
    area.write_text("name,children\nOurs,4000\n", encoding="utf-8")
    assert main(["run", f"area_file={area}", "output=out (1), [a] = 'b' ☂"]) == 0
    assert quick[0].area.name == "Ours"
    assert (here / "out (1), [a] = 'b' ☂" / "config.json").exists()


def test_a_sweep_runs_every_combination(here, quick, capsys):
    assert (
        main(["run", "-m", "seed=1,2", "plan=business_as_usual,see_every_child", "children=600", "crisis=none", "output=many ' runs"]) == 0
    )
    assert [(s.seed, s.plan_name) for s in quick] == [(s, p) for s in (1, 2) for p in ("business_as_usual", "see_every_child")]
    for number, scenario in enumerate(quick):
        same(scenario, scenario_from(config_in(here / "many ' runs" / str(number))))
    same(quick[3], simsafe.scenario_for(seed=2, plan="see_every_child", children=600, crisis="none"))
    assert "4 of 4 runs saved" in capsys.readouterr().out
    assert sys.argv[0] != "simsafe"


def test_a_sweep_without_a_folder_makes_its_own(here, quick):
    assert main(["run", "--multirun", "seed=range(1,3)", "crisis=none", "plan=business_as_usual"]) == 0
    (folder,) = (here / "multirun").iterdir()
    assert sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*")) == ["0", "0/config.json", "1", "1/config.json"]


def test_a_run_that_fails_in_a_sweep_leaves_the_others_alone(here, quick, capsys, monkeypatch):
    save = sys.modules["simsafe.results.folder"].save

    def full(model, folder, config):
        if config["seed"] == 1:
            raise OSError(28, "No space left on device", str(folder))
        return save(model, folder, config)

    monkeypatch.setattr(sys.modules["simsafe.results.folder"], "save", full)
    assert main(["run", "-m", "seed=1,2", "crisis=none", "plan=business_as_usual"]) == 1
    out, err = capsys.readouterr()
    assert "1 of 2 runs saved" in out
    assert "missing: 0" in out
    assert err.count("\n") == 1
    assert "No space left" in err


def test_a_single_run_leaves_nothing_of_hydras(here, quick):
    assert main(["run", "output=only"]) == 0
    assert [p.name for p in here.rglob("*")] == ["only", "config.json"]


@pytest.mark.parametrize(("problem", "code", "word"), [(KeyboardInterrupt, 130, "stopped"), (ZeroDivisionError("x"), 1, "SIMSAFE_DEBUG=1")])
def test_being_stopped_or_failing_is_one_line_and_leaves_nothing(here, quick, capsys, monkeypatch, problem, code, word):
    def simulate(scenario, progress=None):
        raise problem

    monkeypatch.setattr(sys.modules["simsafe.study.run"], "simulate", simulate)
    assert main(["run"]) == code
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert word in err
    assert not list(here.iterdir())


def test_being_asked_to_end_is_taken_as_being_stopped(quick, capsys, monkeypatch):
    monkeypatch.setattr(sys.modules["simsafe.study.run"], "simulate", lambda *_, **__: signal.raise_signal(signal.SIGTERM))
    before = signal.getsignal(signal.SIGTERM)
    assert main(["run"]) == 130
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize(
    "words",
    [
        ["run"],
        ["run", "-m", "seed=1,2"],
        ["story", "child=1"],
        ["compare", "plans=[as_happened_2020,see_every_child]", "executor=serial"],
    ],
)
def test_a_folder_in_which_nothing_can_be_saved_is_refused_before_a_word_is_said(refused, words):
    setting = "hydra.sweep.dir" if "-m" in words else "output"
    assert "cannot be written (File name too long)" in refused(*words, f"{setting}=here/{'x' * 300}")


def test_trying_out_a_folder_leaves_nothing_there(here):
    check_writable(here / "a" / "b")
    (here / "mine").mkdir()
    check_writable(here / "mine")
    assert [path.name for path in here.rglob("*")] == ["mine"]


def test_a_folder_that_is_lost_while_a_run_is_at_work_is_a_failure_and_no_refusal(here, quick, capsys, monkeypatch):
    line = "output = 'x'; cannot be written (the disk is full); nothing was saved; choose another folder"

    def save(model, folder, config):
        raise ConfigError(line)

    monkeypatch.setattr(sys.modules["simsafe.results.folder"], "save", save)
    assert main(["run", "crisis=none", "plan=business_as_usual"]) == 1
    assert capsys.readouterr().err == f"simsafe: {line}\n"


@pytest.mark.parametrize("command", ["run", "compare", "story", "predict", "validate"])
def test_the_help_says_what_each_code_means(command):
    text = " ".join(HELP[command].split())
    assert "Ends with 0" in text
    assert re.search(r"\b2 when (something asked for|a file) is refused", text)


def test_the_traceback_can_be_asked_for(quick, capsys, monkeypatch):
    monkeypatch.setenv("SIMSAFE_DEBUG", "1")
    monkeypatch.setattr(sys.modules["simsafe.study.run"], "simulate", lambda *_: 1 / 0)
    assert main(["run"]) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("", "simsafe run"),
        ("--help", "RESPONSIBLE_USE.md"),
        ("run --help", "simsafe run area=devon"),
        ("areas --help", "Examples"),
        ("plans -h", "Examples"),
        ("--version", "simsafe 0."),
        ("areas south west", "cornwall"),
        ("areas --csv", "slug,name,region,children,referral_rate"),
        ("crises", "covid19_england"),
        ("crises show covid19_england", "school_open_share"),
        ("plans", "See every child"),
        ("plans show see_every_child", "school_doorstep_weeks"),
        ("plans show business_as_usual", "Not an option to recommend"),
        ("describe", "parameters"),
        ("describe parameters", "truth.harm.prevalence"),
        ("describe parameters --csv", "name,value,unit,low,high,grade,source"),
        ("describe measures", "referrals"),
        ("describe dials", "turned_by"),
        ("describe levers", "keep_school_places"),
        ("describe model.truth.harm.prevalence", "share of children"),
        ("describe referrals", "referrals (measure)"),
        ("describe doorstep", "others with it in their names: doorstep_seen, doorstep_told, doorstep_share, doorstep_rounds"),
    ],
)
def test_what_the_other_commands_print(words, shown, capsys):
    assert main(words.split()) == 0
    out, err = capsys.readouterr()
    assert shown in out
    assert err == ""


def test_every_parameter_is_in_the_table_once(capsys):
    assert main(["describe", "parameters", "--csv"]) == 0
    names = [line.partition(",")[0] for line in capsys.readouterr().out.splitlines()[1:]]
    assert names == [row["name"] for row in register(Parameters())]


def test_the_library_is_opened_only_as_far_as_needed():
    assert simsafe.__version__
    assert set(simsafe.__all__) <= set(dir(simsafe))
    with pytest.raises(AttributeError, match="no_such"):
        simsafe.no_such  # noqa: B018


def test_as_a_command_of_its_own(here):
    done = subprocess.run([sys.executable, "-m", "simsafe", "run", "sede=3"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "did you mean 'seed'" in done.stderr


def test_a_real_short_run_saves_what_it_says(here, capsys):
    for name in ("simsafe.study.run", "simsafe.results.folder", "simsafe.results.summary"):
        pytest.importorskip(name)
    words = ["run", "children=500", "start=2020-03-01", "end=2020-03-20", "warm_up_days=0", "crisis=none", "plan=business_as_usual"]
    assert main([*words, "output=real"]) == 0
    out = capsys.readouterr().out
    model = simsafe.simulate(
        simsafe.scenario_for(children=500, start="2020-03-01", end="2020-03-20", warm_up_days=0, crisis="none", plan="business_as_usual")
    )
    assert f"digest {model.log.digest}" in out
    assert any((here / "real").iterdir())
