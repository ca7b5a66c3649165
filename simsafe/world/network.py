"""An area drawn as graphs: which families belong to which services, and which services tell social care what they know.

Both are made from a :class:`World` when asked for. The model itself reads the columns of the world and the sharing parameters, not
these graphs; the weights here are worked out from the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from simsafe.world.conditions import ORDINARY, Conditions
from simsafe.world.contact import Agency
from simsafe.world.population import Schooling, World
from simsafe.world.staff import Workforce

if TYPE_CHECKING:
    import networkx as nx

SAMPLE = 200  # families drawn when none are named
WHOLE_AREA = (  # services that are not divided into places
    Agency.CHILDMINDERS, Agency.SCHOOL_NURSING, Agency.MIDWIFERY, Agency.HOSPITAL, Agency.CAMHS, Agency.ADULT_SERVICES, Agency.POLICE,
    Agency.EARLY_HELP, Agency.HOUSING,
)  # fmt: skip
FRONT_DOOR, SOCIAL_WORK = ("front door", 0), ("social work", 0)
Node = tuple[str, int]  # what it is, and its number among those


class SharingNumbers(Protocol):
    """The part of ``system/sharing.py``'s parameters that weights are made of."""

    @property
    def share(self) -> float:
        """Share of a partner's signs passed on at middling own concern."""
        ...

    @property
    def silo(self) -> float:
        """Fall in log-odds of sharing per unit of front-door load above capacity."""
        ...

    @property
    def step_back(self) -> float:
        """Ratio of sharing once social care is in."""
        ...

    def attendance(self) -> np.ndarray:
        """Chance to take part when called, by Agency."""
        ...


def families_and_services(world: World, families: np.ndarray | None = None, schooling: Schooling | None = None) -> nx.Graph:
    """Families and the services they belong to: a bipartite graph.

    Parameters
    ----------
    families : rows of the families drawn; SAMPLE of them, evenly spread over the area, when left out
    schooling : who is on which roll; each family is then tied to the schools of its pupils, otherwise to its primary and its
        secondary school, whether or not a child is of age

    Nodes are ("family", row), ("school", number), ("practice", number) and ("health visitor", number). Each has a ``kind``, the
    same word, and a ``size``: children of a family, born and to be born; families of a service, drawn or not. Ties have the
    ``kind`` of the service. Families come first, then services in order.
    """
    import networkx as nx

    graph = nx.Graph()
    f = world.families
    rows = np.unique(sample(len(f)) if families is None else np.asarray(families, dtype=np.int64))
    for row in rows.tolist():
        graph.add_node(("family", row), kind="family", bipartite=0, size=int(f.size[row]))
    for kind, (family, number) in belonging(world, schooling).items():
        serves = np.bincount(number)
        drawn = np.isin(family, rows)
        for service in np.unique(number[drawn]).tolist():
            graph.add_node((kind, service), kind=kind, bipartite=1, size=int(serves[service]))
        for row, service in zip(family[drawn].tolist(), number[drawn].tolist(), strict=True):
            graph.add_edge(("family", row), (kind, service), kind=kind)
    return graph


def sample(families: int, most: int = SAMPLE) -> np.ndarray:
    """Rows of up to ``most`` families, evenly spread."""
    return np.unique(np.linspace(0, families - 1, min(most, families)).round().astype(np.int64))


def belonging(world: World, schooling: Schooling | None = None) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """(family, number of the service) of every tie between a family and a service, by kind of service; each tie once."""
    f, everyone = world.families, np.arange(len(world.families))
    if schooling is None:
        pupils, school = np.concatenate([everyone, everyone]), np.concatenate([f.primary, f.secondary])
    else:
        on_roll = np.flatnonzero(schooling.on_roll)
        pupils, school = world.children.family[on_roll], schooling.school[on_roll]
    ties = np.unique(np.stack([pupils.astype(np.int64), school.astype(np.int64)]), axis=1)
    practice, visitor = f.practice.astype(np.int64), f.visitor.astype(np.int64)
    return {"school": (ties[0], ties[1]), "practice": (everyone, practice), "health visitor": (everyone, visitor)}


