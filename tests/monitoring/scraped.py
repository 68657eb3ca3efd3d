"""Metrics as Prometheus takes them from the bot: samples by name and labels."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from tests.monitoring.asked import ask


@dataclass(frozen=True, slots=True)
class Scraped:
    text: str
    samples: dict[tuple[str, frozenset[tuple[str, str]]], float]

    def value(self, name: str, **labels: str) -> float:
        return self.samples[name, frozenset(labels.items())]

    def of(self, name: str) -> dict[frozenset[tuple[str, str]], float]:
        return {labels: value for (known, labels), value in self.samples.items() if known == name}

    def names(self) -> Iterator[str]:
        return (name for name, _ in self.samples)


def parsed(text: str) -> Scraped:
    samples = {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    return Scraped(text, samples)


async def scrape(port: int) -> Scraped:
    told = await ask(port, "/metrics")
    assert told.status == 200, told.text
    return parsed(told.text)
