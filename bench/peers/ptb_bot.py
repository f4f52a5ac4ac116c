"""python-telegram-bot: Application, ConversationHandler, its own webhook, updates one after the other."""

import logging
import sys
from functools import partial
from typing import Any

from telegram import Update
from telegram.ext import Application, ContextTypes, ConversationHandler, MessageHandler, filters

from bench.loops import fastest
from bench.peers.notebook import FIELDS, PATH, QUESTIONS, SECRET, TOKEN, Notebook, free_port, ready

Context = ContextTypes.DEFAULT_TYPE


async def _step(place: int, update: Update, context: Context) -> int:
    assert update.message is not None and context.user_data is not None
    context.user_data[FIELDS[place]] = update.message.text
    if place < len(FIELDS) - 1:
        await update.message.reply_text(QUESTIONS[place])
        return place + 1
    number = context.bot_data["notebook"].write(context.user_data)
    context.user_data.clear()
    await update.message.reply_text(QUESTIONS[place].format(number))
    return ConversationHandler.END


def _told(place: int) -> Any:
    return MessageHandler(filters.TEXT & ~filters.COMMAND, partial(_step, place))


def main() -> None:
    logging.disable(logging.ERROR)
    fastest()
    path, api = sys.argv[1:]
    port = free_port()

    async def begun(application: "Application[Any, Any, Any, Any, Any, Any]") -> None:
        application.bot_data["notebook"] = Notebook(path)

    application = Application.builder().token(TOKEN).base_url(f"{api}/bot").post_init(begun).build()
    states = {place: [_told(place)] for place in range(1, len(FIELDS))}
    application.add_handler(ConversationHandler([_told(0)], states, []))
    ready(port)
    application.run_webhook(
        "127.0.0.1", port, PATH, webhook_url=f"https://127.0.0.1{PATH}", secret_token=SECRET, bootstrap_retries=0
    )


if __name__ == "__main__":
    main()
