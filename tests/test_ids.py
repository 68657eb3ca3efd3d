import os

from bot.ids import Ids, now_us
from tests.bench import START, Clock


def test_references_rise_also_when_the_clock_is_set_back() -> None:
    clock = Clock()
    ids = Ids(now=clock)
    first = ids.reference()
    clock.advance(-3600)
    second, third = ids.reference(), ids.reference()
    assert int(first) < int(second) < int(third)


def test_a_reference_fits_every_supplier() -> None:
    """At most 15 decimal digits, with no zero in front: one supplier takes it as a number."""
    for now in (START, START + 60 * 365 * 24 * 3600 * 1_000_000):
        reference = Ids(now=Clock(now)).reference()
        assert reference.isdecimal()
        assert len(reference) <= 15
        assert str(int(reference)) == reference


def test_outbox_ids_go_on_above_the_last_one_whatever_the_clock_says() -> None:
    clock = Clock()
    ids = Ids(last_outbox=START + 10, now=clock)
    assert [ids.outbox(), ids.outbox()] == [START + 11, START + 12]
    clock.advance(60)
    assert ids.outbox() == clock.now


def test_drafts_have_short_ids_that_nobody_guesses() -> None:
    drafts = {Ids().draft() for _ in range(100)}
    assert len(drafts) == 100
    assert {len(draft) for draft in drafts} == {8}


def test_no_two_starts_of_the_program_have_one_name() -> None:
    names = {Ids().process() for _ in range(100)}
    assert len(names) == 100
    assert all(name.startswith(f"pid {os.getpid()} ") for name in names)


def test_the_clock_is_in_microseconds() -> None:
    assert len(str(now_us())) == len(str(START))
