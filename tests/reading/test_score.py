"""The reading of texts against corpora of them: how much is right, what is wrong unmarked, and how long it takes."""

from pathlib import Path
from time import process_time

from tests.reading.goods import reader_of
from tests.reading.score import entries, report, score

CORPUS = Path(__file__).parent / "corpus"
FEWEST_RIGHT = 0.97


def test_of_our_texts_nearly_all_is_right_and_nothing_wrong_is_unmarked() -> None:
    found = score(CORPUS / "ours.jsonl")
    assert found.unmarked == []
    assert found.share >= FEWEST_RIGHT, "\n".join(report(found, "ours", by_kind=False))


def test_of_unseen_texts_nearly_all_is_right_and_nothing_wrong_is_unmarked() -> None:
    found = score(CORPUS / "unseen.jsonl")
    assert found.unmarked == []
    assert found.share >= FEWEST_RIGHT, "\n".join(report(found, "unseen", by_kind=True))


def test_of_texts_of_all_shapes_nearly_all_is_right_and_nothing_wrong_is_unmarked() -> None:
    found = score(CORPUS / "varied.jsonl")
    assert found.unmarked == []
    assert found.share >= FEWEST_RIGHT, "\n".join(report(found, "varied", by_kind=True))


def test_a_wrong_answer_is_counted_as_one(tmp_path: Path) -> None:
    file = tmp_path / "corpus.jsonl"
    text = "王小明 13800000000 浙江省杭州市余杭区文一路1号"
    wrong = '{"title": "Recipient", "item": 1, "value": "李小红"}, {"title": "Note", "item": 0, "value": "x"}'
    file.write_text(f'{{"account": "damaijia", "text": "{text}", "orders": [[{wrong}]]}}\n', "utf-8")
    found = score(file)
    assert (found.right, found.expected, len(found.marked)) == (0, 2, 1)
    assert any("'王小明', not '李小红'" in line for line in found.unmarked)


def test_a_text_takes_milliseconds() -> None:
    taken = []
    for entry in entries(CORPUS / "ours.jsonl"):
        reader = reader_of(entry["account"])
        best = 1.0
        for _ in range(3):
            start = process_time()
            reader.read(entry["text"])
            best = min(best, process_time() - start)
        taken.append(best)
    assert sorted(taken)[len(taken) * 95 // 100] < 0.02, "four times what it may take, for a machine that is busy"


def test_five_hundred_lines_take_less_than_a_second_or_a_few_on_a_busy_machine() -> None:
    lines = [f"{n}. 王小明 138{n:08d} 浙江省杭州市余杭区文一路{n}号" for n in range(1, 501)]
    start = process_time()
    (order,) = reader_of("damaijia").read("\n".join(lines)).orders
    assert process_time() - start < 4
    assert len({one.path[1] for one in order.answers}) == len(lines)
