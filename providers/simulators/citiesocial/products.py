"""The products of citiesocial's simulator, in collections, with variants, as its two pages of reading show them.

Sources: the pages Get Product Details and Get List of Products of a Collection. A price is a product's, never a
variant's, and ids go above 32 bits. What they leave open (defaults and bounds of a page, an unknown id) is this
simulator's own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

PAGE = 20
LARGEST_PAGE = 50
SINGLE = "Default Title"
COLLECTIONS: Mapping[int, tuple[int, ...]] = {
    435001: (9809129938, 435100101, 435100102),
    435002: (435100102, *range(435200001, 435200024)),
}
"""Product ids by collection; one product is in both, and the second collection has more than one page."""
SOLD_OUT = 123450009
_PICTURE = "https://cdn.citiesocial.example/products"
_NAMES = ("Candle", "Desk lamp", "Tea tin", "Wool scarf", "玻璃杯", "手工皂")

SPOKEN_OF = (123450001, 123450002, 36698431250, 1793693507, 1793680195, SOLD_OUT)
"""The variants that tests and people speak of; there are more of them."""


@dataclass(frozen=True, slots=True)
class Article:
    """A product; `variants` are titles by variant id."""

    id: int
    title: str
    brand: str
    price: int
    variants: Mapping[int, str]
    published_at: str = "2017-06-29T09:47:49+08:00"


def _articles() -> dict[int, Article]:
    known = [
        Article(9809129938, "Tea set", "Example Tea", 1190, {36698431250: SINGLE}),
        Article(435100101, "Canvas tote", "", 10, {123450001: "Natural", 123450002: "Black", SOLD_OUT: "Red"}),
        Article(435100102, "Active 水煙筒", "Active", 10, {1793693507: "原木", 1793680195: "橘 - 橘灰"}),
    ]
    more = [
        Article(product, f"{_NAMES[n % len(_NAMES)]} {n + 1}", "Example Home", 100 + 10 * n, {product + 10**9: SINGLE})
        for n, product in enumerate(COLLECTIONS[435002][1:])
    ]
    return {article.id: article for article in (*known, *more)}


ARTICLES: Mapping[int, Article] = _articles()


_ARTICLE_OF = {variant: article for article in ARTICLES.values() for variant in article.variants}


class Assortment:
    """One simulator's products, whose prices change and which are taken away. Variant ids are in all of them unique."""

    def __init__(self) -> None:
        self._variants = dict(_ARTICLE_OF)
        self._prices = {article.id: article.price for article in ARTICLES.values()}
        self._products = dict(ARTICLES)

    def __contains__(self, variant: object) -> bool:
        return variant in self._variants

    def __iter__(self) -> Iterator[int]:
        """The variants on sale."""
        return iter(self._variants)

    @property
    def products(self) -> tuple[int, ...]:
        """The ids of the products that there are."""
        return tuple(self._products)

    def article_of(self, variant: int) -> Article:
        """Also of a variant that was taken away. Raises KeyError for one that there never was."""
        return _ARTICLE_OF[variant]

    def price_at(self, product: int) -> int:
        """The price of a product, also of one whose variants were taken away. Raises KeyError."""
        return self._prices[product]

    def product_of(self, variant: int) -> int:
        """Raises KeyError for a variant that there isn't."""
        return self._variants[variant].id

    def price_of(self, variant: int) -> int:
        """Raises KeyError for a variant that there isn't."""
        return self._prices[self.product_of(variant)]

    def set_price(self, variant: int, price: int) -> None:
        """Change what a variant costs, and so do all variants of its product."""
        self._prices[self.product_of(variant)] = price

    def remove_variant(self, variant: int) -> None:
        """Take a variant away; its product stays, even without any."""
        del self._variants[variant]

    def remove_product(self, product: int) -> None:
        """Take a product and all its variants away. Raises KeyError for one that there isn't."""
        del self._products[product]
        self._variants = {variant: article for variant, article in self._variants.items() if article.id != product}

    def put_back(self, variant: int) -> None:
        """Sell a variant again, with its product. Raises KeyError for one that there never was."""
        article = _ARTICLE_OF[variant]
        self._variants[variant] = self._products[article.id] = article

    def name_of(self, variant: int) -> str:
        """As an order's answer names a piece."""
        article = _ARTICLE_OF[variant]
        title = article.variants[variant]
        return article.title if title == SINGLE else f"{article.title} - {title}"

    def page_of(self, collection: int, query: Mapping[str, str]) -> list[dict[str, Any]]:
        """One page of a collection. Raises ValueError, naming the parameter, for a request outside the page."""
        if unknown := set(query) - {"page", "limit"}:
            raise ValueError(min(unknown))
        page, limit = _positive(query, "page", 1), min(_positive(query, "limit", PAGE), LARGEST_PAGE)
        rows = [self._row(self._products[one]) for one in COLLECTIONS[collection] if one in self._products]
        return rows[(page - 1) * limit : page * limit]

    def details_of(self, product: int, stock: Mapping[int, int]) -> dict[str, Any]:
        """A product's page, with what is in `stock` of each variant."""
        article = self._products[product]
        left = {variant: stock[variant] for variant in article.variants if variant in self._variants}
        variants = [
            {
                "id": variant,
                "title": article.variants[variant],
                "inventory_quantity": count,
                "option1": article.variants[variant],
                "option2": None,
                "option3": None,
            }
            for variant, count in left.items()
        ]
        texts = dict.fromkeys(("introduction", "specifications", "notice", "features"), f"<p>{article.title}</p>")
        more = {"total_inventory_quantity": sum(left.values()), "variants": variants, "descriptions": texts}
        return self._row(article) | {"tags": "home,sample", "images": [f"{_PICTURE}/{product}-1.jpg"]} | more

    def _row(self, article: Article) -> dict[str, Any]:
        price = self._prices[article.id]
        return {
            "id": article.id,
            "title": article.title,
            "handle": f"product-{article.id}",
            "brand": article.brand,
            "published_at": article.published_at,
            "compare_at_price": price + price // 4,
            "price": price,
            "cover_image_url": f"{_PICTURE}/{article.id}.jpg",
        }


def _positive(query: Mapping[str, str], name: str, default: int) -> int:
    value = query.get(name, str(default))
    if not (value.isascii() and value.isdigit()) or int(value) < 1:
        raise ValueError(name)
    return int(value)


PRICES = {
    variant: article.price for variant in SPOKEN_OF for article in ARTICLES.values() if variant in article.variants
}
"""Their prices at first, whole amounts by variant id."""
