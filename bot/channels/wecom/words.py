"""Words of the platform's own: what stands on a card's button, below a list. They are the templates', as all words are."""

from collections.abc import Callable

from bot.channels.base import Outgoing, numbered

Words = Callable[[str, str], str]  # block, language


def listed(message: Outgoing, words: Words) -> str:
    """What can't be pressed, with its numbers, and what to do with them."""
    text = numbered(message.text, message.choices, message.prompt)
    return text if text == message.text else f"{text}\n{words('wecom_number', message.language)}"
