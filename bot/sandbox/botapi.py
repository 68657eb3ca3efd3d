"""The Bot API's methods by name, each with the parameters that it knows, and the side that reads updates.

A method or parameter that isn't here is refused, so that a mistake in its name shows.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from bot.sandbox import documents, inline, messages
from bot.sandbox.chats import ChatChange, Chats, Json
from bot.sandbox.commands import CommandMenus
from bot.sandbox.errors import ApiError, bad_request, conflict
from bot.sandbox.parameters import Parameters
from bot.sandbox.updates import MOST_UPDATES, PollEnded, Updates
from bot.sandbox.webhook import MOST_CONNECTIONS, WebhookDelivery, refusal

_SENDING = (
    "chat_id text parse_mode entities reply_markup reply_parameters link_preview_options disable_notification "
    "protect_content message_thread_id"
)
_EDITING = "chat_id message_id reply_markup"
_WEBHOOK = "url allowed_updates drop_pending_updates secret_token max_connections ip_address"


@dataclass(frozen=True, slots=True)
class _Method:
    call: Callable[[Parameters], Any | Awaitable[Any]]
    known: frozenset[str]


class BotApi:
    """One bot's view of Telegram. `call` it with a method's name (its case doesn't matter) and parameters."""

    def __init__(self, chats: Chats, updates: Updates, webhook: WebhookDelivery) -> None:
        self._chats = chats
        self._updates = updates
        self._webhook = webhook
        self.menus = CommandMenus()
        self._methods: dict[str, _Method] = {}
        self._add("getMe", self._get_me)
        self._add("getUpdates", self._get_updates, "offset limit timeout allowed_updates")
        self._add("setWebhook", self._set_webhook, _WEBHOOK)
        self._add("deleteWebhook", self._delete_webhook, "drop_pending_updates")
        self._add("getWebhookInfo", self._get_webhook_info)
        self._add("setMyCommands", self._set_my_commands, "commands scope language_code")
        self._add("getMyCommands", self.menus.get, "scope language_code")
        self._add_chat("sendMessage", messages.send_message, _SENDING)
        self._add_chat(
            "editMessageText", messages.edit_message_text, f"{_EDITING} text parse_mode entities link_preview_options"
        )
        self._add_chat("editMessageReplyMarkup", messages.edit_message_reply_markup, _EDITING)
        self._add_chat(
            "sendDocument",
            documents.send_document,
            "chat_id document caption parse_mode caption_entities reply_markup reply_parameters disable_notification "
            "protect_content message_thread_id",
        )
        self._add_chat("getFile", documents.get_file, "file_id")
        self._add_chat("deleteMessage", messages.delete_message, "chat_id message_id")
        self._add_chat(
            "answerCallbackQuery", messages.answer_callback_query, "callback_query_id text show_alert url cache_time"
        )
        self._add_chat(
            "answerInlineQuery",
            inline.answer_inline_query,
            "inline_query_id results cache_time is_personal next_offset",
        )
        self._add_chat("sendChatAction", messages.send_chat_action, "chat_id action message_thread_id")

    def name(self, written: str) -> str | None:
        """The method's documented spelling, or None when there is no such method."""
        return next((name for name in self._methods if name.lower() == written.lower()), None)

    async def call(self, name: str, values: Json) -> Any:
        """Return the method's `result`. Raises ApiError."""
        method = self._methods[name]
        given = Parameters(values)
        given.only(method.known)
        result = method.call(given)
        return await result if isinstance(result, Awaitable) else result

    def _add(self, name: str, call: Callable[[Parameters], Any], known: str = "") -> None:
        self._methods[name] = _Method(call, frozenset(known.split()))

    def _add_chat(self, name: str, call: Callable[[Chats, Parameters], Any], known: str) -> None:
        self._add(name, lambda given: call(self._chats, given), known)

    def _get_me(self, _given: Parameters) -> Json:
        return self._chats.bot | {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
        }

    async def _get_updates(self, given: Parameters) -> list[Json]:
        if self._webhook.is_set:
            raise conflict(
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        self._allow(given)
        try:
            return await self._updates.poll(
                given.integer("offset", 0), given.integer("limit", MOST_UPDATES), given.integer("timeout", 0)
            )
        except PollEnded as ended:
            raise conflict(str(ended)) from None

    def _allow(self, given: Parameters) -> None:
        kinds = given.structure("allowed_updates", "allowed updates")
        if kinds is None:
            return
        if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
            raise bad_request("can't parse allowed updates: expected an Array of String")
        self._updates.allow(kinds)

    def _set_webhook(self, given: Parameters) -> bool:
        url, secret = given.text("url"), given.text("secret_token")
        connections = given.integer("max_connections", MOST_CONNECTIONS)
        if not url:
            return self._delete_webhook(given)
        if wrong := refusal(url, secret, connections):
            raise bad_request(wrong)
        self._allow(given)
        if given.flag("drop_pending_updates"):
            self._updates.drop()
        self._updates.end_poll("Conflict: terminated by setWebhook request")
        self._webhook.set(url, secret, connections)
        return True

    def _delete_webhook(self, given: Parameters) -> bool:
        if given.flag("drop_pending_updates"):
            self._updates.drop()
        self._webhook.remove()
        return True

    def _get_webhook_info(self, _given: Parameters) -> Json:
        kinds = self._updates.allowed
        return self._webhook.info() | ({"allowed_updates": kinds} if kinds else {})

    def _set_my_commands(self, given: Parameters) -> bool:
        done = self.menus.put(given)
        self._chats.changed(ChatChange("commands"))
        return done


def unauthorized() -> ApiError:
    return ApiError(HTTPStatus.UNAUTHORIZED, "Unauthorized")


def not_found() -> ApiError:
    return ApiError(HTTPStatus.NOT_FOUND, "Not Found")