def professional_network(
    world: World, sharing_practice: SharingNumbers, now: Conditions = ORDINARY, load: float = 1.0, team_size: int = Workforce().team_size
) -> nx.DiGraph:
    """Services and teams, and the ties along which what one knows can reach another.

    Parameters
    ----------
    sharing_practice : the model's sharing parameters (``scenario.parameters.sharing``)
    now : the dials of the day, ordinary times when left out; a crisis or a plan is drawn by giving its conditions
    load : minutes wanted over minutes in hand at the front door; above 1 partners share less
    team_size : health visitors a team

    Ties have a ``kind``:

    - ``duty to share when called``: a service to the front door (an enquiry about a new referral) and to social work (a strategy
      discussion or conference about an open case, when partners step back a little);
    - ``named link``: a practice and the health-visiting team that serves most of its families, both ways. The model passes nothing
      along it yet, as ``in_model`` says; its weight is what the giver would pass on if it were called;
    - ``co-location``: front door and social work, one agency with one record, so nothing is lost between them.

    ``weight`` is ``takes_part`` (chance to answer the call) times ``passes_on`` (share of its signs given at middling concern).
    Nodes have ``kind``, ``agency`` and ``size``: families of a service, posts of a team, and for services that are not divided all
    families.
    """
    import networkx as nx

    graph = nx.DiGraph()
    for node, agency, size in services(world, team_size):
        graph.add_node(node, kind=node[0], agency=agency.name.lower(), size=size)
    takes_part = chance_to_take_part(sharing_practice, now)
    passes_on = share_passed_on(sharing_practice, now, load)

    def tie(giver: Node, taker: Node, kind: str, ratio: float = 1.0, in_model: bool = True) -> None:
        """A tie with the giver's weight."""
        part = float(takes_part[Agency[graph.nodes[giver]["agency"].upper()]])
        add_tie(graph, giver, taker, kind, part, passes_on * ratio, in_model)

    for node in [n for n in graph if n not in (FRONT_DOOR, SOCIAL_WORK)]:
        tie(node, FRONT_DOOR, "duty to share when called")
        tie(node, SOCIAL_WORK, "duty to share when called", sharing_practice.step_back)
    for practice, team in named_links(world, team_size):
        tie(practice, team, "named link", in_model=False)
        tie(team, practice, "named link", in_model=False)
    for one, other in ((FRONT_DOOR, SOCIAL_WORK), (SOCIAL_WORK, FRONT_DOOR)):
        add_tie(graph, one, other, "co-location", 1.0, 1.0, True)
    return graph


def add_tie(graph: nx.DiGraph, giver: Node, taker: Node, kind: str, takes_part: float, passes_on: float, in_model: bool) -> None:
    """Add one tie with all that is said of it."""
    about: dict[str, Any] = {"kind": kind, "takes_part": takes_part, "passes_on": passes_on, "in_model": in_model}
    graph.add_edge(giver, taker, weight=takes_part * passes_on, **about)


def services(world: World, team_size: int) -> Iterator[tuple[Node, Agency, int]]:
    """Every node of the professional network, with its agency and size."""
    f = world.families
    ties = belonging(world)
    for number, size in enumerate(np.bincount(ties["school"][1], minlength=world.schools).tolist()):
        yield ("school", number), Agency.SCHOOLS, size
    for number, size in enumerate(np.bincount(f.practice, minlength=world.practices).tolist()):
        yield ("practice", number), Agency.GENERAL_PRACTICE, size
    for number, size in enumerate(np.bincount(np.arange(world.visitors) // team_size).tolist()):
        yield ("health-visiting team", number), Agency.HEALTH_VISITING, size
    for agency in WHOLE_AREA:
        yield (agency.label, 0), agency, len(f)
    yield FRONT_DOOR, Agency.SOCIAL_CARE, world.front_door_workers
    yield SOCIAL_WORK, Agency.SOCIAL_CARE, world.social_workers


def named_links(world: World, team_size: int) -> list[tuple[Node, Node]]:
    """Each practice with families, and the health-visiting team that serves most of them (the lowest number of equals)."""
    f = world.families
    teams = -(-world.visitors // team_size)
    cell = f.practice.astype(np.int64) * teams + f.visitor // team_size
    common = np.bincount(cell, minlength=world.practices * teams).reshape(world.practices, teams)
    served = np.flatnonzero(common.sum(axis=1)).tolist()
    return [(("practice", p), ("health-visiting team", int(common[p].argmax()))) for p in served]


def chance_to_take_part(sharing_practice: SharingNumbers, now: Conditions) -> np.ndarray:
    """Chance that each agency takes part when called today, by Agency."""
    usual = np.clip(sharing_practice.attendance(), 0.0, 1.0)
    odds = usual / np.maximum(1 - usual, 1e-9) * np.exp(now.meeting_log_odds)
    return odds / (1 + odds)


def share_passed_on(sharing_practice: SharingNumbers, now: Conditions, load: float = 1.0) -> float:
    """Share of its signs that a partner of middling concern passes on today."""
    usual = sharing_practice.share
    if usual in (0.0, 1.0):
        return usual
    log_odds = np.log(usual / (1 - usual)) + now.sharing_log_odds - sharing_practice.silo * max(0.0, load - 1)
    return float(1 / (1 + np.exp(-log_odds)))
