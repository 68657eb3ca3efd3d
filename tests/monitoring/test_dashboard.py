"""The dashboard and the alert rules name metrics and labels that a running bot has, and no others."""

import asyncio
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.monitoring.figures import StoredFigures
from providers.simulators.base import Fault
from tests.end_to_end.dialogues import GUOGUO, order
from tests.end_to_end.house import world
from tests.end_to_end.program import running
from tests.monitoring.asked import free_port
from tests.monitoring.scraped import Scraped, parsed, scrape
from tests.monitoring.test_metrics import NOTHING, meters
from tests.monitoring.test_running import PATIENCE, config, until

ROOT = Path(__file__).parents[2]
DASHBOARD = ROOT / "deploy" / "grafana" / "orderbot.json"
ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
PAPER = ROOT / "docs" / "metrics.md"
OF_PROMETHEUS = {"up"}
"""Metrics that Prometheus makes of its own looks."""
ADDED = {"job", "instance"}
"""Labels that Prometheus adds to every metric."""
_METRIC = re.compile(r"\b(orderbot_\w+|process_\w+|up)\b(?:\{([^}]*)\})?")
_GROUPED = re.compile(r"\b(?:by|on|without|ignoring)\s*\(([^)]*)\)")
_LEGEND = re.compile(r"\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}")


def dashboard() -> list[tuple[str, str]]:
    """Expressions with the labels that their legends name."""
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    return [(target["expr"], target["legendFormat"]) for panel in panels for target in panel["targets"]]


def rules() -> list[dict[str, Any]]:
    found = yaml.safe_load(ALERTS.read_text("utf-8"))
    return [rule for group in found["groups"] for rule in group["rules"]]


def expressions() -> list[tuple[str, str]]:
    return [*dashboard(), *((rule["expr"], " ".join(rule["annotations"].values())) for rule in rules())]


def unknown_in(expression: str, told: str, known: dict[str, set[str]]) -> list[str]:
    """The metrics and labels of an expression, and of what is told of it, that no scrape has."""
    asked = _METRIC.findall(expression)
    faults = [name for name, _ in asked if name not in known]
    labels = set().union(*(known.get(name, set()) for name, _ in asked)) | ADDED
    named = [label.strip() for group in _GROUPED.findall(expression) for label in group.split(",")]
    for name, matchers in asked:
        own = known.get(name, set()) | ADDED
        faults += [
            f"{name}{{{label}}}" for label in re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", matchers) if label not in own
        ]
    return faults + [label for label in (*named, *_LEGEND.findall(told)) if label not in labels]


def known_of(found: Scraped) -> dict[str, set[str]]:
    known: dict[str, set[str]] = {name: set() for name in OF_PROMETHEUS}
    for name, labels in found.samples:
        known.setdefault(name, set()).update(label for label, _ in labels)
    return known


async def test_what_they_name_is_there_once_a_bot_has_worked_and_the_paper_has_all_of_it(tmp_path: Path) -> None:
    async with world(tmp_path) as house:
        port = free_port()
        tables = {
            "accounts": house.settings(guoguo={"balance_floor": 7})["accounts"],
            "catalogue": {"refresh_every": 60},
        }
        async with running(config(house, f"127.0.0.1:{port}", **tables)) as program:
            await until(port, "/readyz", 200)
            house.guoguo.fail(Fault.DROP_AFTER)
            await order(house, GUOGUO)
            await house.reads("Outcome unknown")
            house.say("/balance")
            await house.reads("GuoGuo:")
            async with asyncio.timeout(PATIENCE):
                while not (found := await scrape(port)).of("orderbot_catalogue_age_seconds"):  # noqa: ASYNC110  it rings no bell
                    await asyncio.sleep(0.1)
            assert await program.stop() == 0, program.log.read_text()
    among_replicas = replace(NOTHING, figures=StoredFigures(replicas=2), leads=True)
    known = known_of(parsed(meters().text(among_replicas))) | known_of(found)
    assert len(expressions()) > 30
    assert [fault for asked, told in expressions() for fault in unknown_in(asked, told, known)] == []

    paper = PAPER.read_text("utf-8")
    ours = {re.sub(r"_(bucket|sum|count)$", "", name) for name in known if name.startswith("orderbot_")}
    assert {name for name in ours if f"`{name}`" not in paper} == set()
    assert set(re.findall(r"`(orderbot_\w+)`", paper)) <= ours


@pytest.mark.parametrize(
    ("expression", "told", "faults"),
    [
        ("orderbot_gone > 1", "", ["orderbot_gone"]),
        ('orderbot_a{acount="x"}', "", ["orderbot_a{acount}"]),
        ("sum by (shop) (orderbot_a)", "", ["shop"]),
        ("orderbot_a", "{{ $labels.shop }}", ["shop"]),
        ('sum by (account) (rate(orderbot_a{job="$job",account=~"x"}[5m]))', "{{account}} {{ $value }}", []),
    ],
)
def test_a_name_that_nobody_has_is_seen(expression: str, told: str, faults: list[str]) -> None:
    assert unknown_in(expression, told, {"orderbot_a": {"account"}}) == faults


def test_every_rule_has_what_an_alert_needs() -> None:
    found = rules()
    for rule in found:
        assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}, rule
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert rule["annotations"].keys() == {"summary", "description"}
        assert re.fullmatch(r"[0-9]+[smh]", rule.get("for", "0s"))
        assert rule["expr"].count("(") == rule["expr"].count(")")
    names = [rule["alert"] for rule in found]
    assert len(set(names)) == len(names)
    assert {f"Orderbot{name}" for name in ("UnknownOrders", "OutboxStuck", "Deaf", "BalanceLow", "DiskFull")} <= {
        *names
    }
    assert {"OrderbotSupplierUnreachable", "OrderbotCatalogueOld"} <= {*names}
    assert [name for name in names if f"`{name}`" not in PAPER.read_text("utf-8")] == []


def test_the_dashboard_asks_the_source_that_is_chosen() -> None:
    found = json.loads(DASHBOARD.read_text("utf-8"))
    assert {panel["datasource"]["uid"] for panel in found["panels"]} == {"${datasource}"}
    assert len({panel["id"] for panel in found["panels"]}) == len(found["panels"])
    for panel in found["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        assert all(target["expr"] for target in panel["targets"])
