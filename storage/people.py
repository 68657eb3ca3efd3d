"""The people who have written to the bot: names and languages of staff, and when somebody was last turned away."""

from storage.database import Reader, Transaction

REMEMBER = """
INSERT INTO people (user_id, name, language, telegram_language, seen_at, notices)
VALUES ($1, $2, '', $3, $4, 'important')
ON CONFLICT (user_id) DO UPDATE SET name = excluded.name, telegram_language = excluded.telegram_language,
    seen_at = excluded.seen_at
"""
LANGUAGES = "SELECT language, telegram_language FROM people WHERE user_id = $1"
NAME = "SELECT name FROM people WHERE user_id = $1"
LISTED = "SELECT user_id, name FROM people WHERE user_id > $1 ORDER BY user_id LIMIT $2"
NOTICES = "SELECT notices FROM people WHERE user_id = $1"
SET_NOTICES = "UPDATE people SET notices = $2 WHERE user_id = $1"
SET_LANGUAGE = "UPDATE people SET language = $2 WHERE user_id = $1"
TELL_STRANGER = """
INSERT INTO strangers (user_id, told_at) VALUES ($1, $2)
ON CONFLICT (user_id) DO UPDATE SET told_at = excluded.told_at
WHERE strangers.told_at <= $3 OR strangers.told_at > excluded.told_at
"""
TURN_AWAY = """
INSERT INTO turned_away (chat_id, user_id, told_at) VALUES ($1, $2, $3)
ON CONFLICT (chat_id, user_id) DO UPDATE SET told_at = excluded.told_at
WHERE turned_away.told_at <= $4 OR turned_away.told_at > excluded.told_at
"""


def remember(tx: Transaction, user_id: int, name: str, telegram_language: str, now: int) -> None:
    """Note a person's name and Telegram's language as of now; what they have chosen stays."""
    tx.write(REMEMBER, user_id, name, telegram_language, now)
    # What follows is said in their language.
    tx.prefetch(LANGUAGES, user_id)


def languages(reader: Reader, user_id: int) -> tuple[str, ...]:
    """The languages to try for a person, in order: the one chosen in the chat, then Telegram's."""
    row = reader.fetchrow(LANGUAGES, user_id)
    return () if row is None else tuple(code for code in (str(row["language"]), str(row["telegram_language"])) if code)


def name_of(reader: Reader, user_id: int) -> str:
    """A person's name as Telegram last gave it; empty for somebody who was never remembered."""
    row = reader.fetchrow(NAME, user_id)
    return "" if row is None else str(row["name"])


def listed(reader: Reader, limit: int) -> list[tuple[int, str]]:
    """Ids and names of at most `limit` people, in the order of their ids."""
    return [(int(row["user_id"]), str(row["name"])) for row in reader.fetch(LISTED, -1, limit)]


def set_language(tx: Transaction, user_id: int, code: str) -> bool:
    """Choose a language, or with "" follow Telegram's again; False for somebody who was never remembered."""
    return tx.execute(SET_LANGUAGE, user_id, code) == 1


def notices_of(reader: Reader, user_id: int) -> str:
    """The changes of orders that a person is notified of: all, important or none."""
    row = reader.fetchrow(NOTICES, user_id)
    return "important" if row is None else str(row["notices"])


def set_notices(tx: Transaction, user_id: int, chosen: str) -> bool:
    """Choose what to be notified of; False for somebody who was never remembered."""
    return tx.execute(SET_NOTICES, user_id, chosen) == 1


def may_tell_stranger(tx: Transaction, user_id: int, now: int, quiet: int) -> bool:
    """True if they were not answered within the last `quiet` microseconds; that also records that they are now.

    What was in the future then is no reason to be silent until it comes: the clock was set.
    """
    return tx.execute(TELL_STRANGER, user_id, now, now - quiet) == 1


def may_turn_away(tx: Transaction, chat_id: int, user_id: int, now: int, quiet: int) -> bool:
    """As `may_tell_stranger`, of one person in one group."""
    return tx.execute(TURN_AWAY, chat_id, user_id, now, now - quiet) == 1
