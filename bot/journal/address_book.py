"""The address book of an account's customer: whoever its orders were for, or from, found by name, pinyin or phone.

It is written when an order is confirmed: whoever has been read in a summary and agreed to is worth remembering, however
the order ends. All staff share it, as they share the orders. It keeps the answers as the form has them, so that a
person is filled in as if they had been typed.
"""

import hashlib
import hmac
import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pydantic import BaseModel

from bot.conversation.answers import drop, put
from bot.conversation.contacts import PersonFields, contact_of, contacts_in, parts_in, people_of
from bot.conversation.known import Account
from bot.conversation.state import Answers
from bot.conversation.views import BookEntry, Fit, PersonView
from bot.reading.characters import simplified
from providers.cleaning import compared_phone, compared_text
from storage import contacts, identities, orders, program
from storage.database import Reader, Transaction
from storage.orders import Order

log = logging.getLogger(__name__)

LONGEST: Final = 60
"""Characters of a text that people are looked for by."""
MOST_PEOPLE: Final = 12
"""People whom a text is taken to fit: more than a question offers, as some may be in the order already."""
_ID: Final = 16
"""Hexadecimal digits: a button has to carry them."""
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ().\-]*")


def note_people(
    tx: Transaction, account: str, form: type[BaseModel], answers: Answers, reference: str, at: int
) -> None:
    """Write down the people of an order that is confirmed at a time (UTC microseconds)."""
    _note(tx, identities.current(tx, account), form, answers, reference, at)


def note_order(tx: Transaction, order: Order, form: type[BaseModel] | None) -> None:
    """Write down the people of an order from before there was an address book; None for a form that nobody knows."""
    if form is not None and order.pruned_at is None:
        nowhere = order.identity.startswith(identities.BEFORE)
        identity = identities.current(tx, order.account) if nowhere else order.identity
        _note(tx, identity, form, json.loads(order.answers), order.reference, order.confirmed_at)
    contacts.done(tx, order.reference)


def _note(tx: Transaction, identity: str, form: type[BaseModel], answers: Answers, reference: str, at: int) -> None:
    """A form that can't say who its people are stops no order."""
    try:
        found = list(contacts_in(form, answers))
    except Exception:
        log.exception("the people of order %s are not in the address book", reference)
        return
    salt = program.salt(tx) if found else ""
    for one in found:
        contacts.note(tx, _row(salt, identity, one, reference, at))


def _row(salt: str, identity: str, found: BookEntry, reference: str, at: int) -> contacts.Contact:
    name, phone = _normalised(found.name), _digits(found.phone)
    # Of a name in letters everything is known at once.
    pinyin = "" if name.isascii() else None
    answers = json.dumps(found.answers, ensure_ascii=False)
    return contacts.Contact(identity, found.place, _id(salt, found), name, phone, answers, pinyin, reference, at)


def _id(salt: str, found: BookEntry) -> str:
    told = json.dumps([_normalised(found.name), compared_phone(found.phone)], ensure_ascii=False)
    return hmac.new(salt.encode(), told.encode(), hashlib.sha256).hexdigest()[:_ID]


def _normalised(text: str) -> str:
    return simplified(compared_text(text)).replace(" ", "")


def _digits(phone: str) -> str:
    return re.sub("[^0-9]", "", compared_phone(phone))


