"""The order on aiogram's finite state machine with its defaults: `aiogram_fsm.py TELEGRAM SUPPLIER [REDIS]`.

With a third argument, an address, states and answers are kept there by RedisStorage, else in memory.
"""

import asyncio
import sys

import aiohttp
from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from steps import CANCELLED, QUESTIONS, Question, body, buttons, is_good, placed

TELEGRAM, SUPPLIER, *REDIS = sys.argv[1:]
router = Router()
states = {question.key: State() for question in QUESTIONS}
Order = type("Order", (StatesGroup,), states)


async def ask(message: Message, state: FSMContext, place: int) -> None:
    """Ask the question at `place` and wait for its answer."""
    question = QUESTIONS[place]
    rows = [[InlineKeyboardButton(text=label, callback_data=data) for label, data in row] for row in buttons(question)]
    await state.set_state(states[question.key])
    text = question.text.format_map(await state.get_data())
    await message.answer(text, reply_markup=InlineKeyboardMarkup(inline_keyboard=rows))


@router.message(Command("order"))
async def begin(message: Message, state: FSMContext) -> None:
    await state.clear()
    await ask(message, state, 0)


def typed(place: int, question: Question) -> None:
    @router.message(StateFilter(states[question.key]), F.text)
    async def answer(message: Message, state: FSMContext) -> None:
        text = message.text.strip()
        if not is_good(question.key, text):
            await message.answer(f"Not accepted\n{question.text}")
            return
        await state.update_data({question.key: text})
        await ask(message, state, place + 1)


def tapped(place: int, question: Question) -> None:
    @router.callback_query(StateFilter(states[question.key]), F.data.in_({"goods", "vip", "done", "skip"}))
    async def answer(query: CallbackQuery, state: FSMContext) -> None:
        await query.answer()
        await state.update_data({question.key: query.data})
        await ask(query.message, state, place + 1)


for number, asked in enumerate(QUESTIONS[:-1]):
    typed(number, asked)
    if asked.choices:
        tapped(number, asked)


@router.callback_query(F.data == "cancel")
async def cancel(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    await state.clear()
    await query.message.answer(CANCELLED)


@router.callback_query(StateFilter(states["end"]), F.data == "confirm")
async def confirm(query: CallbackQuery, state: FSMContext, shop: aiohttp.ClientSession) -> None:
    await query.answer()
    async with shop.post("/api/order/create", json=body(await state.get_data())) as response:
        answer = await response.json()
    await state.clear()
    await query.message.answer(placed(answer))


async def main() -> None:
    if REDIS:
        from aiogram.fsm.storage.redis import RedisStorage  # noqa: PLC0415  its library is installed for this one only

        # By default its library opens 100 connections at most and fails beyond, which 200 chats at once need.
        storage = RedisStorage.from_url(REDIS[0], connection_kwargs={"max_connections": 1000})
    else:
        storage = MemoryStorage()
    bot = Bot("1:bench", session=AiohttpSession(api=TelegramAPIServer.from_base(TELEGRAM)))
    dispatcher = Dispatcher(storage=storage)
    dispatcher.include_router(router)
    async with aiohttp.ClientSession(SUPPLIER) as shop:
        await dispatcher.start_polling(bot, shop=shop)


if __name__ == "__main__":
    asyncio.run(main())
