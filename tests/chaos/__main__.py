"""`make chaos`: the state machine and the crash test for minutes, and what they have come to as a table."""

import argparse
import logging
import sys
import time
import traceback
from functools import partial

from tests import postgres
from tests.chaos.playing import kills, machine, replicas
from tests.chaos.tally import Tally
from tests.end_to_end import house


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=6, help="half of them for each of the two (6)")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6, help="to repeat a run")
    parser.add_argument("--storage", choices=("sqlite", "postgresql"), default="sqlite", help="the bot's database")
    parser.add_argument("--replicas", type=int, default=0, help="bots by webhook on one PostgreSQL, for all of them")
    parser.add_argument("--every", type=float, default=4, help="seconds between two kills of one of these (4)")
    parser.add_argument("--restart", action="store_true", help="restart their PostgreSQL once")
    asked = parser.parse_args()
    house.KIND, folder = asked.storage, postgres.announce()
    # What is logged about faults is the bot's business; here they come by the hundred.
    logging.disable(logging.CRITICAL)
    sys.stdout.write(f"seed {asked.seed}\n")
    sys.stdout.flush()
    tally, failed = Tally(), False
    try:
        several = partial(replicas, count=asked.replicas, every=asked.every, restarts=asked.restart)
        plays = (several,) if asked.replicas else (machine, kills)
        for play in plays:
            try:
                play(asked.seed, asked.minutes * 60 / len(plays), tally)
            except Exception:  # noqa: BLE001  it is shown, and the other half is played all the same
                failed = True
                traceback.print_exc()
    finally:
        postgres.end(folder)
    sys.stdout.write(tally.table())
    sys.stdout.writelines(f"{what}\n" for what in tally.wrong)
    return int(failed or not tally.is_clean)


if __name__ == "__main__":
    sys.exit(main())