def people_found(reader: Reader, account: Account, place: str, text: str, limit: int) -> tuple[BookEntry, ...]:
    """The people of an account in a place whom a text fits, the best first; with an empty text those used last."""
    identity = identities.current(reader, account.name)
    if not text.strip():
        rows = contacts.newest(reader, identity, place, limit)
        return tuple(filter(None, (_contact(account.form, row, Fit.OTHER) for row in rows)))
    wanted = _Wanted.of(text)
    found = {row.id: row for one in wanted.looked_for for row in contacts.find(reader, identity, place, one)}
    ranked = sorted((wanted.rank(row), -row.used_at, row.id) for row in found.values())[:limit]
    told = (_contact(account.form, found[contact_id], wanted.fit(found[contact_id])) for _, _, contact_id in ranked)
    return tuple(filter(None, told))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A text that people are looked for by: as a name or pinyin, and where it may be one, as a phone."""

    name: str
    phone: str

    @classmethod
    def of(cls, text: str) -> "_Wanted":
        cut = text.strip()[:LONGEST]
        return cls(_normalised(cut), _digits(cut) if _PHONE.fullmatch(cut) else "")

    @property
    def looked_for(self) -> tuple[str, ...]:
        return (self.phone,) if self.phone else (self.name,)

    def fit(self, row: contacts.Contact) -> Fit:
        if self.phone:
            return Fit.PHONE if self.phone == row.phone else Fit.OTHER
        if self.name == row.name:
            return Fit.NAME
        return Fit.PART if self.name in row.name else Fit.OTHER

    def rank(self, row: contacts.Contact) -> int:
        """A whole name before one that begins so, and that before any other."""
        if (self.phone or self.name) in {row.phone, row.name}:
            return 0
        return 1 if any(word.startswith(self.phone or self.name) for word in row.words) else 2


def _contact(form: type[BaseModel], row: contacts.Contact, fit: Fit) -> BookEntry | None:
    """The person of a row as the form has them now; None where it has no such place any more."""
    fields = next((one for one in people_of(form) if one.place == row.place), None)
    return None if fields is None else contact_of(fields, json.loads(row.answers), fit)


def without_forgotten(reader: Reader, account: Account, several: Iterator[Answers]) -> Iterator[Answers]:
    """Answers of earlier orders without those of people who were forgotten since."""
    forgotten = contacts.forgotten(reader, identities.current(reader, account.name))
    if not forgotten:
        yield from several
        return
    salt = program.known_salt(reader)
    for answers in several:
        yield _without(account.form, answers, lambda one: (one.place, _id(salt, one)) in forgotten)


def _without(form: type[BaseModel], answers: Answers, is_forgotten: Callable[[BookEntry], bool]) -> Answers:
    def gone(fields: PersonFields, part: Mapping[str, Any]) -> bool:
        found = contact_of(fields, part)
        return found is not None and is_forgotten(found)

    for fields in people_of(form):
        parts = parts_in(fields, answers)
        if not any(gone(fields, part) for part in parts):
            continue
        if fields.is_listed:
            answers = put(answers, fields.way, [part for part in parts if not gone(fields, part)])
        else:
            # An address of theirs that stands beside them goes along.
            flat = ((name,) for name in (*fields.fields, *fields.beside))
            for path in (fields.way,) if fields.way else flat:
                answers = drop(answers, path)
    return answers


def listed(reader: Reader, accounts: Mapping[str, Account], text: str, limit: int) -> list[PersonView]:
    """All people whom a text fits, each once, those used last first; with an empty text all of them.

    Also those of accounts that are gone from the settings: they are kept, so that they can be forgotten.
    """
    found: dict[str, PersonView] = {}
    wanted = _Wanted.of(text)
    of_identity = {identities.current(reader, account.name): account for account in accounts.values()}
    for identity in {**of_identity, **dict.fromkeys(contacts.identities(reader))}:
        account = of_identity.get(identity)
        told = [fields.place for fields in people_of(account.form)] if account else contacts.places(reader, identity)
        for place in told:
            several = wanted.looked_for if text.strip() else ()
            rows = [row for one in several for row in contacts.find(reader, identity, place, one)]
            rows += [] if text.strip() else contacts.newest(reader, identity, place, limit)
            for row in rows:
                if row.id not in found or (found[row.id].is_final, -found[row.id].used_at) > (
                    not account,
                    -row.used_at,
                ):
                    found[row.id] = _view(account, row) if account else _left_behind(reader, row)
    return sorted(found.values(), key=lambda one: (-one.used_at, one.id))[:limit]


def person(reader: Reader, accounts: Mapping[str, Account], contact_id: str) -> PersonView | None:
    """Somebody as their last order has them, if possible of an account that there is; None for one not in the book."""
    of_identity = {identities.current(reader, account.name): account for account in accounts.values()}
    rows = [row for row in contacts.by_id(reader, contact_id) if not row.forgotten]
    there = next((row for row in rows if row.identity in of_identity), None)
    if there is not None:
        return _view(of_identity[there.identity], there)
    return _left_behind(reader, rows[0]) if rows else None


def _left_behind(reader: Reader, row: contacts.Contact) -> PersonView:
    """Somebody of an account that is gone from the settings, whose form nobody knows: as they were written down."""
    answers = [one for one in json.loads(row.answers).values() if isinstance(one, str) and one]
    name = next((one for one in answers if _normalised(one) == row.name), row.name)
    phone = next((one for one in answers if row.phone and _digits(one) == row.phone), row.phone)
    order = orders.get(reader, row.reference)
    return PersonView(
        row.id,
        name,
        phone,
        "",
        tuple(one for one in answers if one not in {name, phone}),
        "" if order is None else order.account,
        used_at=row.used_at,
        times=row.times,
        is_final=True,
    )


def _view(account: Account, row: contacts.Contact) -> PersonView:
    found = _contact(account.form, row, Fit.OTHER)
    answers = {} if found is None else found.answers
    fields = next((one for one in people_of(account.form) if one.place == row.place), None)
    rest = [] if fields is None else [name for name in fields.fields if name not in {*fields.name, fields.phone}]
    return PersonView(
        row.id,
        row.name if found is None else found.name,
        "" if found is None else found.phone,
        "" if found is None else found.city,
        tuple(value for name in rest if (value := answers.get(name))),
        account.title,
        of_sender=fields is not None and fields.of_sender,
        used_at=row.used_at,
        times=row.times,
    )


def remember(tx: Transaction, accounts: Mapping[str, Account], contact_id: str) -> None:
    """Take somebody who was forgotten in again, from their last orders, as far as those are not pruned."""
    for _, row in _of_last_orders(tx, accounts, contact_id):
        contacts.restore(tx, row)


def forgotten_person(reader: Reader, accounts: Mapping[str, Account], contact_id: str) -> PersonView | None:
    """Somebody who was forgotten, as their last order still has them."""
    return next((_view(account, row) for account, row in _of_last_orders(reader, accounts, contact_id)), None)


def _of_last_orders(
    reader: Reader, accounts: Mapping[str, Account], contact_id: str
) -> Iterator[tuple[Account, contacts.Contact]]:
    """The rows that somebody who was forgotten had, made anew."""
    salt = program.known_salt(reader)
    for row in contacts.by_id(reader, contact_id):
        order = orders.get(reader, row.reference) if row.forgotten else None
        account = None if order is None else accounts.get(order.account)
        if order is None or account is None:
            continue
        for found in contacts_in(account.form, json.loads(order.answers)):
            if found.place == row.place and _id(salt, found) == row.id:
                made = _row(salt, row.identity, found, row.reference, row.used_at)
                yield account, replace(made, times=row.times)
