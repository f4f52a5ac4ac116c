"""Words the stories of notices share. Yangxi, on the Tuesday it went live."""

from tests.town import Person

OFFICE = "anti_counterfeit_office"
TITLE, TEXT = "节前检查安排", "请各单位周五前把检查组名单准备好。"


async def writes(office: Person, units: str = "烟草局、公安局", seats: str = "liaisons", want: str = "read") -> str:
    """As far as the last look."""
    await office.says("发通知")
    await office.says(f"{TITLE}\n{TEXT}")
    await office.says(units)
    await office.presses("done")
    if seats:
        await office.presses(seats)
    return await office.presses(want)
