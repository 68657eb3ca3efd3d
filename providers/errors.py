"""The errors of talking to a supplier, sorted by what the caller must do.

Those of a create answer one question: was the order placed? Those of a reading say nothing of that.

ProviderError
  NotPlaced               certainly not
    OrderRefused            the supplier said no; may name fields
    ProviderUnavailable     not reached, or a documented "not processed"
    AccessDenied            our credentials are not accepted; admins are told
  OutcomeUnknown          sent, and no usable answer came: never sent again by itself
  OrderNotFound           only from a look-up: the supplier doesn't know it
  ReadingFailed           of a reading: proves nothing, and never speaks as if something had been sent
    NoAnswer                nothing came that can be read
    NotAsked                it was not made: the supplier is left alone for a while
"""

from collections.abc import Mapping

UNREACHED = "unreachable"
"""The code of a create that never left us, or that a login before it kept from leaving."""
NOT_REACHED = "not_reached"
"""The code of a reading whose request was not written."""
NOT_READ = "not_read"
"""The code of a reading that was asked for and got no answer that can be read."""


class ProviderError(Exception):
    """Base of all errors from a supplier.

    `code` names a sentence in the catalogues (`refusal.<provider>.<code>`), `params` fill its gaps, and `said` is the
    supplier's own text, shown quoted. None of them ever holds a secret.
    """

    def __init__(
        self,
        code: str,
        *,
        said: str = "",
        params: Mapping[str, str] | None = None,
        fields: tuple[str, ...] = (),
    ) -> None:
        """`fields` are paths into the form, dotted (`quantity`, `recipients.0.mobile`), that the error is about."""
        super().__init__(code, said)
        self.code = code
        self.said = said
        self.params = dict(params or {})
        self.fields = fields


class NotPlaced(ProviderError):  # noqa: N818  the tree's words are the design's
    """The order was certainly not placed."""


class OrderRefused(NotPlaced):
    """The supplier answered no."""


class ProviderUnavailable(NotPlaced):
    """The supplier was not reached; the same order may be sent again under the same reference."""


class AccessDenied(NotPlaced):
    """The supplier does not accept our credentials; a person has to mend the settings."""


class OutcomeUnknown(ProviderError):  # noqa: N818  as above
    """The order was sent and nobody knows what became of it. It must never be sent again by itself."""


class OrderNotFound(ProviderError):  # noqa: N818  as above
    """A look-up was answered, and the supplier does not know the order or product."""


class ReadingFailed(ProviderError):  # noqa: N818  as above
    """A reading was not answered, or by something that can't be understood. It proves nothing."""


class NoAnswer(ReadingFailed):
    """The supplier was not reached, or nothing came in time that can be read."""


class NotAsked(ReadingFailed):
    """The reading was not made, because the supplier has turned us away for a while."""
