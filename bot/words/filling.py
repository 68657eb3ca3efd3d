"""Words for filling in a form: questions, lists, menus, the summary."""

import re
from dataclasses import replace

from bot.buttons import data, order_buttons
from bot.buttons.draft_buttons import LONGEST, tap
from bot.conversation import events, replies
from bot.conversation.questions import Problem, Question
from bot.conversation.state import Duplicate
from bot.words import products
from bot.words.amounts import answered
from bot.words.catalogue import Catalogue
from bot.words.keys import Keys
from bot.words.message import (
    Button,
    Message,
    Style,
    bold,
    code,
    escaped,
    fitting,
    narrowed,
    packed,
    readable,
    rows_of,
    shortened,
    split,
)
from bot.words.problems import doubt, reason

_ACCOUNT = 60
"""Characters of an account on a button: as long as a title may be, since two may differ in their last letter only."""
_PRODUCT = 42
"""How wide a product's button is, which has a row of its own."""
_SHORTEST = 8
_PRESENT = 1000
"""Characters of an answer that stands at its question: it leaves room for all else that a question may say."""
_NUMBER = 24
"""Characters of an order's number on a button."""
_SENT = 200
"""Characters of an answer that is repeated."""
_READING = 38
"""Characters of a reading on its button."""
_CHANGED = "✎"
"""Stands before what is not as in the order that is repeated."""
_WHOLE = 10**6
"""More characters than any value has: it is only put on one line."""


def accounts_offered(words: Catalogue, reply: replies.AccountsOffered) -> Message:
    found = [
        Button(
            shortened(readable(title), _ACCOUNT).strip() or name,
            data.order_with(name) if reply.command == "order" else data.command(reply.command, name),
        )
        for name, title in reply.accounts
    ]
    key = "accounts.likely" if reply.likely else "accounts.unknown"
    lines = [escaped(words.say(key, name=shortened(reply.unknown, 60)))] if reply.unknown else []
    ask = words.say("accounts.ask" if reply.command == "order" else f"accounts.ask_{reply.command}")
    return Message("\n".join([*lines, bold(ask)]), rows_of(found, 2))


def asked(words: Catalogue, reply: replies.Asked, keys: Keys) -> Message:
    question = reply.question
    lines = [" · ".join([bold(words.text(question.title)), *_place(words, question.title, reply.progress)])]
    if reply.problem is not None:
        # Pydantic's own list of what is expected has answers in it that only a button gives.
        expected = words.listed(*map(words.chosen, question.choices))
        problem = replace(reply.problem, params={**reply.problem.params, "expected": expected})
        lines.append(_verdict(words, reply, problem))
        quoted = code(shortened(reply.sent.replace("\t", " ⇥ "), _SENT))
        sent = words.labelled(escaped(words.say("question.sent")), quoted)
        lines += [sent] if reply.sent else []
        # What a button cuts is read here; the rest would be there twice.
        lines += [code(reading) for reading in reply.readings or () if _button_of(reading) not in reading]
    is_found = bool(reply.sought and reply.earlier)
    if is_found:
        lines.append(escaped(words.say("question.people", text=shortened(reply.sought, _SENT))))
    if reply.read is not None:
        gaps = {"title": words.text(reply.read.title), "value": shortened(reply.read.value, _SENT)}
        lines.append(escaped(words.say("question.read", **gaps)))
    browsed = products.found_line(words, reply.offer) if reply.offer is not None else ""
    lines += [browsed] if browsed else []
    if reply.note:
        lines.append(escaped(words.say(f"note.{reply.note}", at=words.spoken(reply.note_at))))
    if reply.about is not None:
        lines.append(products.about_line(words, reply.about))
    if question.suggests is not None:
        lines.append(products.suggested_line(words, question.suggests, reply.unit, reply.quoted_by))
    lines += [] if browsed or is_found else _explained(words, reply)
    if reply.present is not None:
        lines.append(_present(words, reply.question, reply.present))
    if reply.offer is not None:
        missed = reply.problem is not None and reply.problem.code == "nothing_found"
        lines += products.offer_lines(words, reply.offer, nothing_found=missed)
    return Message("\n".join(lines), (*_answers(words, reply, keys), keys.leave()))


