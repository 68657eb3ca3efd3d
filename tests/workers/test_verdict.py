"""What a look-up proves: one certain match, or a whole list that was read late enough. The rest is a person's."""

import pytest

from bot.workers.verdict import Absent, Found, Open, Verdict, judge
from providers.orders import Findings, Match, Remark
from tests.workers.scripted import certain, possible

ONE, OTHER = certain("1"), certain("2")


@pytest.mark.parametrize("late_enough", [True, False])
@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize(
    ("matches", "taken", "verdict"),
    [
        ((ONE,), (), Found(ONE)),
        ((ONE, OTHER), (), Open((ONE, OTHER))),
        ((ONE, OTHER), ("2",), Found(ONE)),
        ((ONE, possible("2")), (), Open((ONE, possible("2")))),
        ((ONE, possible("2")), ("2",), Found(ONE)),
        ((possible("1"),), (), Open((possible("1"),))),
        ((possible("1"), possible("2")), ("1",), Open((possible("2"),))),
        ((certain("1", "quantity"),), (), Open((certain("1", "quantity"),))),
    ],
)
def test_only_one_certain_match_that_is_nobody_elses_is_the_order(
    matches: tuple[Match, ...], taken: tuple[str, ...], verdict: Verdict, *, complete: bool, late_enough: bool
) -> None:
    assert judge(Findings(matches, complete=complete), taken, late_enough=late_enough) == verdict


@pytest.mark.parametrize("signals", [(), (Remark("debit_without_order"),)])
@pytest.mark.parametrize(("matches", "taken"), [((), ()), ((ONE,), ("1",)), ((ONE, possible("2")), ("1", "2"))])
@pytest.mark.parametrize(
    ("complete", "late_enough", "verdict"),
    [(True, True, Absent()), (True, False, Open(())), (False, True, Open(())), (False, False, Open(()))],
)
def test_only_a_whole_list_that_was_read_late_enough_proves_that_there_is_no_order(
    matches: tuple[Match, ...],
    taken: tuple[str, ...],
    verdict: Verdict,
    signals: tuple[Remark, ...],
    *,
    complete: bool,
    late_enough: bool,
) -> None:
    findings = Findings(matches, complete=complete, signals=signals)
    assert judge(findings, taken, late_enough=late_enough) == verdict
