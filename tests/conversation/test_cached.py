"""Properties that are worked out once: two threads that read them never wait for one another."""

import threading

from bot.conversation import filled
from bot.conversation.cached import cached_property


class Counted:
    def __init__(self) -> None:
        self.made = 0

    @cached_property
    def value(self) -> str:
        """What is made."""
        self.made += 1
        return "value"


def test_a_value_is_made_once_for_each_object() -> None:
    one, two = Counted(), Counted()
    assert [one.value, one.value, two.value] == ["value"] * 3
    assert (one.made, two.made) == (1, 1)
    assert Counted.value.__doc__ == "What is made."


class Crossed:
    """Each of its properties reads the other one of a second object, whose turn has begun meanwhile."""

    def __init__(self, both_began: threading.Barrier, other: "Crossed | None" = None) -> None:
        self.both_began = both_began
        self.other = other

    @cached_property
    def sections(self) -> int:
        if self.other is None:
            return 1
        self.both_began.wait(10)
        return 1 + self.other.size

    @cached_property
    def size(self) -> int:
        if self.other is None:
            return 1
        self.both_began.wait(10)
        return 1 + self.other.sections


def test_two_threads_that_need_what_the_other_is_making_both_come_to_an_end() -> None:
    both_began, found = threading.Barrier(2), []
    threads = [
        threading.Thread(target=lambda: found.append(Crossed(both_began, Crossed(both_began)).sections), daemon=True),
        threading.Thread(target=lambda: found.append(Crossed(both_began, Crossed(both_began)).size), daemon=True),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert found == [2, 2]


def test_what_is_known_of_answers_is_such_a_property() -> None:
    # It is read in the loop's thread (inline mode) and in the database's.
    kinds = {type(vars(filled.Filled)[name]) for name in ("sections", "size", "open", "pruned", "read")}
    assert kinds == {cached_property}
