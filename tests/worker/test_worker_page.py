"""The page for those who run workers names the metrics that there are, and no others."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import requests
import yaml
from prometheus_client.parser import text_string_to_metric_families

from ccmail.worker.counters import Counters
from ccmail.worker.metrics import MetricsServer
from ccmail.worker.queue_state import QueueState
from tests.e2e.shell import LONG

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "workers.md").read_text(encoding="utf-8")


def metrics() -> set[str]:
    with MetricsServer("127.0.0.1:0", Counters(), lambda: QueueState(0, 0.0, 0, 0, 0)) as server:
        text = requests.get(server.url, timeout=LONG).text
    return {sample.name for family in text_string_to_metric_families(text) for sample in family.samples}


def settings(first_key: str) -> Any:
    (block,) = re.findall(rf"```yaml\n({first_key}:.*?)```", PAGE, re.DOTALL)
    return yaml.safe_load(block)


def test_every_metric_is_documented_and_no_other() -> None:
    assert set(re.findall(r"(?m)^\| `(ccmail_\w+)`", PAGE)) == metrics()


def test_an_alert_looks_at_metrics_that_there_are() -> None:
    rules = [rule for group in settings("groups")["groups"] for rule in group["rules"]]

    looked_at = [set(re.findall(r"ccmail_\w+", rule["expr"])) for rule in rules]
    assert len(rules) == len({rule["alert"] for rule in rules}) == 3
    assert all(looked_at)
    assert set.union(*looked_at) <= metrics()


def test_prometheus_asks_where_the_unit_listens() -> None:
    unit = (ROOT / "deploy" / "ccmail-worker@.service").read_text(encoding="utf-8")
    (address,) = re.findall(r"--metrics (\S+)", unit)

    (config,) = settings("scrape_configs")["scrape_configs"]

    assert config["static_configs"] == [{"targets": [address.replace("%i", number) for number in "12"]}]
