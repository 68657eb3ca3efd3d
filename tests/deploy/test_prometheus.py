"""The alert rules and the dashboard's questions with Prometheus' own tool, for one bot and for replicas.

What all replicas of a bot tell must wake somebody once, and be counted once.
"""

import json
import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = DEPLOY / "prometheus" / "alerts.yml"
ONE, TWO = ("a:9464",), ("a:9464", "b:9464")
UNREACHABLE = "orderbot_supplier_unreachable_seconds"
TROUBLE, CALM = 60, 150
"""Minutes of trouble that all rules have been woken by, and of a later time that none is woken by any more."""
WAKING = 'ALERTS{alertstate="firing"}'
Series = tuple[str, str, str]
"""A metric, its own labels, and its values in the notation of Prometheus' tests."""


def during(wrong: float, right: float) -> str:
    """A value for an hour of trouble, and another from then on."""
    return f"{wrong}x{TROUBLE} {right}x120"


def always(value: float) -> str:
    return f"{value}x180"


WELL: tuple[Series, ...] = (
    ("up", "", always(1)),
    ("orderbot_storage_answers", "", always(1)),
    ("orderbot_telegram_ready", "", always(1)),
    ("orderbot_outbox_oldest_seconds", "", always(0)),
    ("orderbot_updates_put_aside_total", "", always(0)),
    ("orderbot_unknown_oldest_seconds", 'account="shop"', always(60)),
    (UNREACHABLE, 'account="shop"', always(0)),
    ("orderbot_supplier_requests_total", 'account="shop",operation="create",result="2xx"', "0+60x180"),
    ("orderbot_catalogue_age_seconds", 'account="shop"', always(3600)),
    ("orderbot_balance", 'account="shop"', always(100)),
    ("orderbot_balance_floor", 'account="shop"', always(50)),
    ("orderbot_disk_free_bytes", "", always(5e9)),
    ("orderbot_telegram_silence_seconds", "", always(20)),
    ("orderbot_outbox_messages", "", always(3)),
    ("orderbot_unknown_orders", 'account="shop"', always(2)),
)
FAILING = ("orderbot_supplier_requests_total", 'account="shop",operation="create",result="no_answer"')
TROUBLES: tuple[tuple[str, Series, str], ...] = (
    ("OrderbotDown", ("up", "", during(0, 1)), ""),
    ("OrderbotDeaf", ("orderbot_telegram_ready", "", during(0, 1)), ""),
    ("OrderbotStorageSilent", ("orderbot_storage_answers", "", during(0, 1)), ""),
    ("OrderbotUnknownOrders", ("orderbot_unknown_oldest_seconds", 'account="shop"', during(4000, 0)), "shop"),
    ("OrderbotOutboxStuck", ("orderbot_outbox_oldest_seconds", "", during(400, 0)), ""),
    ("OrderbotUpdatesPutAside", ("orderbot_updates_put_aside_total", "", "0+1x60 60x120"), ""),
    (
        "OrderbotSupplierUnreachable",
        (UNREACHABLE, 'account="shop"', during(700, 0)),
        "shop",
    ),
    ("OrderbotSupplierFails", (*FAILING, "0+90x60 5400x120"), "shop"),
    ("OrderbotCatalogueOld", ("orderbot_catalogue_age_seconds", 'account="shop"', during(30000, 0)), "shop"),
    ("OrderbotBalanceLow", ("orderbot_balance", 'account="shop"', during(10, 100)), "shop"),
    ("OrderbotDiskFull", ("orderbot_disk_free_bytes", "", during(1e6, 5e9)), ""),
)
"""Each alert, the series that wakes it, and the account that it is about."""


def rules() -> dict[str, dict[str, Any]]:
    found = yaml.safe_load(RULES.read_text("utf-8"))
    return {rule["alert"]: rule for group in found["groups"] for rule in group["rules"]}


def so(instances: tuple[str, ...], *facts: Series) -> dict[str, str]:
    """Values by series, of facts that are so for each of these."""
    return {
        f'{metric}{{job="orderbot",instance="{instance}"{f",{labels}" if labels else ""}}}': values
        for metric, labels, values in facts
        for instance in instances
    }


def well(instances: tuple[str, ...]) -> dict[str, str]:
    """Series of a bot that is well, or of replicas, of which the first leads."""
    if instances == ONE:
        return so(ONE, *WELL)
    leads = so(instances[:1], ("orderbot_leads", "", always(1)))
    return so(instances, *WELL, ("orderbot_replicas", "", always(2)), ("orderbot_leads", "", always(0))) | leads


def waking(alert: str, labels: dict[str, str]) -> str:
    """An alert as Prometheus keeps it while somebody is to be woken."""
    severity = rules()[alert]["labels"]["severity"]
    every = {"alertname": alert, "alertstate": "firing", "severity": severity} | labels
    listed = ", ".join(f'{key}="{value}"' for key, value in sorted(every.items()))
    return f"ALERTS{{{listed}}}"


Asked = tuple[int, str, dict[str, float]]
"""A minute, a question, and the answer: values by series."""


