"""The alert rules and the dashboard's questions with Prometheus' own tool, for one bot and for replicas.

What all replicas of a bot tell must wake somebody once, and be counted once.
"""

import json
import re
import subprocess
from collections.abc import Iterable
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


def told(series: Iterable[tuple[str, Series]]) -> list[dict[str, str]]:
    """Series of instances as the tool takes them; a later one takes the place of one with the same labels."""
    named: dict[str, str] = {}
    for instance, (metric, labels, values) in series:
        own = f",{labels}" if labels else ""
        named[f'{metric}{{job="orderbot",instance="{instance}"{own}}}'] = values
    return [{"series": name, "values": values} for name, values in named.items()]


def waking(alert: str, labels: dict[str, str]) -> str:
    """An alert as Prometheus keeps it while somebody is to be woken."""
    severity = rules()[alert]["labels"]["severity"]
    every = {"alertname": alert, "alertstate": "firing", "severity": severity} | labels
    listed = ", ".join(f'{key}="{value}"' for key, value in sorted(every.items()))
    return f"ALERTS{{{listed}}}"


Asked = tuple[int, str, dict[str, float]]
"""A minute, a question, and the answer: values by series."""


def objections(place: Path, series: list[dict[str, str]], asked: Iterable[Asked], file: Path = RULES) -> str:
    """The tool's words where an answer is another one; empty for none."""
    questions = [
        {
            "expr": expression,
            "eval_time": f"{minute}m",
            "exp_samples": [{"labels": labels, "value": value} for labels, value in answer.items()],
        }
        for minute, expression, answer in asked
    ]
    test = {"interval": "1m", "input_series": series, "promql_expr_test": questions}
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
    series = told((instance, one) for instance in instances for one in WELL)
    assert objections(tmp_path, series, only()) == ""


@pytest.mark.parametrize("instances", [ONE, TWO], ids=["one bot", "replicas"])
@pytest.mark.parametrize(("alert", "series", "account"), TROUBLES, ids=[alert for alert, *_ in TROUBLES])
def test_what_is_so_for_all_of_a_bot_is_told_once_until_it_ends(
    alert: str, series: Series, account: str, instances: tuple[str, ...], tmp_path: Path
) -> None:
    all_of_it = told((instance, one) for instance in instances for one in (*WELL, series))
    if alert == "OrderbotDown":
        all_of_it = [one for one in all_of_it if one["series"].startswith("up{")]
    labels = {"job": "orderbot"} | ({"account": account} if account else {})
    assert objections(tmp_path, all_of_it, only(waking(alert, labels))) == ""


@pytest.mark.parametrize("how", ["gone", "without its database"])
def test_of_a_replica_that_is_not_well_beside_another_the_operator_hears_where_it_is(how: str, tmp_path: Path) -> None:
    ill, well = TWO
    if how == "gone":
        of_the_ill: list[tuple[str, Series]] = [(ill, ("up", "", during(0, 1)))]
    else:
        of_the_ill = [(ill, one) for one in (*WELL, ("orderbot_storage_answers", "", during(0, 1)))]
    series = told([*of_the_ill, *((well, one) for one in WELL)])
    expected = waking("OrderbotReplicaUnwell", {"job": "orderbot", "instance": ill})
    assert objections(tmp_path, series, only(expected)) == ""


def test_every_alert_is_tried() -> None:
    assert {alert for alert, *_ in TROUBLES} | {"OrderbotReplicaUnwell"} == set(rules())


def test_a_rule_that_tells_each_replica_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "alerts.yml"
    right = "max by (job) (orderbot_telegram_ready) == 0"
    file.write_text(RULES.read_text("utf-8").replace(right, "orderbot_telegram_ready == 0"), "utf-8")
    series = told((instance, one) for instance in TWO for one in (*WELL, ("orderbot_telegram_ready", "", always(0))))
    expected = only(waking("OrderbotDeaf", {"job": "orderbot"}))[:1]
    assert objections(tmp_path, series, expected) == ""
    assert "instance" in objections(tmp_path, series, expected, file)


def figures() -> list[tuple[str, str]]:
    """Titles and questions of panels that ask for figures as they are, and not for each replica apart."""
    panels = json.loads((DEPLOY / "grafana" / "orderbot.json").read_text("utf-8"))["panels"]
    return [
        (panel["title"], target["expr"].replace("$job", "orderbot"))
        for panel in panels
        for target in panel["targets"]
        if "[" not in target["expr"] and "{{instance}}" not in target["legendFormat"]
    ]


@pytest.mark.parametrize("instances", [ONE, TWO], ids=["one bot", "replicas"])
def test_what_is_in_storage_is_counted_once(instances: tuple[str, ...], tmp_path: Path) -> None:
    value_of = {metric: float(values.partition("x")[0]) for metric, _, values in WELL if "+" not in values}
    asked: list[Asked] = []
    for _, expression in figures():
        (metric,) = re.findall(r"orderbot_\w+", expression)
        asked += [(10, f"sum({expression})", {"{}": value_of[metric]}), (10, f"count({expression})", {"{}": 1})]
    assert len(asked) > 20
    series = told((instance, one) for instance in instances for one in WELL)
    assert objections(tmp_path, series, asked) == ""


def test_a_question_that_counts_each_replica_is_seen(tmp_path: Path) -> None:
    series = told((instance, one) for instance in TWO for one in WELL)
    assert objections(tmp_path, series, [(10, "sum(orderbot_unknown_orders)", {"{}": 2})]) != ""
