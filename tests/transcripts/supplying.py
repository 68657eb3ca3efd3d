"""What the `supplier` lines of a dialogue mean, for whoever plays it: what is asked, and how the simulator answers.

    takes the order             also: and drops the line; and answers with garbage; and answers without a number
    refuses the order (CODE)    with a documented code of its own
    cannot be reached           nothing was sent; a further try is a further line
    drops the line              having taken nothing; "and goes on" if it takes the order later
    answers with an error of its own
    has the product             also: does not have the product; does not show its products
    shows its catalogue         every supplier that has one is asked for it now
    is asked for the order      a look-up of the order whose outcome is unknown
    is asked about the number   that a person has sent
    is asked for the status     of an order that somebody wants to know, or for a number that isn't in the journal
    is watched                  about how far every order is that is due
    is asked for its products   again, just before an order is sent, which is stopped
    is asked for the earlier order    like one that is about to be sent, which is stopped
    is not asked any more       no order is due to be asked about, by itself

Those that are asked may end in ", and cannot be read", a look-up also in ", and has taken it late"; an order that was
held to be not placed is looked for like one of unknown outcome.

Without being asked, in their own money (PRODUCT is its title), as shops.py does it:

    raises the price of PRODUCT (14)            also: lowers the price
    raises the minimum of PRODUCT (200)         also: lowers the maximum
    stops selling PRODUCT
    runs out of PRODUCT                         or has only some left (3)
    ships the parcel for PERSON                 of Damaijia's newest order for them
    gives its parcels tracking numbers          Damaijia, from then on
    takes an order that was made elsewhere      an AnqiCMS shop, of somebody without the bot
    calls its next order #202603011200000046    citiesocial
"""

from enum import StrEnum

from providers.simulators.base import Fault, Simulator
from tests.transcripts.script import Supplier
from tests.transcripts.shops import acts_alone

FAULTS = {
    "refuses the order": Fault.REFUSE,
    "takes the order and drops the line": Fault.DROP_AFTER,
    "takes the order and answers with garbage": Fault.GARBAGE,
    "takes the order and answers without a number": Fault.NO_NUMBER,
    "drops the line": Fault.DROP_BEFORE,
    "drops the line and goes on": Fault.LATE,
    "answers with an error of its own": Fault.ERROR_BEFORE,
}
PRODUCT_LINES = {"has the product", "does not have the product", "does not show its products"}
CATALOGUE_LINE = "shows its catalogue"
ASKED_FOR_IT, ASKED_FOR_NUMBER = "is asked for the order", "is asked about the number"
ASKED_FOR_STATUS, WATCHED = "is asked for the status", "is watched"
ASKED_FOR_PRODUCTS, LEFT_ALONE = "is asked for its products", "is not asked any more"
ASKED_FOR_EARLIER = "is asked for the earlier order"
NOT_READ, LATE = ", and cannot be read", ", and has taken it late"


class Ask(StrEnum):
    """What a supplier is asked."""

    CREATE = "create"  # to take an order
    PRODUCT = "product"  # for a product of its catalogue
    ORDER = "order"  # whether it has an order whose answer was lost
    NUMBER = "number"  # for the order with a number
    CATALOGUE = "catalogue"  # for all that it sells
    STATUS = "status"  # how far an order is, because somebody wants to know
    WATCH = "watch"  # the same without anybody asking
    COMPARE = "compare"  # for the products of an order that is about to be sent, or for an earlier one like it
    NONE = "none"  # nothing, by the watcher
    ALONE = "alone"  # nothing: it acts by itself


def ask_of(step: Supplier) -> Ask:
    """The kind of request that a line answers."""
    if step.does in PRODUCT_LINES:
        return Ask.PRODUCT
    if step.does == CATALOGUE_LINE:
        return Ask.CATALOGUE
    if acts_alone(step):
        return Ask.ALONE
    asks = {
        ASKED_FOR_IT: Ask.ORDER,
        ASKED_FOR_NUMBER: Ask.NUMBER,
        ASKED_FOR_STATUS: Ask.STATUS,
        WATCHED: Ask.WATCH,
        ASKED_FOR_PRODUCTS: Ask.COMPARE,
        ASKED_FOR_EARLIER: Ask.COMPARE,
        LEFT_ALONE: Ask.NONE,
    }
    return next((ask for begins, ask in asks.items() if step.does.startswith(begins)), Ask.CREATE)


def prepare_reading(simulator: Simulator, step: Supplier) -> None:
    """What a look-up will find there."""
    if step.does.endswith(NOT_READ):
        simulator.fail_reads(Fault.ERROR_BEFORE)
    elif step.does.endswith(LATE):
        simulator.take_late()
    else:
        known = {ASKED_FOR_IT, ASKED_FOR_NUMBER, ASKED_FOR_STATUS, WATCHED, ASKED_FOR_PRODUCTS}
        assert step.does in known, f"nothing that a supplier does: {step.does}"