def objections(place: Path, series: Mapping[str, str], asked: Iterable[Asked], file: Path = RULES) -> str:
    """The tool's words where an answer is another one; empty for none."""
    questions = [
        {
            "expr": expression,
            "eval_time": f"{minute}m",
            "exp_samples": [{"labels": labels, "value": value} for labels, value in answer.items()],
        }
        for minute, expression, answer in asked
    ]
    told = [{"series": name, "values": values} for name, values in series.items()]
    test = {"interval": "1m", "input_series": told, "promql_expr_test": questions}
    tests = place / "tests.json"
    tests.write_text(json.dumps({"rule_files": [str(file)], "evaluation_interval": "1m", "tests": [test]}), "utf-8")
    return promtool("test", "rules", str(tests))


def only(*alerts: str) -> list[Asked]:
    """The question who wakes somebody in times of trouble; after them nobody does."""
    return [(TROUBLE, WAKING, dict.fromkeys(alerts, 1.0)), (CALM, WAKING, {})]


def promtool(*words: str) -> str:
    """The objections of Prometheus' tool; empty for none."""
    command = ["promtool", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_prometheus_takes_the_rules() -> None:
    assert promtool("check", "rules", str(RULES)) == ""


@pytest.mark.parametrize("instances", [ONE, TWO], ids=["one bot", "replicas"])
def test_nobody_is_woken_while_all_is_well(instances: tuple[str, ...], tmp_path: Path) -> None:
    assert objections(tmp_path, well(instances), only()) == ""


@pytest.mark.parametrize("instances", [ONE, TWO], ids=["one bot", "replicas"])
@pytest.mark.parametrize(("alert", "series", "account"), TROUBLES, ids=[alert for alert, *_ in TROUBLES])
def test_what_is_so_for_all_of_a_bot_is_told_once_until_it_ends(
    alert: str, series: Series, account: str, instances: tuple[str, ...], tmp_path: Path
) -> None:
    all_of_it = well(instances) | so(instances, series)
    if alert == "OrderbotDown":
        all_of_it = so(instances, series)
    labels = {"job": "orderbot"} | ({"account": account} if account else {})
    assert objections(tmp_path, all_of_it, only(waking(alert, labels))) == ""


@pytest.mark.parametrize("how", ["gone", "without its database"])
def test_of_a_replica_that_is_not_well_beside_another_the_operator_hears_where_it_is(how: str, tmp_path: Path) -> None:
    ill, others = TWO[1:], TWO[:1]
    series = well(TWO) | so(ill, ("orderbot_storage_answers", "", during(0, 1)))
    if how == "gone":
        last = {name: values for name, values in well(TWO).items() if others[0] in name}
        series = last | so(ill, ("up", "", during(0, 1)))
    expected = waking("OrderbotReplicaUnwell", {"job": "orderbot", "instance": ill[0]})
    assert objections(tmp_path, series, only(expected)) == ""


def test_replicas_of_which_none_leads_are_told_once(tmp_path: Path) -> None:
    nobody = so(TWO, ("orderbot_leads", "", always(0))) | so(TWO[1:], ("orderbot_leads", "", during(0, 1)))
    expected = waking("OrderbotNobodyLeads", {"job": "orderbot"})
    assert objections(tmp_path, well(TWO) | nobody, only(expected)) == ""


def test_every_alert_is_tried() -> None:
    assert {alert for alert, *_ in TROUBLES} | {"OrderbotReplicaUnwell", "OrderbotNobodyLeads"} == set(rules())


def test_a_rule_that_tells_each_replica_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "alerts.yml"
    right = "max by (job) (orderbot_telegram_ready) == 0"
    file.write_text(RULES.read_text("utf-8").replace(right, "orderbot_telegram_ready == 0"), "utf-8")
    series = well(TWO) | so(TWO, ("orderbot_telegram_ready", "", always(0)))
    expected = only(waking("OrderbotDeaf", {"job": "orderbot"}))[:1]
    assert objections(tmp_path, series, expected) == ""
    assert "instance" in objections(tmp_path, series, expected, file)


def figures() -> list[str]:
    """Questions of panels that ask for figures as they are, and not for each replica apart."""
    panels = json.loads((DEPLOY / "grafana" / "orderbot.json").read_text("utf-8"))["panels"]
    return [
        target["expr"].replace("$job", "orderbot")
        for panel in panels
        for target in panel["targets"]
        if "[" not in target["expr"] and "{{instance}}" not in target["legendFormat"]
    ]


@pytest.mark.parametrize("instances", [ONE, TWO], ids=["one bot", "replicas"])
def test_what_is_in_storage_is_counted_once(instances: tuple[str, ...], tmp_path: Path) -> None:
    value_of = {metric: float(values.partition("x")[0]) for metric, _, values in WELL if "+" not in values}
    value_of |= {"orderbot_replicas": 2.0}
    asked: list[Asked] = []
    for expression in figures():
        (metric,) = re.findall(r"orderbot_\w+", expression)
        if metric != "orderbot_replicas" or instances != ONE:
            asked += [(10, f"sum({expression})", {"{}": value_of[metric]}), (10, f"count({expression})", {"{}": 1})]
    assert len(asked) > 20
    assert objections(tmp_path, well(instances), asked) == ""


def test_a_question_that_counts_each_replica_is_seen(tmp_path: Path) -> None:
    assert objections(tmp_path, well(TWO), [(10, "sum(orderbot_unknown_orders)", {"{}": 2})]) != ""
