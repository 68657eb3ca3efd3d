"""The codes of what replies say in words of their own; each names a sentence in the catalogues."""

from enum import StrEnum


class HintCode(StrEnum):
    """Short notices (`hint.<code>`)."""

    EDITED = "edited"
    UNKNOWN_COMMAND = "unknown_command"
    ONE_MOMENT = "one_moment"
    NO_NUMBER = "no_number"
    FINISH_FIRST = "finish_first"
    NOT_REOPENABLE = "not_reopenable"
    AGAIN_PRUNED = "again_pruned"
    AGAIN_GONE = "again_gone"
    AGAIN_LATER = "again_later"


class NoteCode(StrEnum):
    """Sentences that go before a question (`note.<code>`)."""

    NONE = ""
    FIRST_QUESTION = "first_question"
    CATALOGUE_NOT_READ = "catalogue_not_read"
    CATALOGUE_KEPT = "catalogue_kept"


class ToastCode(StrEnum):
    """Words in passing, on the button that was tapped (`toast.<code>`)."""

    ASKING = "asking"
    STOPPING = "stopping"
    LOOKING = "looking"
    DECIDED = "decided"


class LookEnd(StrEnum):
    """The end of a look-up of an order whose outcome nobody knows (`unknown.<code>`)."""

    NONE = ""  # there was none yet
    FOUND = "found"
    NOTHING = "nothing"  # the whole list was read, late enough
    NOTHING_YET = "nothing_yet"  # nothing is proven by it
    FAILED = "failed"
