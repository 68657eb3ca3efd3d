"""The errors of keeping things, sorted by what the caller must do.

StorageError          the database cannot be used: tell the operator its one line
  AlreadyStored       the row is there already: somebody else was first, so nothing was changed
  NoRoom              the disk is full, or may no longer be written to

A fault of our own (a wrong placeholder, a transaction within a transaction) is none of these: it comes as it is.
"""

import errno


class StorageError(Exception):
    """The database cannot be opened, read or written. `str(error)` is one line for the operator, without secrets."""


class AlreadyStored(StorageError):  # noqa: N818  the words of the tree
    """A row with the same key exists."""


class NoRoom(StorageError):  # noqa: N818  the words of the tree
    """A fault of the disk: what was to be written found no room, or no permission, on its disk."""


def is_full(error: OSError) -> bool:
    """True if the system says that there is no room: the disk, the quota or the longest file is used up."""
    return error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
