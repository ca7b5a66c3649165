"""The front door: contacts are screened in order of urgency as far as minutes go; some become referrals, and a referral is decided on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simsafe.agencies.records import Records
from simsafe.ground.chance import Chance
from simsafe.ground.fitted import fitted
from simsafe.ground.parameter import Checked, param
from simsafe.ground.queueing import within_budget
from simsafe.ground.table import Table, among, positions
from simsafe.system.asking import Asking, AskingPractice
from simsafe.system.cases import Cases
from simsafe.system.events import Decision, Event, EventLog, Screening
from simsafe.system.sharing import Call, Sharing, logistic
from simsafe.world.contact import AGENCIES, Agency, Strength
from simsafe.world.staff import Staff

HIGHEST_LOAD = 2.0  # a backlog beyond a second day's work is felt no more than this: assumed


@dataclass(frozen=True)
class FrontDoorPractice(Checked):
    """How the front door decides, and what it costs."""

    screen: float = param(
        fitted("screen"),
        unit="nats at which half of contacts become referrals",
        source="fitted to the referral rate",
        low=-1,
        high=6,
        grade="fitted",
    )
    assess: float = param(
        fitted("assess"),
        unit="nats at which half of referrals go to assessment",
        source="fitted to no further action, 7.9 %",
        low=-3,
        high=5,
        grade="fitted",
    )
    spread: float = param(0.485, unit="nats, logistic scale", source="TH02", low=0.05, high=1.5, grade="B")
    drift: float = param(0.8, unit="nats per unit of load above 1", source="TH03", low=0, high=2)
    contact_minutes: int = param(20, unit="minutes a contact", source="assumed", low=5, high=90)
    referral_minutes: int = param(45, unit="minutes a referral", source="assumed", low=15, high=240)
    load_memory: float = param(0.9, unit="share of the load felt yesterday that is felt today", source="assumed", low=0, high=0.99)


class FrontDoor:
    """One team with one queue of contacts and one of referrals. Reads social care's own record only."""

    def __init__(
        self,
        records: Records,
        cases: Cases,
        sharing: Sharing,
        staff: Staff,
        log: EventLog,
        ids: np.ndarray,
        chance: Chance,
        how: FrontDoorPractice,
        asking: Asking | None = None,
    ) -> None:
        """Without ``asking`` decisions spread as in ordinary times."""
        self.records, self.cases, self.sharing, self.staff, self.log = records, cases, sharing, staff, log
        self.ids, self.chance, self.how, self.asking = ids, chance, how, asking or Asking(AskingPractice())
        self.contacts = Table({"child": "i4", "agency": "i1", "day": "i2", "key": "u8", "strong": "i1"})
        self.referrals = Table({"child": "i4", "agency": "i1", "day": "i2", "key": "u8"})
        self.load = 1.0  # minutes wanted over minutes in hand, smoothed

    def receive(self, agency: np.ndarray, child: np.ndarray, sign_rows: np.ndarray, day: int) -> None:
        """Contacts join the queue, each keyed by the sign that caused it."""
        if not child.size:
            return
        signs = self.records.signs
        strong = signs["strength"][sign_rows] == Strength.STRONG
        key = signs["key"][sign_rows]
        again = (agency != signs["agency"][sign_rows]) & (
            agency != Agency.HELPLINES
        )  # told by an agency that heard it: a contact of its own
        if again.any():
            key[again] = self.chance.keys_each(key[again], "contact by another", agency[again], AGENCIES)
        self.contacts.add(child.size, child=child, agency=agency, day=day, key=key, strong=strong)
        self.log.add(day, Event.CONTACT, self.ids[child], agency)

    def hear_of(self, agency: Agency, child: np.ndarray, key: np.ndarray, day: int) -> None:
        """Contacts about children that no single sign has caused."""
        if child.size:
            self.contacts.add(child.size, child=child, agency=int(agency), day=day, key=key, strong=0)
            self.log.add(day, Event.CONTACT, self.ids[child], int(agency))

    def work(self, here: np.ndarray, day: int, coupled: bool) -> np.ndarray:
        """Decide on referrals, then screen contacts, within the team's minutes; returns rows of cases opened for assessment.

        ``here`` is bool, one a child: nothing is opened for young people who turned 18 while they waited.
        """
        minutes = int(self.staff.minutes.sum())
        wanted = len(self.contacts) * self.how.contact_minutes + len(self.referrals) * self.how.referral_minutes
        felt = min(wanted / max(minutes, 1), HIGHEST_LOAD) if coupled else 0.0
        self.load = self.how.load_memory * self.load + (1 - self.how.load_memory) * felt
        opened, spent = self._decide(minutes, here, day)
        spent += self._screen(minutes - spent, here, day, coupled)
        self._book(spent)
        return opened

    @property
    def spread(self) -> float:
        """How far decisions spread around their marks today, nats."""
        return self.how.spread * float(self.asking.spread[Agency.SOCIAL_CARE])

    def _book(self, spent: int) -> None:
        """Spread the minutes used over the team's members, each up to what it had."""
        before = np.cumsum(self.staff.minutes) - self.staff.minutes
        self.staff.used = np.clip(spent - before, 0, self.staff.minutes)

    def _decide(self, minutes: int, here: np.ndarray, day: int) -> tuple[np.ndarray, int]:
        """Referrals made before today are decided on: no further action, or assessment."""
        table = self.referrals
        if not len(table):
            return np.empty(0, dtype=np.int64), 0
        waiting = positions(table["day"] < day)
        cost = np.full(waiting.size, self.how.referral_minutes)
        served = within_budget(
            np.zeros(waiting.size, dtype=np.int64), cost, np.array([minutes]), (table["day"][waiting], table["key"][waiting])
        )
        rows = waiting[served]
        child, agency, key, referred = (table[n][rows].copy() for n in ("child", "agency", "key", "day"))
        worry = np.maximum(self.records.worry_of(Agency.SOCIAL_CARE, child, day), self.records.need_of(child, day))
        goes_on = self.chance.ask(key, "assessment or not") < logistic((worry - self.how.assess) / self.spread)
        goes_on = (goes_on | self.cases.is_open(child)) & here[child]
        decision = np.where(goes_on, Decision.ASSESSMENT, Decision.NO_FURTHER_ACTION)
        self.log.add(day, Event.DECISION, self.ids[child], agency, decision)
        kept = np.ones(len(table), dtype=bool)
        kept[rows] = False
        table.keep(kept)
        fresh = goes_on & ~self.cases.is_open(child)
        opened = self.cases.open(child[fresh], self.chance.keys(key[fresh], "case"), day, source=agency[fresh], referred=referred[fresh])
        return opened, int(cost[served].sum())

    def open_at_once(self, child: np.ndarray, agency: np.ndarray, key: np.ndarray, day: int) -> np.ndarray:
        """Children taken by police who have no open case: referred and decided on at once, out of hours if need be.

        A referral that waited is decided on with it. The minutes are those of the emergency duty team. Returns the rows of the cases.
        """
        if not child.size:
            return np.empty(0, dtype=np.int64)
        table = self.referrals
        waited, new = among(child, table["child"]), among(table["child"], child)
        self.log.add(day, Event.REFERRAL, self.ids[child[~waited]], agency[~waited])
        self.log.add(day, Event.DECISION, self.ids[child], agency, int(Decision.ASSESSMENT))
        table.keep(~new)
        return self.cases.open(child, self.chance.keys(key, "case"), day, source=agency)

    def _screen(self, minutes: int, here: np.ndarray, day: int, coupled: bool) -> int:
        """Contacts, urgent ones first: a referral is for a child who is not already in need."""
        table = self.contacts
        if not len(table):
            return 0
        cost = np.full(len(table), self.how.contact_minutes)
        team = np.zeros(len(table), dtype=np.int64)
        served = within_budget(team, cost, np.array([max(minutes, 0)]), (-table["strong"].astype(np.int64), table["day"], table["key"]))
        rows = positions(served)
        if not rows.size:
            return 0
        rows = rows[np.argsort(table["key"][rows], kind="stable")]
        child, agency, key = (table[n][rows].copy() for n in ("child", "agency", "key"))
        already = self.cases.is_open(child) | among(child, self.referrals["child"])
        _, first = np.unique(child, return_index=True)  # several contacts about one child: one referral
        repeated = np.ones(child.size, dtype=bool)
        repeated[first] = False
        worry = np.maximum(self.records.worry_of(Agency.SOCIAL_CARE, child, day), self.records.need_of(child, day))
        bar = self.how.screen + self.how.drift * max(0.0, self.load - 1) * coupled
        accepted = self.chance.ask(key, "contact becomes referral") < logistic((worry - bar) / self.spread)
        accepted &= ~already & ~repeated & here[child]
        outcome = np.where(accepted, Screening.REFERRAL, np.where(already | repeated, Screening.ALREADY_OPEN, Screening.NOT_A_REFERRAL))
        self.log.add(day, Event.SCREENED, self.ids[child], agency, outcome)
        self.log.add(day, Event.REFERRAL, self.ids[child[accepted]], agency[accepted])
        self.referrals.add(int(accepted.sum()), child=child[accepted], agency=agency[accepted], day=day, key=key[accepted])
        self.sharing.call(child[accepted], Call.REFERRAL)
        kept = np.ones(len(table), dtype=bool)
        kept[rows] = False
        table.keep(kept)
        return int(cost[rows].sum())

    def state(self) -> dict[str, np.ndarray]:
        """For saving."""
        kept = {f"contacts.{n}": c for n, c in self.contacts.state().items()}
        kept |= {f"referrals.{n}": c for n, c in self.referrals.state().items()}
        return kept | {"load": np.array([self.load])}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Put the queues back."""
        self.contacts.restore({n[9:]: c for n, c in state.items() if n.startswith("contacts.")})
        self.referrals.restore({n[10:]: c for n, c in state.items() if n.startswith("referrals.")})
        self.load = float(state["load"][0])
