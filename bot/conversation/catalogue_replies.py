"""What questions and summaries have to say of products, as data: titles, prices, bounds, and how old that is."""

from dataclasses import dataclass

from providers.orders import Money


@dataclass(frozen=True, slots=True)
class Offered:
    """A product to be picked; its button carries `id`."""

    id: str
    title: str
    price: Money | None = None


@dataclass(frozen=True, slots=True)
class Category:
    key: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What of the catalogue is shown below a question; put in by the desk, since only storage knows it.

    `products` or `categories` are those of one page. `total` is how many products there are to the query or category
    that is shown; with neither they are those used last. `browsable`: there is more to browse, in categories when
    `grouped`. `read_at` is how old the list is in UTC microseconds, 0 when it is fresh.
    """

    products: tuple[Offered, ...] = ()
    categories: tuple[Category, ...] = ()
    query: str = ""
    category: str = ""
    total: int = 0
    page: int = 0
    pages: int = 1
    browsable: bool = False
    grouped: bool = False
    read_at: int = 0


@dataclass(frozen=True, slots=True)
class About:
    """What is known of the product whose quantity is asked."""

    title: str = ""
    price: Money | None = None
    minimum: int | None = None
    maximum: int | None = None
    stock: int | None = None
    per_piece: bool = True


@dataclass(frozen=True, slots=True)
class Prices:
    """What the products of an order cost, as far as it is known.

    `products` are title and price, as far as known, of at most ten, `more` is how many there are beside them. `total`
    is only there where prices are per piece and all known. `read_at` is the age of the oldest price in UTC
    microseconds, 0 when it is fresh or not known. `suggested` is a suggestion that the order departs from.
    """

    products: tuple[Offered, ...] = ()
    more: int = 0
    per_piece: bool = True
    total: Money | None = None
    read_at: int = 0
    suggested: str = ""
