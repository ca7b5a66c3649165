"""An area drawn as graphs: which families belong to which services, and which services tell social care what they know.

Both are made from a :class:`World` when asked for. The model itself reads the columns of the world and the numbers of sharing, ties and
meetings, not these graphs; the weights here are worked out from the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from simsafe.world.conditions import ORDINARY, Conditions
from simsafe.world.contact import AGENCIES, Agency
from simsafe.world.meetings import MEETS, Format, MeetingFormats, format_shares
from simsafe.world.population import Schooling, World
from simsafe.world.staff import Workforce
from simsafe.world.ties import NETWORK, Tie, TieNumbers

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
    world: World,
    sharing_practice: SharingNumbers,
    now: Conditions = ORDINARY,
    load: float = 1.0,
    team_size: int = Workforce().team_size,
    ties: TieNumbers | None = None,
    meetings: MeetingFormats | None = None,
    doubt: np.ndarray | None = None,
) -> nx.DiGraph:
    """Services and teams, and the ties along which what one knows reaches another.

    Parameters
    ----------
    sharing_practice, ties, meetings : the model's parameters (``scenario.parameters.sharing``, ``.ties``, ``.meetings``)
    now : the dials of the day, ordinary times when left out; a crisis or a plan is drawn by giving its conditions
    load : minutes wanted over minutes in hand at the front door; above 1 partners share less
    team_size : health visitors a team
    doubt : log-odds of sharing lost to doubts about consent, by Agency (``scenario.parameters.doubts.by_agency()``); none when left out

    Ties have a ``kind``, the label of a :class:`~simsafe.world.ties.Tie`: the duty to share with the front door (an enquiry about a new
    referral, eased by a colleague in the room) and with social work (a strategy discussion or conference, in whatever format, when
    partners step back a little); those of ``ties.NETWORK`` between services (a practice meets the health-visiting team that serves most of
    its families, and no other); and co-location of front door and social work, one agency with one record.

    ``weight`` is ``takes_part`` (chance to answer the call, or to be reached) times ``passes_on`` (share of its signs given at middling
    concern). Nodes have ``kind``, ``agency`` and ``size``: families of a service, posts of a team, and for services that are not divided
    all families.
    """
    import networkx as nx

    graph, how, held = nx.DiGraph(), ties or TieNumbers(), meetings or MeetingFormats()
    for node, agency, size in services(world, team_size):
        graph.add_node(node, kind=node[0], agency=agency.name.lower(), size=size)
    doubts = (np.zeros(AGENCIES) if doubt is None else doubt) * now.consent_doubt_share
    part, reach = chance_to_take_part(sharing_practice, now, held), held.reach(now, 1.0)
    called = share_passed_on(sharing_practice, now, load) * sharing_practice.step_back
    enquiry = enquiry_answered(sharing_practice, now, held, load, doubts)
    of = {agency: [n for n, about in graph.nodes(data="agency") if about == agency.name.lower()] for agency in Agency}
    for agency in (a for a in Agency if a is not Agency.SOCIAL_CARE):
        for node in of[agency]:
            add_tie(graph, node, FRONT_DOOR, Tie.DUTY, float(enquiry[0][agency]), float(enquiry[1][agency]))
            add_tie(graph, node, SOCIAL_WORK, Tie.DUTY, float(part[agency]), called)
    number, flat = how.shares()
    linked = set(named_links(world, team_size))
    for (giver, taker), tie in NETWORK.items():
        told = number[tie] * (1.0 if flat[tie] else share_passed_on(sharing_practice, now, 1.0, float(doubts[giver])))
        reached = float(min(reach[giver], reach[taker]))
        for one in of[giver]:
            for other in of[taker]:
                apart = {one[0], other[0]} == {"practice", "health-visiting team"} and not {(one, other), (other, one)} & linked
                if not apart:
                    add_tie(graph, one, other, tie, reached, float(told))
    for one, other in ((FRONT_DOOR, SOCIAL_WORK), (SOCIAL_WORK, FRONT_DOOR)):
        add_tie(graph, one, other, Tie.CO_LOCATION, 1.0, 1.0)
    return graph


def add_tie(graph: nx.DiGraph, giver: Node, taker: Node, kind: Tie, takes_part: float, passes_on: float) -> None:
    """Add one tie with all that is said of it."""
    about: dict[str, Any] = {"kind": kind.label, "takes_part": takes_part, "passes_on": passes_on}
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


def chance_to_take_part(sharing_practice: SharingNumbers, now: Conditions, meetings: MeetingFormats | None = None) -> np.ndarray:
    """Chance that each agency takes part in a discussion or conference held today, mean over formats, by Agency."""
    held = meetings or MeetingFormats()
    by_format = [in_format(sharing_practice, now, extra) for extra in held.by_format()]
    online, hybrid = format_shares(now)
    telephone = (1 - online - hybrid) * held.telephone_share / 2  # of conferences none, of strategy discussions a share
    shares = {Format.ONLINE: online, Format.HYBRID: hybrid, Format.TELEPHONE: telephone, Format.IN_PERSON: 1 - online - hybrid - telephone}
    mean = sum((share * by_format[form] for form, share in shares.items()), np.zeros(AGENCIES))
    return mean * held.reach(now, 1.0)


def in_format(sharing_practice: SharingNumbers, now: Conditions, extra: np.ndarray | float = 0.0) -> np.ndarray:
    """Chance that each agency answers or comes, if it can be reached, with log-odds for the format, by Agency."""
    usual = np.clip(sharing_practice.attendance(), 0.0, 1.0)
    odds = usual / np.maximum(1 - usual, 1e-9) * np.exp(now.meeting_log_odds + extra)
    odds[Agency.GENERAL_PRACTICE] *= np.exp(now.gp_meeting_log_odds)
    return odds / (1 + odds)


def enquiry_answered(
    sharing_practice: SharingNumbers, now: Conditions, meetings: MeetingFormats, load: float, doubts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Chance that each agency answers the front door, and share of its signs it then gives: means over rooms shared and not."""
    reach, sits = meetings.reach(now, 1.0), np.where(MEETS, now.colocation_share, 0.0)
    apart, inside = (in_format(sharing_practice, now, extra) * reach for extra in (0.0, meetings.colocated))
    gives = np.array(
        [[share_passed_on(sharing_practice, now, load, float(d) - extra) for d in doubts] for extra in (0.0, meetings.colocated)]
    )
    answers = (1 - sits) * apart + sits * inside
    told = (1 - sits) * apart * gives[0] + sits * inside * gives[1]
    return answers, np.divide(told, answers, out=np.zeros(AGENCIES), where=answers > 0)


def share_passed_on(sharing_practice: SharingNumbers, now: Conditions, load: float = 1.0, less: float = 0.0) -> float:
    """Share of its signs that a partner of middling concern passes on today; ``less`` are log-odds it loses."""
    usual = sharing_practice.share
    if usual in (0.0, 1.0):
        return usual
    log_odds = np.log(usual / (1 - usual)) + now.sharing_log_odds - sharing_practice.silo * max(0.0, load - 1) - less
    return float(1 / (1 + np.exp(-log_odds)))
