"""What a run has come to, as figures for a table."""

from collections import Counter
from dataclasses import dataclass, field

from tests.chaos.audit import Audit
from tests.chaos.books import Books
from tests.chaos.drafts import token_of


@dataclass
class Tally:
    """`lives` are starts of the bot, `faults` are counted where they hit, by kind."""

    runs: int = 0
    lives: int = 0
    kills: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    confirmed: int = 0
    at_suppliers: int = 0
    doubled: int = 0
    lost: int = 0
    untold: int = 0
    untrue: int = 0

    def count(self, books: Books, audit: Audit) -> None:
        """Add one run. Of what is wrong, each thing counts once."""
        self.runs += 1
        self.confirmed += len(books.journal.orders())
        for supplier in books.suppliers.values():
            # Without what somebody else has ordered there.
            self.at_suppliers += sum(bool(token_of(taken.body)) for taken in supplier.ledger)
            for one in supplier.received:
                if one.outcome != "placed":
                    kind, _, which = one.outcome.partition(" ")
                    self.faults[which if kind == "fault" else kind] += 1
        self.doubled += len(set(audit.doubled))
        self.lost += len(set(audit.lost))
        self.untold += len(set(audit.untold))
        self.untrue += len(set(audit.untrue))

    @property
    def is_clean(self) -> bool:
        return not (self.doubled or self.lost or self.untold or self.untrue)

    def table(self) -> str:
        """For people; the last four have to be 0."""
        faults = [(f"  {kind.replace('_', ' ')}", count) for kind, count in sorted(self.faults.items())]
        rows = [
            ("runs", self.runs),
            ("kills", self.kills),
            ("faults", sum(self.faults.values())),
            *faults,
            ("orders confirmed", self.confirmed),
            ("at the supplier", self.at_suppliers),
            ("doubled", self.doubled),
            ("lost", self.lost),
            ("people not told", self.untold),
            ("told what isn't so", self.untrue),
        ]
        return "".join(f"{name:<26}{count:>7,}\n" for name, count in rows)