def _verdict(words: Catalogue, reply: replies.Asked, problem: Problem) -> str:
    """The line that says what is wrong with an answer, or what may be."""
    if reply.readings is None:
        return escaped(words.say("question.not_accepted", reason=reason(words, problem)))
    return bold(words.say("question.doubted", reason=doubt(words, problem)))


def _place(words: Catalogue, title: str, progress: replies.Progress) -> list[str]:
    """The item of a list that is asked for, and a dot for each step of the form, filled up to this one."""
    told = []
    if progress.item:
        told.append(_item(words, title, progress))
    if progress.steps > 1:
        told.append("●" * progress.step + "○" * (progress.steps - progress.step))
    return told


def _item(words: Catalogue, title: str, progress: replies.Progress) -> str:
    """The number of an item, with a word for it unless that is the question's own title."""
    sentence = words.find(f"item.{progress.of}")
    if sentence is None:
        return escaped(f"{words.text(progress.of)} {progress.item}")
    same = sentence.replace("{n}", "").strip().casefold() == words.text(title).casefold()
    return str(progress.item) if same else escaped(sentence.format(n=progress.item))


def _explained(words: Catalogue, reply: replies.Asked) -> list[str]:
    """The question and an example. Where products can be searched, that is the question."""
    question = reply.question
    if reply.offer is not None and reply.problem is None:
        return []
    lines = [escaped(words.text(question.description))] if question.description and reply.offer is None else []
    answered = reply.present is not None and reply.problem is None
    if question.example and not question.choices and question.suggests is None and not answered:
        lines.append(words.labelled(escaped(words.say("question.example")), code(words.text(question.example))))
    return lines


def _present(words: Catalogue, question: Question, present: replies.Line) -> str:
    """The answer that stands, to be copied and changed."""
    is_choice = present.value in question.choices
    told = words.choice(present.value) if is_choice else products.value_of(words, present, _WHOLE)
    value = f"{code(told[:_PRESENT])}{'…' * (len(told) > _PRESENT)}"
    value = words.bracketed(value, escaped(shortened(present.extra, 200)))
    return words.labelled(escaped(words.say("question.present")), value)


def _answers(words: Catalogue, reply: replies.Asked, keys: Keys) -> list[tuple[Button, ...]]:
    """The buttons that answer a question."""
    question = reply.question
    choices = [
        keys.numbered(events.Chose, i, words.choice(c), (c, words.find(f"choice.{c}") or c))
        for i, c in enumerate(question.choices)
    ]
    if question.suggests is not None:
        suggested = answered(words, question.suggests, reply.unit)
        choices.append(keys.numbered(events.Chose, len(choices), suggested))
    rows = [*rows_of(choices, 3)]
    for reading in reply.readings or ():
        rows.append((keys.numbered(events.Chose, len(choices), _button_of(reading)),))
        choices.append(rows[-1][0])
    if reply.offer is not None:
        rows += offer_rows(words, reply.offer, keys)
    rows += _earlier(words, reply, keys)
    if reply.sought:
        text = words.say("button.use_text", text=shortened(reply.sought, _NUMBER))
        rows.append((Button(text, tap(events.UsedAnyway(keys.draft, keys.revision))),))
    if reply.insist:
        rows.append((keys.plain(events.UsedAnyway, "button.use_anyway"),))
    if reply.noticed is not None:
        number = shortened(reply.noticed.number or reply.noticed.reference, _NUMBER)
        rows.append((Button(words.say("button.look_up", number=number), order_buttons.show(reply.noticed.reference)),))
    last = [keys.plain(events.Kept, "button.keep")] if reply.present is not None else []
    if question.skips is not None:
        last.append(keys.plain(events.Skipped, "button.skip"))
    return [*rows, tuple(last)] if last else rows


