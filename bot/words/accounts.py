"""Words about accounts whose settings have changed: the question that only an admin can answer, and its answer."""

from bot.buttons.account_buttons import customer
from bot.conversation.replies import CustomerAsked, CustomerNoted
from bot.words.catalogue import Catalogue
from bot.words.message import Button, Message, bold, escaped, shortened

_TITLE = 60


def customer_asked(words: Catalogue, reply: CustomerAsked) -> Message:
    account = shortened(reply.account, _TITLE)
    text = f"{bold(words.say('customer.first', account=account))}\n{escaped(words.say('customer.text'))}"
    buttons = [
        (Button(words.say("customer.same"), customer(reply.name, reply.own, same=True)),),
        (Button(words.say("customer.other"), customer(reply.name, reply.own, same=False)),),
    ]
    return Message(text, tuple(buttons))


def customer_noted(words: Catalogue, reply: CustomerNoted) -> Message:
    key = "customer.noted_same" if reply.same else "customer.noted_other"
    return Message(escaped(words.say(key, account=shortened(reply.account, _TITLE))))
