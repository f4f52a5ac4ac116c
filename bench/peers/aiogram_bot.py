"""aiogram: Dispatcher, FSM in memory, its own webhook. `handle_in_background=False`, or a next step that comes right after the
200 overtakes the one before it."""

import logging
import sys

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from bench.loops import fastest
from bench.peers.notebook import FIELDS, PATH, QUESTIONS, SECRET, TOKEN, Notebook, free_port, ready


class Tip(StatesGroup):
    now = State()
    where = State()
    more = State()
    submit = State()


router = Router()


async def _next(message: Message, state: FSMContext, place: int, following: State) -> None:
    await state.update_data({FIELDS[place]: message.text})
    await state.set_state(following)
    await message.answer(QUESTIONS[place])


@router.message(Tip.now)
async def now(message: Message, state: FSMContext) -> None:
    await _next(message, state, 1, Tip.where)


@router.message(Tip.where)
async def where(message: Message, state: FSMContext) -> None:
    await _next(message, state, 2, Tip.more)


@router.message(Tip.more)
async def more(message: Message, state: FSMContext) -> None:
    await _next(message, state, 3, Tip.submit)


@router.message(Tip.submit)
async def submit(message: Message, state: FSMContext, notebook: Notebook) -> None:
    number = notebook.write({**await state.get_data(), "submit": message.text or ""})
    await state.clear()
    await message.answer(QUESTIONS[4].format(number))


@router.message()
async def what(message: Message, state: FSMContext) -> None:
    await _next(message, state, 0, Tip.now)


def main() -> None:
    logging.disable(logging.ERROR)
    fastest()
    path, api = sys.argv[1:]
    dispatcher = Dispatcher(storage=MemoryStorage(), notebook=Notebook(path))
    dispatcher.include_router(router)
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    app, port = web.Application(), free_port()
    SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token=SECRET).register(app, path=PATH)
    setup_application(app, dispatcher)
    web.run_app(app, host="127.0.0.1", port=port, print=lambda *_: ready(port), access_log=None)


if __name__ == "__main__":
    main()
