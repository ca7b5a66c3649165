"""Reading a YAML file of plain data: text, numbers, lists and mappings, and nothing that could run, repeat or mislead."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from simsafe.ground.parameter import ConfigError
from simsafe.plans.change import show

LARGEST_BYTES, DEEPEST = 1_000_000, 20
PLAIN_NUMBER = re.compile(
    r"[-+]?((0|[1-9][0-9]{0,14})(\.[0-9]{0,20})?|\.[0-9]{1,20})([eE][-+]?[0-9]{1,3})?|[-+]?\.(inf|nan)", re.IGNORECASE
)
WANTED_WORDS = {"bool": ("true", "false"), "null": ("null", "~", "")}


FAST_OR_PLAIN: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same grammar, in C where it was built


class PlainLoader(FAST_OR_PLAIN):
    """YAML's safe loader, with dates kept as text."""


PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if not tag.endswith("timestamp")]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file; an empty file is an empty mapping.

    Raises
    ------
    ConfigError
        One line, for a file that cannot be read, is over 1 MB, or holds anything but plain data.
    """
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= LARGEST_BYTES else b""
    except OSError as problem:
        raise ConfigError(f"{path.name}: cannot be read ({problem.strerror})") from None
    if size > LARGEST_BYTES:
        raise ConfigError(f"{path.name}: {size} bytes; expected at most {LARGEST_BYTES}")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{path.name}: expected text in UTF-8") from None
    return plain_data(text, path.name)


def plain_data(text: str, name: str) -> dict[str, Any]:
    """The mapping in YAML text; ``name`` says which text in messages. Raises :class:`ConfigError` as :func:`read_yaml` does."""
    try:
        check_events(text, name)
        loader = PlainLoader(text)
        node = loader.get_single_node()
        check_node(node, name)
        made = None if node is None else loader.construct_document(node)
    except ConfigError:
        raise
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        said = getattr(problem, "problem", None) or "not plain YAML"
        if mark and text.splitlines()[mark.line : mark.line + 1] and "\t" in text.splitlines()[mark.line]:
            said = "a tab; expected spaces"
        raise ConfigError(f"{name}{f' line {mark.line + 1}' if mark else ''}: {show(said)[1:-1]}; expected plain YAML") from None
    except (ValueError, RecursionError):
        raise ConfigError(f"{name}: a value that cannot be read; expected plain YAML") from None
    if made is None:
        return {}
    if not isinstance(made, dict):
        raise ConfigError(f"{name} = {show(made)}; expected names with settings")
    return made


def check_events(text: str, name: str) -> None:
    """Refuse anchors, aliases, tags and deep nesting, before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=PlainLoader):
        at = f"{name} line {event.start_mark.line + 1}"
        if getattr(event, "anchor", None) is not None:
            raise ConfigError(f"{at}: anchors and aliases (& and *) are not allowed; expected plain data, written out or quoted")
        if getattr(event, "tag", None) is not None:
            raise ConfigError(f"{at}: tags ({show(event.tag)}) are not allowed; expected plain data, written out or quoted")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise ConfigError(f"{at}: nested {depth} deep; expected at most {DEEPEST}")


def check_node(node: yaml.Node | None, name: str) -> None:
    """Refuse names given twice, names such as ``_target_``, formulas, and words or numbers that YAML reads otherwise than a person."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            check_name(key, seen, name)
            check_node(value, name)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            check_node(value, name)
    elif isinstance(node, yaml.ScalarNode):
        check_scalar(node, name)


def check_name(key: yaml.Node, seen: set[str], name: str) -> None:
    """Refuse a name that is not text, is given twice, or asks for machinery."""
    at = f"{name} line {key.start_mark.line + 1}"
    if not isinstance(key, yaml.ScalarNode) or not key.tag.endswith(":str"):
        shown = show(key.value) if isinstance(key, yaml.ScalarNode) else "a list or mapping"
        raise ConfigError(f"{at}: {shown} as a name; expected a word or a date, quoted if need be")
    if key.value in seen:
        raise ConfigError(f"{at}: {show(key.value)} is given twice; expected once")
    if re.fullmatch(r"_\w*_", key.value) or key.value == "hydra" or "${" in key.value:
        raise ConfigError(f"{at}: {show(key.value)} is not allowed; expected plain settings, which choose and never run anything")
    seen.add(key.value)


def check_scalar(node: yaml.ScalarNode, name: str) -> None:
    """Refuse ``no`` for false, ``12:30`` for 750, ``010`` for 8 and the like, and ``${...}``."""
    at, text, kind = f"{name} line {node.start_mark.line + 1}", node.value, node.tag.rsplit(":", 1)[-1]
    if "${" in text:
        raise ConfigError(f"{at}: {show(text)}; formulas are not allowed; expected the value itself")
    if kind in ("int", "float") and not PLAIN_NUMBER.fullmatch(text):
        raise ConfigError(f"{at}: {show(text)}; expected a plain number such as 0.5, or quotes if it is text")
    if kind in WANTED_WORDS and text.lower() not in WANTED_WORDS[kind]:
        raise ConfigError(f"{at}: {show(text)}; expected true or false, or quotes if it is text")
    if kind not in ("int", "float", "bool", "null", "str"):
        raise ConfigError(f"{at}: {show(text)}; expected text, a number, true or false")
