"""The order on python-telegram-bot's ConversationHandler with its defaults: `ptb.py TELEGRAM SUPPLIER [PICKLE]`.

With a third argument, a file, conversations and answers are kept there by PicklePersistence.
"""

import sys
from typing import Any

import httpx
from steps import CANCELLED, QUESTIONS, Question, body, buttons, is_good, placed
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

TELEGRAM, SUPPLIER, *PICKLE = sys.argv[1:]
SHOP = httpx.AsyncClient(base_url=SUPPLIER)
Context = ContextTypes.DEFAULT_TYPE


async def ask(update: Update, context: Context, place: int) -> int:
    """Ask the question at `place`, which is the state of the conversation."""
    question = QUESTIONS[place]
    rows = [[InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in buttons(question)]
    text = question.text.format_map(context.user_data)
    await update.effective_message.reply_text(text, reply_markup=InlineKeyboardMarkup(rows))
    return place


async def begin(update: Update, context: Context) -> int:
    context.user_data.clear()
    return await ask(update, context, 0)


def typed(place: int, question: Question) -> Any:
    async def answer(update: Update, context: Context) -> int:
        text = update.message.text.strip()
        if not is_good(question.key, text):
            await update.message.reply_text(f"Not accepted\n{question.text}")
            return place
        context.user_data[question.key] = text
        return await ask(update, context, place + 1)

    return MessageHandler(filters.TEXT & ~filters.COMMAND, answer)


def tapped(place: int, question: Question) -> Any:
    async def answer(update: Update, context: Context) -> int:
        await update.callback_query.answer()
        context.user_data[question.key] = update.callback_query.data
        return await ask(update, context, place + 1)

    return CallbackQueryHandler(answer, pattern="^(goods|vip|done|skip)$")


async def cancel(update: Update, context: Context) -> int:
    await update.callback_query.answer()
    context.user_data.clear()
    await update.effective_message.reply_text(CANCELLED)
    return ConversationHandler.END


async def confirm(update: Update, context: Context) -> int:
    await update.callback_query.answer()
    answer: Any = (await SHOP.post("/api/order/create", json=body(context.user_data))).json()
    context.user_data.clear()
    await update.effective_message.reply_text(placed(answer))
    return ConversationHandler.END


def main() -> None:
    builder = Application.builder().token("1:bench").base_url(f"{TELEGRAM}/bot")
    if PICKLE:
        builder = builder.persistence(PicklePersistence(PICKLE[0]))
    states: dict[int, list[Any]] = {
        place: [typed(place, question), *([tapped(place, question)] if question.choices else [])]
        for place, question in enumerate(QUESTIONS[:-1])
    }
    states[len(QUESTIONS) - 1] = [CallbackQueryHandler(confirm, pattern="^confirm$")]
    conversation = ConversationHandler(
        entry_points=[CommandHandler("order", begin)],
        states=states,
        fallbacks=[CallbackQueryHandler(cancel, pattern="^cancel$")],
        name="order" if PICKLE else None,
        persistent=bool(PICKLE),
    )
    application = builder.build()
    application.add_handler(conversation)
    application.run_polling()


if __name__ == "__main__":
    main()