def _earlier(words: Catalogue, reply: replies.Asked, keys: Keys) -> list[tuple[Button, ...]]:
    """Answers of earlier orders: short ones beside each other."""
    found: list[Button] = []
    for key, label in reply.earlier:
        shown = readable(label)
        same = words.say("button.same_sender") if reply.same_sender and not found else ""
        shown = f"{same} · {shown.partition(' · ')[0]}" if same else shown
        data = tap(events.EarlierPicked(keys.draft, keys.revision, key))
        found.append(Button(narrowed(shown, _PRODUCT).strip() or "…", data, typed=(same,) if same else ()))
    is_short = not reply.same_sender and all(len(label) <= _SHORTEST for _, label in reply.earlier)
    return [*rows_of(found, 3 if is_short else 1)]


def _button_of(reading: str) -> str:
    """A reading on a button: of a link its two ends, which tell it from another."""
    text = re.sub("(?i)^https?://(?:www[.])?", "", reading)
    return text if len(text) <= _READING else f"{text[: _READING // 2]}…{text[1 - _READING // 2 :]}"


def offer_rows(words: Catalogue, offer: replies.Offer, keys: Keys) -> list[tuple[Button, ...]]:
    """Products or categories, the way through their pages, and the way to the categories."""
    offered = [_pick(words, one, keys) for one in offer.products]
    rows: list[tuple[Button, ...]] = [(button,) for button in offered if button is not None]
    for one in offer.categories:
        text = f"{narrowed(readable(one.title), _PRODUCT - 6)} · {one.count}"
        rows.append((Button(text, tap(events.CategoryPicked(keys.draft, keys.revision, one.key))),))
    turn = []
    if offer.page > 0:
        turn.append(keys.numbered(events.Paged, offer.page - 1, words.say("button.page_before")))
    if offer.page + 1 < offer.pages:
        turn.append(keys.numbered(events.Paged, offer.page + 1, words.say("button.page_after")))
    if turn:
        rows.append(tuple(turn))
    last = []
    if offer.browsable:
        last.append(keys.plain(events.CategoriesAsked, "button.categories" if offer.grouped else "button.all_products"))
    if not offer.searching:
        last.append(keys.plain(events.SearchAsked, "button.search"))
    return [*rows, tuple(last)] if last else rows


def _pick(words: Catalogue, one: replies.Offered, keys: Keys) -> Button | None:
    """None for an id that no button can carry: it can be typed."""
    data = tap(events.Picked(keys.draft, keys.revision, one.id))
    if len(data.encode()) > LONGEST:
        return None
    price = f" · {products.tag(words, one.price)}" if one.price is not None else ""
    # On a phone, a longer one would lose its end, which is the price.
    title = narrowed(readable(one.title), max(_PRODUCT - len(price), _SHORTEST)).strip() or one.id
    return Button(title + price, data, typed=(one.title,))


def closed(words: Catalogue, reply: replies.Closed) -> Message:
    if reply.menu:
        picked = bold(words.text(reply.answer)) if reply.answer else escaped(words.say("menu.none"))
        return Message(words.sentences(escaped(words.say(f"menu.{reply.menu}")), picked))
    answer = products.value_of(words, replies.Line("", reply.answer, "", reply.amount, reply.is_choice), _WHOLE)
    told = bold(shortened(answer, 400)) if answer else escaped(words.say("question.skipped"))
    return Message(words.labelled(escaped(words.text(reply.title)), told))


def checking_shown(words: Catalogue, reply: replies.CheckingShown, keys: Keys) -> Message:
    text = words.say("checking.text", title=words.text(reply.title).lower(), account=reply.account)
    return Message(f"{escaped(text)}\n{code(shortened(reply.value, 200))}", (keys.leave(),))


