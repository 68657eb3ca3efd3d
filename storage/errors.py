"""The errors of keeping things, sorted by what the caller must do.

StorageError          the database cannot be used: tell the operator its one line
  AlreadyStored       the row is there already: somebody else was first, so nothing was changed

A fault of our own (a wrong placeholder, a transaction within a transaction) is none of these: it comes as it is.
"""


class StorageError(Exception):
    """The database cannot be opened, read or written. `str(error)` is one line for the operator, without secrets."""


class AlreadyStored(StorageError):  # noqa: N818  the words of the tree
    """A row with the same key exists."""
