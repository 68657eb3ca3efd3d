"""Draws updates per second of every bot, by what stands on its standard input; run in an environment of its own."""

import json
import sys

import matplotlib as mpl

mpl.use("agg")
from matplotlib import pyplot as plt

told = json.load(sys.stdin)
rows, titles = told["rows"], told["titles"]
chats = sorted({row["chats"] for row in rows})
kinds = {"Cancel": "Form rounds", "Confirm": "Order rounds"}
figure, charts = plt.subplots(1, len(kinds), figsize=(12, 4.5), sharey=True, layout="constrained")
width = 0.8 / len(titles)
for chart, (end, title) in zip(charts, kinds.items(), strict=True):
    for place, (name, label) in enumerate(titles.items()):
        found = {row["chats"]: row["per_second"] for row in rows if row["bot"] == name and row["end"] == end}
        at = [group + (place - (len(titles) - 1) / 2) * width for group in range(len(chats))]
        bars = chart.bar(at, [found.get(one, 0) for one in chats], width, label=label)
        chart.bar_label(bars, fmt="%.0f", fontsize=7)
    chart.set_title(title)
    chart.set_xticks(range(len(chats)), [f"{one} chat{'s' if one > 1 else ''}" for one in chats])
    chart.spines[["top", "right"]].set_visible(False)
charts[0].set_ylabel("updates per second, one core")
charts[0].legend(fontsize=8, frameon=False)
figure.savefig(told["file"], dpi=110, metadata={"Software": None})
