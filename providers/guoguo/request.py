"""What a form becomes on the wire: the documented keys of its kind of order and nothing else."""

from typing import Any

from providers.guoguo.form import DefaultOrder
from providers.guoguo.kinds import KEYS


def order_body(form: DefaultOrder) -> dict[str, Any]:
    """The documented keys of a create; what was skipped is left out."""
    asked = {key: getattr(form, key) for key in KEYS[form.order_kind]}
    if form.runs is None:
        asked["interval_minutes"] = None
    return {key: value for key, value in asked.items() if value is not None}
