"""Rows of the smallest table, for tests to which any row will do."""

from storage.database import Database, Reader, Transaction

PUT = "INSERT INTO strangers (user_id, told_at) VALUES ($1, $2)"
ALL = "SELECT user_id FROM strangers ORDER BY user_id"


async def put(database: Database, *user_ids: int) -> None:
    def work(tx: Transaction) -> None:
        for user_id in user_ids:
            tx.execute(PUT, user_id, 0)

    await database.run(work)


def ids(reader: Reader) -> list[int]:
    return [row["user_id"] for row in reader.fetch(ALL)]


async def stored(database: Database) -> list[int]:
    return await database.read(ids)
