"""Files of the desk: empty sheets, all rows of a tray as they will be sent, and a sheet with what became of its rows.

Nothing in them is known beforehand: each is made of what is kept at the moment when it is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.catalogue.text_readers import TextReaders
from bot.conversation.known import Account
from bot.conversation.questions import field_at
from bot.conversation.replies import EmptySheet, SheetReturned, TrayFile
from bot.desk.sheet_replies import SheetFile
from bot.journal.sheets import last_orders_of
from bot.journal.views import view
from bot.reading.places import Places
from bot.sheets.kept import KeptSheet, from_text
from bot.sheets.preview import Previewed, preview
from bot.sheets.row_cells import RowFault
from bot.sheets.rows import RowOrder
from bot.sheets.template import TemplateWords, template
from bot.sheets.write import RESULTS, written
from bot.words.catalogue import Catalogue
from bot.words.message import Attached
from bot.words.sheets import file_name, headings_of, result_of, returned_name, said_of_fault
from bot.words.spellings import choices_of, titles_of
from bot.words.trays import remark
from providers.fields import Form
from storage import sheets
from storage.database import Reader
from storage.orders import Order


def text_readers() -> TextReaders:
    """Readers of texts and sheets with the words that we have."""
    return TextReaders(Places.load, titles_of, choices_of)


@dataclass(frozen=True, slots=True)
class SheetFiles:
    """Makes files for the desk."""

    readers: TextReaders = field(default_factory=text_readers)

    def file_for(
        self, reader: Reader, reply: SheetFile, accounts: Mapping[str, Account], words: Catalogue
    ) -> Attached | None:
        """The file that goes with a reply; None where there is none any more."""
        match reply:
            case EmptySheet():
                return self._empty(reader, accounts.get(reply.name), words)
            case TrayFile():
                return _preview(reply, accounts.get(reply.name), words)
            case SheetReturned():
                return _returned(reader, reply, accounts, words)

    def _empty(self, reader: Reader, account: Account | None, words: Catalogue) -> Attached | None:
        if account is None or not issubclass(account.form, Form):
            return None
        texts = self.readers.of(reader, account.name, account.form)
        made = template(texts.takes, tuple(texts.goods.products.values()), template_words(words))
        return Attached(file_name(words, account.title), made)


def _preview(reply: TrayFile, account: Account | None, words: Catalogue) -> Attached | None:
    if account is None or not issubclass(account.form, Form):
        return None
    rows = [
        Previewed(number or line.n, dict(answers), remark(words, line))
        for line, number, answers in zip(reply.lines, reply.numbers, reply.answers, strict=True)
    ]
    ends = words.say("sheet.row"), words.say("sheet.remark")
    made = preview(account.form, rows, words.say("sheet.page"), ends, words.text)
    return Attached(file_name(words, reply.account), made)


def _returned(
    reader: Reader, reply: SheetReturned, accounts: Mapping[str, Account], words: Catalogue
) -> Attached | None:
    found = sheets.get(reader, reply.sheet)
    if found is None or not found.kept:
        return None
    kept = from_text(found.kept)
    account = accounts.get(kept.account)
    became = last_orders_of(reader, [row.row.keys for row in kept.rows])
    results = {
        row.number: _result(kept, row, order, account, words) for row, order in zip(kept.rows, became, strict=True)
    }
    made = written(kept.sheet, kept.columns, headings_of(words, RESULTS), results, words.say("sheet.page"))
    return Attached(returned_name(found.name), made)


def _result(
    kept: KeptSheet, row: RowOrder, order: Order | None, account: Account | None, words: Catalogue
) -> tuple[str, ...]:
    """The cells beside a row: what became of its order, or why there is none."""
    if order is not None and order.account == kept.account:
        return result_of(words, view(order), kept.account if account is None else account.title)
    if row.is_order:
        why = words.clauses(*(_why(words, fault, account) for fault in row.faults))
    else:
        why = words.say("sheet.row_example" if row.example else "sheet.row_hidden" if row.hidden else "sheet.row_aside")
    return ("", words.say("sheet.row_not_ordered"), why, "", "")


def _why(words: Catalogue, fault: RowFault, account: Account | None) -> str:
    title = ""
    if account is not None and fault.path:
        try:
            title = str(field_at(account.form, fault.path).title or "")
        except KeyError:
            title = ""
    return said_of_fault(words, title, fault.code, dict(fault.params), fault.said)


def template_words(words: Catalogue) -> TemplateWords:
    """The words of an empty sheet."""
    return TemplateWords(
        page=words.say("sheet.page"),
        products=words.say("sheet.products"),
        product_headings=(words.say("sheet.product"), words.say("sheet.group")),
        key=words.say("sheet.key"),
        key_note=words.say("sheet.key_note"),
        example=words.say("sheet.example"),
        text=words.text,
        choice=lambda choice: words.find(f"choice.{choice}") or choice,
    )
