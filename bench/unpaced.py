"""The house as if Telegram had no limits: `python -m bench.unpaced run …`. To see what sending costs, never to be used."""

import sys

from bot.channels.telegram import pace

pace.RATES = pace.Rates(bot=0, chat=0, group=0, second=0, most=64)

if __name__ == "__main__":
    from bot.__main__ import main

    sys.exit(main())