def listed(words: Catalogue, reply: replies.Listed, keys: Keys) -> Message:
    def write(limit: int) -> str:
        first = f"{bold(words.text(reply.title))} · {reply.count}"
        full = [] if reply.can_add else [escaped(words.say("list.full", n=reply.count))]
        return "\n".join([first, *products.block_lines(words, reply.block, limit), *full])

    add = [keys.plain(events.AddedAnother, "button.add_another")] if reply.can_add else []
    rows = (
        (*add, keys.plain(events.ListDone, "button.done")),
        (
            keys.plain(events.ChangeAsked, "button.change"),
            keys.plain(events.RemoveAsked, "button.remove", Style.DANGER),
        ),
        *_the_rest(keys, reply.block),
        keys.leave(),
    )
    return Message(fitting(write), rows)


def _the_rest(keys: Keys, *blocks: replies.Line | replies.Block) -> list[tuple[Button, ...]]:
    """The button for the items that aren't shown, if there are any."""
    more = any(isinstance(block, replies.Block) and block.more for block in blocks)
    return [(keys.plain(events.AllAsked, "button.show_all"),)] if more else []


def all_shown(words: Catalogue, reply: replies.AllShown) -> list[Message]:
    """All items over as many messages as they need; none of them is cut."""
    lines: list[str] = []
    for block in reply.blocks:
        lines.append(f"{bold(words.text(block.title))} · {len(block.items)}")
        for place, item in enumerate(block.items, 1):
            if isinstance(item, str):
                lines += [escaped(part) for part in split(f"{place}. {' ↵ '.join(item.splitlines())}")]
            else:
                lines.append(f"{place}. {products.item_line(words, item)}")
    return [Message(text) for text in packed(lines)]


def choices(words: Catalogue, reply: replies.Choices, keys: Keys) -> Message:
    kind = events.FieldPicked if reply.purpose == "edit" else events.ItemPicked
    found = []
    for i, line in enumerate(reply.entries, reply.first):
        title = words.text(line.title)
        value = readable(line.extra).strip() or products.value_of(words, line, len(line.value))
        named = words.labelled(title, value) if reply.purpose == "edit" else f"{title}. {value}"
        # An item's title is its place.
        also = (title, line.title) if reply.purpose == "edit" else (title, line.value, value)
        found.append((keys.numbered(kind, i, named if value else title, also),))
    turn = []
    if reply.page > 0:
        turn.append(keys.numbered(events.Paged, reply.page - 1, words.say("button.page_before")))
    if reply.page + 1 < reply.pages:
        turn.append(keys.numbered(events.Paged, reply.page + 1, words.say("button.page_after")))
    text = bold(words.say(f"menu.{reply.purpose}"))
    if reply.pages > 1:
        text += f" · {reply.page + 1}/{reply.pages}"
    return Message(text, (*found, *([tuple(turn)] if turn else []), keys.leave()))


def summarised(words: Catalogue, reply: replies.Summarised, keys: Keys) -> list[Message]:
    """All that will be sent, over as many messages as it needs; no value is cut, and the last one has the buttons."""
    first = f"{bold(words.say('summary.first'))} · {escaped(shortened(reply.account, _ACCOUNT))}"
    if reply.row is not None:
        first += f" · {reply.row.n}/{reply.row.of}"
    lines = [escaped(words.say("question.not_accepted", reason=reason(words, one))) for one in reply.problems]
    if reply.repeats is not None:
        key = "summary.repeats_changed" if reply.repeats.is_changed else "summary.repeats"
        lines.append(escaped(words.say(key, number=shortened(reply.repeats.number, 60), mark=_CHANGED)))
    if reply.duplicate is not None:
        lines.append(bold(_duplicate(words, reply.account, reply.duplicate)))
    if reply.shortage is not None:
        lines.append(products.shortage(words, reply.shortage))
    for part in reply.parts:
        lines += _line_of(words, part) if isinstance(part, replies.Line) else _items_of(words, part)
    lines += products.unlisted_lines(words, reply)
    lines += products.batch_lines(words, reply)
    if reply.prices is not None:
        lines += products.price_lines(words, reply.prices, reply.account)
    lines += products.cost_lines(words, reply.costs)
    if reply.retried:
        lines.append(escaped(words.say("summary.retried")))
    # Each of several messages is known by the same first words.
    texts = packed(lines, f"{first} · 99/99") if lines else [""]
    of = [f" · {place}/{len(texts)}" if len(texts) > 1 else "" for place in range(1, len(texts) + 1)]
    rows = _of_the_summary(words, reply, keys)
    return [
        Message(f"{first}{here}\n{text}".rstrip("\n"), rows if place == len(texts) else ())
        for place, (here, text) in enumerate(zip(of, texts, strict=True), 1)
    ]


