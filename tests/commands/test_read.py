"""`orderbot read` as its users start it: JSON of what a text is read as, with and without a database."""

import json
from pathlib import Path
from typing import Any

from storage import products
from storage.migrate import migrate
from storage.opening import open_database
from storage.products import Stored
from tests.commands.program import Done, python, settings, write
from tests.storage.direct import writing

GIFTS = {"provider": "damaijia", "base_url": "http://gifts.example", "access_token": "CANARY"}
PEOPLE = "王小明 13800000000 浙江省杭州市余杭区文一路1号"
FIELDS = [
    ("Recipient", "王小明", [0, 3]),
    ("Phone", "13800000000", [4, 15]),
    ("Province", "浙江省", [16, 19]),
    ("City", "杭州市", [19, 22]),
    ("District", "余杭区", [22, 25]),
    ("Address", "文一路1号", [25, 30]),
]


async def read(folder: Path, given: str, *arguments: str, account: str = "gifts", **changes: Any) -> Done:
    changed = {"accounts": {"gifts": GIFTS, "guoguo": {"provider": "guoguo", "api_key": "CANARY"}}} | changes
    write(folder, settings(folder, **changed))
    return await python("-m", "bot", "read", account, *arguments, cwd=folder, given=given.encode())


async def kept(folder: Path, account: str, *listed: Stored) -> None:
    """A database in which an account's list has been kept."""
    database = await open_database(f"sqlite:///{folder / 'orders.db'}")
    await migrate(database, 0)
    with writing(database) as tx:
        products.tried(tx, account, 1)
    await products.renew(database, account, list(listed), edition=1, groups="[]", digest="1", now=10, whole=True)
    await database.close()


async def test_it_prints_what_a_text_is_read_as(tmp_path: Path) -> None:
    done = await read(tmp_path, PEOPLE)
    fields = [{"title": t, "item": 1, "value": value, "sure": True, "span": span} for t, value, span in FIELDS]
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == {"orders": [{"fields": fields, "repeats": None}], "refused": None}


async def test_it_makes_no_database(tmp_path: Path) -> None:
    await read(tmp_path, PEOPLE)
    assert not (tmp_path / "orders.db").exists()


async def test_it_finds_the_products_that_the_database_has_kept(tmp_path: Path) -> None:
    await kept(tmp_path, "gifts", Stored("614", "Tissues", "", "", "", "{}", "tissues"))
    done = await read(tmp_path, f"Tissues x2\n{PEOPLE}")
    first, second = json.loads(done.out)["orders"][0]["fields"][:2]
    assert first == {"title": "Product", "item": 0, "value": "614", "sure": True, "span": [0, 7]}
    assert second == {"title": "Quantity", "item": 0, "value": "2", "sure": True, "span": [8, 10]}


async def test_it_takes_a_whole_order_in_one_line(tmp_path: Path) -> None:
    likes = "3d0f7f5a-2a64-4b8e-8f0b-6c9f0a5e7d21"
    facts = '{"category": "instagram_likes"}'
    await kept(tmp_path, "guoguo", Stored(likes, "Instagram likes", "", "", "", facts, "instagram likes"))
    done = await read(tmp_path, "likes instagram.com/p/x 1k", account="guoguo")
    (order,) = json.loads(done.out)["orders"]
    assert {one["title"]: (one["value"], one["sure"]) for one in order["fields"]} == {
        "Product": (likes, True),
        "Link": ("https://instagram.com/p/x", True),
        "Quantity": ("1000", True),
    }


async def test_lines_of_json_are_read_one_by_one(tmp_path: Path) -> None:
    given = [json.dumps({"text": text}) for text in (PEOPLE, "你好", f"{PEOPLE}\n{PEOPLE}")]
    done = await read(tmp_path, "\n".join(given), "--lines")
    found = [json.loads(line) for line in done.out.splitlines()]
    assert [len(one["orders"]) for one in found] == [1, 0, 1]
    assert not all(field["sure"] for field in found[2]["orders"][0]["fields"])


async def test_a_line_that_is_no_json_ends_it_with_its_number(tmp_path: Path) -> None:
    done = await read(tmp_path, '{"text": "你好"}\nnonsense\n', "--lines")
    assert (done.code, done.err) == (1, 'line 2 is not JSON of the form {"text": "..."}\n')
    assert json.loads(done.out) == {"orders": [], "refused": None}


async def test_a_text_for_another_account_is_refused_with_a_sentence(tmp_path: Path) -> None:
    text = "王小明 0912345678 台北市信義區市府路1號"
    for language, sentence in (
        ("en", "gifts does not deliver to Taiwan."),
        ("zh-hant", "gifts 不寄送到台灣。"),
        ("zh-hans", "gifts 不发往台湾。"),
    ):
        done = await read(tmp_path, text, language=language, accounts={"gifts": GIFTS | {"title": "gifts"}})
        assert json.loads(done.out) == {"orders": [], "refused": sentence}


async def test_an_account_that_there_is_not_is_named(tmp_path: Path) -> None:
    done = await read(tmp_path, PEOPLE, account="gift")
    assert (done.code, done.out, done.err) == (2, "", "there is no account gift; there are gifts, guoguo\n")


async def test_marks_that_steer_a_terminal_are_escaped(tmp_path: Path) -> None:
    done = await read(tmp_path, f"备注: a\u202eb\x1b[31m\n{PEOPLE}")
    assert "\u202e" not in done.out
    assert "\x1b" not in done.out
    assert json.loads(done.out)["orders"]


async def test_bytes_that_are_no_text_are_no_order(tmp_path: Path) -> None:
    write(tmp_path, settings(tmp_path, accounts={"gifts": GIFTS}))
    done = await python("-m", "bot", "read", "gifts", cwd=tmp_path, given=b"\xff\xfe\x00")
    assert (done.code, json.loads(done.out)) == (0, {"orders": [], "refused": None})
