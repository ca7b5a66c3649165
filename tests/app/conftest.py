"""A folder of one's own to stand in, and quick stand-ins for simulating and saving: these tests are about the front door."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import simsafe.app.compare  # noqa: F401  # before stand-ins take the places of what it imports
from simsafe.app import main


class Log:
    digest = "0123456789abcdef"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder, and the tests stand in it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def quick(here, monkeypatch):
    """Simulating takes no time and saving writes the settings; what was asked for is kept in a list."""
    asked = []

    def simulate(scenario, progress=None):
        asked.append(scenario)
        return SimpleNamespace(log=Log(), setup=scenario)

    def save(model, folder, config):
        Path(folder).mkdir()
        (Path(folder) / "config.json").write_text(json.dumps(config), encoding="utf-8")
        return Path(folder)

    stand_ins = {
        "simsafe.study.run": SimpleNamespace(simulate=simulate),
        "simsafe.results.folder": SimpleNamespace(save=save),
        "simsafe.results.summary": SimpleNamespace(headlines=lambda model: ["children seen: 9 of 10"]),
    }
    for name, module in stand_ins.items():
        monkeypatch.setitem(sys.modules, name, module)
    return asked


@pytest.fixture
def refused(here, quick, capsys):
    """Call the command line with words that must be refused; gives the one line."""

    def call(*words):
        before = {p: p.stat().st_mtime_ns for p in here.rglob("*")}
        code = main(list(words))
        out, err = capsys.readouterr()
        assert code == 2, f"{words}: ended with {code}: {out}{err}"
        assert out == ""
        assert err.count("\n") == 1, err
        assert err.endswith("\n")
        assert "Traceback" not in err
        assert {p: p.stat().st_mtime_ns for p in here.rglob("*")} == before, "something was written"
        assert quick == [], "something was simulated"
        return err

    return call