def _of_the_summary(words: Catalogue, reply: replies.Summarised, keys: Keys) -> tuple[tuple[Button, ...], ...]:
    # Where the same may be ordered twice by it, or something in it doesn't fit, it is no button to be tapped by habit.
    suggested = reply.prices.suggested if reply.prices is not None else ""
    doubtful = reply.duplicate is not None or bool(suggested) or products.is_over(reply) or bool(reply.unlisted)
    if reply.row is not None:
        rows = [(keys.plain(events.Confirmed, "button.into_tray", Style.DANGER if doubtful else Style.PRIMARY),)]
    else:
        rows = [(keys.plain(events.Confirmed, "button.confirm", Style.DANGER if doubtful else Style.SUCCESS),)]
    if reply.prices is not None and suggested:
        amount = answered(words, suggested, reply.prices.unit)
        rows.insert(0, (keys.numbered(events.Chose, 0, words.say("button.use_amount", amount=shortened(amount, 30))),))
    rest = (keys.plain(events.EditAsked, "button.edit"), keys.cancel)
    return (*rows, *_the_rest(keys, *reply.parts), rest)


def _line_of(words: Catalogue, line: replies.Line) -> list[str]:
    value, *more = split(products.value_of(words, line, _WHOLE))
    title, extra = f"{_mark(line.changed)}{escaped(words.text(line.title))}", escaped(shortened(line.extra, 400))
    if len(value) <= _PRESENT:
        # An id says nothing to people, but it is what is sent.
        named = words.bracketed(bold(shortened(line.extra, 400)), escaped(value)) if extra else bold(value)
        return [words.labelled(title, named)]
    # A long value leaves no room beside it.
    told = [words.labelled(title, bold(value)), *map(bold, more)]
    return [*told, extra] if extra else told


def _items_of(words: Catalogue, block: replies.Block) -> list[str]:
    lines = [words.labelled(escaped(words.text(block.title)), bold(str(len(block.items) + block.more)))]
    for place, item in enumerate(block.items, 1):
        number = f"{_mark(place - 1 in block.changed)}{place}."
        if isinstance(item, str):
            lines += [escaped(part) for part in split(f"{number} {shortened(item, _WHOLE)}")]
        else:
            lines.append(f"{number} {products.item_line(words, item)}")
    return [*lines, escaped(words.say("list.more", n=block.more))] if block.more else lines


def _mark(changed: bool) -> str:  # noqa: FBT001  it is a part of what is marked
    return f"{_CHANGED} " if changed else ""


def _duplicate(words: Catalogue, account: str, duplicate: Duplicate) -> str:
    """The order before, and by whose word it isn't there, if that is all that says so."""
    gaps = {
        "person": shortened(duplicate.person, 60),
        "at": words.time(duplicate.confirmed_at),
        "number": shortened(duplicate.number or duplicate.reference, 60),
        "account": account,
        "decided_by": shortened(duplicate.decided_by, 60),
        "known_at": words.time(duplicate.known_at),
    }
    match duplicate.outcome:
        case "inferred" if duplicate.known_at:
            return words.say("summary.alike_inferred", **gaps)
        case "decided" if duplicate.decided_by:
            return words.say("summary.alike_decided", **gaps)
        case "inferred" | "decided":
            return words.say("summary.alike_unsure", **gaps)
        case _:
            return words.say("summary.alike", **gaps)
