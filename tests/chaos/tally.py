"""What a run has come to, as figures for a table."""

from collections import Counter
from dataclasses import dataclass, field

from tests.chaos.audit import PROMISES, Audit
from tests.chaos.books import Books


@dataclass
class Tally:
    """`lives` are starts of the bot, `faults` are counted where they hit, by kind."""

    runs: int = 0
    lives: int = 0
    kills: int = 0
    restarts: int = 0
    """Of the database's server."""
    updates: Counter[str] = field(default_factory=Counter)
    """Where several bots share them: all, and how many of them came in which unusual way."""
    longest: float = 0
    """Seconds until the bots had taken an update, at most."""
    faults: Counter[str] = field(default_factory=Counter)
    confirmed: int = 0
    in_lists: int = 0
    """Of these, orders that were confirmed with others at once."""
    at_suppliers: int = 0
    doubled: int = 0
    lost: int = 0
    untold: int = 0
    untrue: int = 0
    outsiders: int = 0
    disordered: int = 0
    wrong: list[str] = field(default_factory=list)
    """What the last six figures count, in words: Hypothesis is silent about a house that it had given up by then."""

    def count(self, books: Books, audit: Audit) -> None:
        """Add one run. Of what is wrong, each thing counts once."""
        self.runs += 1
        orders = books.journal.orders()
        self.confirmed += len(orders)
        self.in_lists += sum(order.batch is not None for order in orders)
        for supplier in books.places():
            self.at_suppliers += len(books.ours(supplier))
            for one in supplier.received:
                if one.outcome != "placed":
                    kind, _, which = one.outcome.partition(" ")
                    self.faults[which if kind == "fault" else kind] += 1
        self.wrong += audit.wrong
        for promise in PROMISES:
            setattr(self, promise, getattr(self, promise) + len(set(getattr(audit, promise))))

    @property
    def is_clean(self) -> bool:
        return not any(getattr(self, promise) for promise in PROMISES)

    def table(self) -> str:
        """For people; the last six have to be 0."""
        faults = [(f"  {kind.replace('_', ' ')}", count) for kind, count in sorted(self.faults.items())]
        unusual = [(f"  {how}", count) for how, count in sorted(self.updates.items()) if how != "all"]
        shared = [
            ("server restarted", self.restarts),
            ("updates", self.updates["all"]),
            *unusual,
            ("  taken within ms", int(self.longest * 1000)),
        ]
        rows = [
            ("runs", self.runs),
            ("kills", self.kills),
            *(shared if self.updates else []),
            ("faults", sum(self.faults.values())),
            *faults,
            ("orders confirmed", self.confirmed),
            ("  of them in lists", self.in_lists),
            ("at the supplier", self.at_suppliers),
            ("doubled", self.doubled),
            ("lost", self.lost),
            ("people not told", self.untold),
            ("told what isn't so", self.untrue),
            ("told to outsiders", self.outsiders),
            ("told out of order", self.disordered),
        ]
        return "".join(f"{name:<26}{count:>7,}\n" for name, count in rows)
