"""A command's own settings, taken out of the words that were typed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from simsafe.ground.parameter import ConfigError, nearest
from simsafe.plans.change import show
from simsafe.study.from_config import SETTINGS


def take(word: str, given: dict[str, str]) -> None:
    """Put a word ``KEY=VALUE`` among what was given. ConfigError when it has no value, or the key was given before."""
    key, _, value = word.partition("=")
    if not value.strip():
        raise ConfigError(f"{key}: no value; expected {key}=VALUE")
    if key in given:
        raise ConfigError(f"{key} = {show(value)}; given twice (first {show(given[key])}); expected once")
    given[key] = value.strip()


def only_own(words: Sequence[str], own: Collection[str], command: str, flags: Sequence[str] = ()) -> tuple[dict[str, str], set[str]]:
    """The settings and flags of a command that has none of a run's. ConfigError for any other word."""
    given: dict[str, str] = {}
    raised = {word for word in words if word in flags}
    for word in words:
        key = word.partition("=")[0]
        if word in flags:
            continue
        if key not in own:
            raise ConfigError(f"{show(key)[1:-1]}: no such setting of {command}{nearest(key[:60], [*own, *flags])}")
        take(word, given)
    return given, raised


def own_and_others(words: Sequence[str], own: Collection[str], expected: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The settings that a command has beside those of a run, and the words that are left for the run.

    ``expected`` says what to ask for in place of what a run knows and the command does not: several seeds (``seed``), several runs
    (``multirun``) and, if it stands there, one plan (``plan``). ConfigError for these, and for settings that nothing has.
    """
    given: dict[str, str] = {}
    left = []
    for word in words:
        key, equals, value = word.partition("=")
        if key in own:
            take(word, given)
        elif key == "seed" and "," in value:
            raise ConfigError(f"seed = {show(value)}; several; expected {expected['seed']}")
        elif "plan" in expected and (key == "plan" or key.startswith("plan.")):
            raise ConfigError(f"{show(key)[1:-1]} = {show(value)}; {expected['plan']}; expected plans=[ONE,ANOTHER]")
        elif word in ("-m", "--multirun"):
            raise ConfigError(f"{word}: {expected['multirun']}")
        elif equals and key.isidentifier() and key not in (*SETTINGS, "config_dir"):
            known = [*own, *(name for name in SETTINGS if name != "plan" or "plan" not in expected)]
            raise ConfigError(f"{show(key)[1:-1]} = {show(value)}; no such setting{nearest(key[:60], known)}")
        else:
            left.append(word)
    return given, left
