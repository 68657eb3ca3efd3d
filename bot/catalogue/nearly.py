"""Products whose titles are nearly what was typed, for a search that found nothing.

Titles are long and what people type is a part of them, so that the part that fits best is what is compared, by its
pinyin too; a product's title counts only if it is about as long as what was typed, or longer.
"""

from typing import Final

from rapidfuzz import fuzz, process

from bot.catalogue.finding import folded
from bot.reading.characters import simplified
from storage import products
from storage.database import Reader
from storage.products import Stored

SHOWN: Final = 5
_LOOKED_AT: Final = 20_000
"""Products of one account that are compared, which takes some hundredths of a second."""
_ALIKE: Final = 72.0
"""How much of it has to be the same, in percent: a slip in four letters."""
_SHORTEST: Final = 3
_LONGEST: Final = 60


def nearly(reader: Reader, account: str, text: str) -> list[Stored]:
    """The few products that may have been meant, the likeliest first."""
    wanted = simplified(folded(text[:_LONGEST]))
    if len(wanted) < _SHORTEST:
        return []
    titles = {
        product: line
        for product, search in products.search_texts(reader, account, _LOOKED_AT)
        if len(line := search.partition("\n")[0]) * 4 >= len(wanted) * 3
    }
    close = process.extract(wanted, titles, scorer=fuzz.partial_ratio, limit=SHOWN, score_cutoff=_ALIKE)
    found = (products.get(reader, account, product) for *_, product in close)
    return [one for one in found if one is not None]
