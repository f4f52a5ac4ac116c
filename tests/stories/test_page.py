"""The page in a real Chromium: what people see, press and read."""

import io
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image, ImageDraw
from playwright.async_api import Browser, Route, expect

from storage import attachments, chats, people
from storage.database import Tx
from tests.stories.pages import OLD_PHONE, PASSWORD, PHONE, Plain, Street, Window, chromium
from tests.town import Town, tip_off

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

STORY = "县城东门仓库夜里往外搬走私货，我邻居也看见了，电话 13800138000"
COPY = "县城东门一处仓库夜里搬运走私货物。"
BULLETIN = "仓库已查封，查获香烟 320 条。谢谢您。"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def street(browser: Browser, tmp_path: Path) -> AsyncIterator[Street]:
    async with Town.open(database(tmp_path), tmp_path) as town, Street.open(town, browser) as opened:
        yield opened


def database(folder: Path) -> str:
    return f"sqlite:///{folder / 'xiezhi.db'}"


def photo() -> bytes:
    """A warehouse by night, as a phone takes it: its EXIF says where."""
    picture = Image.new("RGB", (960, 720), "#17212b")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 560, 960, 720), "#2b2f33")
    pen.polygon(((90, 230), (480, 120), (870, 230)), "#3d4650")
    pen.rectangle((90, 230, 870, 580), "#56616b")
    pen.rectangle((190, 330, 450, 580), "#e6c26a")
    pen.rectangle((540, 420, 800, 560), "#7b2f26")
    pen.rectangle((720, 370, 830, 560), "#93402f")
    for wheel in (590, 770):
        pen.ellipse((wheel - 34, 530, wheel + 34, 598), "#14171a")
    return _jpeg(picture, exif=_taken_at())


def _taken_at() -> bytes:
    tags = Image.Exif()
    tags[0x010F] = "Telephone"
    tags.get_ifd(0x8825).update({1: "N", 2: (24.0, 28.0, 57.0), 3: "E", 4: (109.0, 44.0, 6.0)})
    return tags.tobytes()


def _jpeg(picture: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", **options)
    return out.getvalue()


def position(data: bytes) -> dict[int, object]:
    with Image.open(io.BytesIO(data)) as image:
        return dict(image.getexif().get_ifd(0x8825))


# -- the whole story -----------------------------------------------------------------------------------------------------


async def test_a_tip_is_taken_answered_and_acted_on(street: Street) -> None:
    """Issue 2 in three windows: from the citizen's first word to the outcome, found again with number and password."""
    officer = await street.staff("hq_office", "intake", "甲一")
    liaison = await street.staff("tobacco", "liaison", "午一", PHONE)
    citizen = await street.window()
    number, password = await _reports(citizen)
    await _asks_back(officer, number)
    await _answers(citizen, number)
    await _hands_over(officer, number)
    await _works(liaison, number)
    await _closes(officer, number)
    await _finds_it_again(await street.window(), number, password)


async def _reports(citizen: Window) -> tuple[str, str]:
    await citizen.hears("110")
    await citizen.picture("citizen-start")
    await citizen.says("你好")
    await citizen.says(STORY)
    await citizen.presses("no")
    await citizen.says("东门老粮仓后院")
    await citizen.picture("citizen-question")
    await citizen.presses("tobacco", "skip")
    await citizen.says("每周二、五凌晨")
    await citizen.says("货车 桂B12345")
    await citizen.attaches("IMG_2041.jpg", photo())
    await citizen.presses("done", "none", "no", "anonymous", "yes", "as_written")
    await expect(citizen.page.locator("#draft")).to_be_visible()
    await citizen.picture("citizen-review")
    await citizen.presses("submit")
    number, password = await citizen.receipt()
    await expect(citizen.page.locator("#draft")).to_be_hidden()
    await citizen.picture("citizen-receipt")
    await citizen.says(password[-4:])
    await expect(citizen.log.locator(".bubble.erased")).to_have_count(1)
    assert password not in await citizen.held()
    return number, password


async def _asks_back(officer: Window, number: str) -> None:
    """The alert came without a reload; the officer's copy of the photo no longer says where it was taken."""
    await officer.presses(f"go.open.{number}")
    await officer.hears(STORY)
    copy = await _downloaded(officer)
    assert position(photo()) and not position(copy)
    await officer.presses("take")
    await officer.picture("officer-card")
    await officer.presses("ask")
    await officer.says("是哪一间仓库？")
    await officer.presses("submit")


async def _downloaded(window: Window) -> bytes:
    link = await window.newest.locator("a.file").get_attribute("href")
    answer = await window.page.request.get(link or "")
    assert answer.ok
    return await answer.body()


async def _answers(citizen: Window, number: str) -> None:
    """Told that there is an answer, not what it says; it is read with the tip."""
    told = await citizen.hears(number, re.compile("新"))
    assert "哪一间" not in told
    await citizen.presses("go.mine")
    await citizen.hears("是哪一间仓库？")
    await citizen.presses("add")
    await citizen.says("靠路第二间，蓝色卷帘门。")
    await citizen.presses("done")


async def _hands_over(officer: Window, number: str) -> None:
    """The copy starts from the citizen's words, and is warned about while somebody could be recognised by it."""
    await officer.presses(f"go.open.{number}")
    await officer.hears("蓝色卷帘门")
    await officer.presses("hand", "tobacco", "done")
    await expect(officer.text).to_have_value(re.compile("我邻居"))
    await officer.presses("as_is")
    await officer.hears("13800138000")
    await expect(officer.text).to_have_value("")
    await officer.picture("officer-redaction")
    await officer.presses("edit")
    await officer.says(COPY)
    picture = (await officer.offered())[0]
    await officer.presses(picture, "done", "submit")


async def _works(liaison: Window, number: str) -> None:
    """The unit sees the edited copy and the chosen picture, nothing else."""
    await liaison.presses(f"go.open.{number}")
    await liaison.hears(COPY)
    assert not position(await _downloaded(liaison))
    assert "13800138000" not in await liaison.held()
    await liaison.picture("liaison-card")
    await liaison.presses("sign", "progress")
    await liaison.says("已到现场，正在清点。")
    await liaison.presses("complete", "confirmed", "yes")
    await liaison.says("查获香烟 320 条，已立案。")
    await liaison.presses("submit")


async def _closes(officer: Window, number: str) -> None:
    await officer.presses(f"go.open.{number}", "finish", "confirmed")
    await officer.says(BULLETIN)
    await officer.presses("submit")


async def _finds_it_again(anew: Window, number: str, password: str) -> None:
    await anew.presses("go.mine")
    await anew.says(number)
    await anew.says(password.lower().replace("-", " "))
    await anew.hears(number, BULLETIN)


async def test_the_picture_of_a_password_goes_with_it(street: Street) -> None:
    """Repeated rightly, number and password leave the screen in every form they took; nobody is told to delete by hand what
    can't be deleted there."""
    citizen = await street.window()
    await citizen.says(STORY)
    await citizen.presses("no", "told", "enough", "as_written", "submit")
    _, password = await citizen.receipt()
    await citizen.presses("picture", "picture")
    await expect(citizen.log.locator("a.file")).to_have_count(2)
    await citizen.says(password[-4:])
    await expect(citizen.log.locator(".bubble.erased")).to_have_count(3)
    await expect(citizen.log.locator("a.file, .turn img")).to_have_count(0)
    assert password not in await citizen.held() and "自己删掉" not in await citizen.newest.inner_text()


# -- whose desk it is ----------------------------------------------------------------------------------------------------


async def invitation(street: Street, name: str, unit: str = "market", seat: str = "liaison") -> str:
    where, now = street.town.plan.id, street.town.app.timepiece.now()
    return await street.town.app.database.run(lambda tx: people.invite(tx, where, unit, seat, name, None, now))


async def test_a_link_of_somebody_else_asks_before_it_takes_the_desk(street: Street) -> None:
    """One staff login per browser: who is logged in is named and stays until the change is confirmed; then every tab is
    the new person's or nobody's, and what the first had still to send is not said by the second."""
    first = await street.staff("hq_office", "intake", "赵甲")
    code = await invitation(street, "钱乙")
    second = Window(await first.page.context.new_page())
    street.windows.append(second)
    await second.page.goto(f"/#login={code}")
    refused, title = second.page.locator("#refused"), second.page.locator("#title")
    await expect(refused).to_contain_text("赵甲")
    await expect(title).to_have_text("赵甲")
    await second.page.locator("#back").click()
    await second.says("待办")
    await expect(first.page.locator("#title")).to_have_text("赵甲")
    await second.page.evaluate(f"location.hash = 'login={code}'")
    await expect(refused).to_contain_text("赵甲")
    await second.page.locator("#login button[type=submit], #login button:not([type])").first.click()
    await expect(title).to_have_text("钱乙")
    await expect(first.page.locator("#refused")).to_contain_text("换了人")
    await first.page.reload()
    await expect(first.page.locator("#title")).to_have_text("钱乙")


async def test_a_link_opens_what_it_names(street: Street) -> None:
    """A five-minute link from a chat lets in and opens the thing; who is in already opens it without changing the desk."""
    number, _ = await tip_off(await street.town.citizen())
    code = await invitation(street, "钱乙", "hq_office", "intake")
    first = await street.window(f"/#login={code}&go=go.open.{number}")
    await expect(first.page.locator("#title")).to_have_text("钱乙")
    await first.hears("县城东门老粮仓")
    await first.page.evaluate("location.hash = 'login=0000-0000-0000&go=go.todo'")
    await expect(first.page.locator("#refused")).to_contain_text("钱乙")
    await first.page.locator("#back").click()
    await first.hears("点编号打开")
    assert "login" not in await first.page.evaluate("location.href"), "nothing of it stays in the address"


async def test_who_is_to_be_replaced_is_asked_in_view(street: Street) -> None:
    """However far the conversation has been scrolled, the question covers it and has the focus; Escape changes nothing."""
    first = await street.staff("hq_office", "intake", "赵甲", size=PHONE)
    for _ in range(4):
        await first.says("待办")
    await first.page.evaluate(f"location.hash = 'login={await invitation(street, '钱乙')}'")
    question = first.page.get_by_role("dialog")
    await expect(question).to_be_visible()
    for one in ("#refused", "#code", "#back"):
        await expect(question.locator(one)).to_be_in_viewport(ratio=1)
    assert await first.focused() == "code"
    await first.page.keyboard.press("Escape")
    await expect(question).to_have_count(0)
    await first.says("待办")
    await expect(first.page.locator("#title")).to_have_text("赵甲")


# -- an old phone --------------------------------------------------------------------------------------------------------


async def test_a_tab_that_was_killed_for_the_camera_goes_on(street: Street) -> None:
    """The draft is there after a reload, in this tab and in no other; leaving erases the token as well, and an ended
    conversation is replaced by a new one."""
    citizen = await street.window()
    await citizen.answered()
    await citizen.says("县城东门老粮仓里有人卖走私烟")
    token = citizen.token
    await citizen.page.reload()
    await citizen.hears("未提交")
    assert citizen.token == token
    assert STORY not in await citizen.held()
    other = Window(await citizen.page.context.new_page())
    street.windows.append(other)
    await other.page.goto("/")
    await other.answered()
    assert other.token != token
    await street.town.app.database.run(lambda tx: chats.end(tx, _chat(tx, token)))
    await citizen.page.reload()
    await expect(citizen.page.locator("#draft")).to_be_hidden()
    await citizen.answered()
    assert citizen.token != token
    await citizen.page.locator("#leave").click()
    await expect(citizen.page.locator("body.empty")).to_be_visible()
    assert citizen.token not in await citizen.held()


def _chat(tx: Tx, token: str) -> int:
    chat = chats.find(tx, "web", token)
    assert chat is not None
    return chat.id


async def test_the_smallest_screen_shows_what_can_be_pressed(street: Street) -> None:
    """320 × 568: below the greeting the first button is in view."""
    citizen = await street.window(size=(320, 568))
    await citizen.answered()
    await expect(citizen.log.locator("button.choice").first).to_be_in_viewport(ratio=1)


async def test_what_cannot_be_pressed_does_not_warn(street: Street) -> None:
    """A danger that has passed with its question is grey, under the pointer too."""
    citizen = await street.window()
    await citizen.answered()
    await citizen.says("县城东门老粮仓里有人卖走私烟")
    await citizen.says("取消")
    risky = citizen.log.locator("button.danger").last
    await expect(risky).to_be_enabled()
    await citizen.says("继续")
    await expect(risky).to_be_disabled()
    await risky.hover(force=True)
    dead = "one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor].join()"
    grey = await citizen.log.locator("button.choice:not(.danger):disabled").last.evaluate(dead)
    assert await risky.evaluate(dead) == grey


async def test_the_telephone_is_named_in_the_language_of_the_page(street: Street) -> None:
    """Switched to English and back, the hotline's name goes along; a page that is loaded again speaks as before."""
    citizen = await street.window()
    await citizen.answered()
    number = citizen.page.locator("#hotline")
    chinese = await number.inner_text()
    await citizen.page.locator("#language").click()
    await expect(citizen.page.locator("html")).to_have_attribute("lang", "en")
    await expect(number).to_contain_text("hotline")
    await citizen.answered()
    await citizen.page.reload()
    await citizen.answered()
    await expect(number).to_contain_text("hotline")
    await citizen.page.locator("#language").click()
    await expect(number).to_have_text(re.compile(chinese.split()[-1]))


FIGURES = [
    # what is written, which numbers in it can be called
    ("走访商户：120户次，案件 110起，检查 122 处", []),
    ("出动 120人次、120车次，发放宣传册 110张，立案110宗", []),
    ("有危险，先打 110。伤者打120急救，处警问110处警台", ["110", "120", "110"]),
    ("110报警；119", ["110", "119"]),
]


async def test_a_figure_is_no_number_to_call(street: Street) -> None:
    """120户次 in a report of a month was a link to the ambulance; a number that is to be called still is one."""
    citizen = await street.window()
    await citizen.answered()
    links = (
        "text => Array.from(window.xiezhi.bubbles(one => one, {}, { grown() {} }).turn({ text: text })"
        ".querySelectorAll('a[href^=tel]'), one => one.textContent)"
    )
    for text, called in FIGURES:
        assert await citizen.page.evaluate(links, text) == called


# -- the line breaks -----------------------------------------------------------------------------------------------------


async def test_a_message_written_while_the_server_is_away_arrives_once(browser: Browser, tmp_path: Path) -> None:
    """The page says that the connection is lost, keeps what is written, and delivers it once the server is back."""
    async with Town.open(database(tmp_path), tmp_path) as town:
        citizen = await Street(town, browser).window()
        await citizen.hears("110")
    banner, mark = citizen.page.locator("#banner"), citizen.page.locator(".mark")
    await expect(banner).to_be_visible()
    await citizen.text.fill(STORY)
    await citizen.send.click()
    await expect(mark).to_have_class(re.compile("waiting"))
    async with Town.open(database(tmp_path), tmp_path, port=town.app.port):
        await citizen.answered()
        await expect(banner).to_be_hidden()
        await expect(mark).to_have_class(re.compile("sent"))
        assert await citizen.offered() == ["yes", "no", "unsure"]
        assert await citizen.turns() == ["office", "mine", "office"]
        await citizen.page.context.close()


async def test_a_message_whose_acknowledgement_was_lost_has_one_effect(street: Street) -> None:
    """The server took it, the page cannot know: it repeats it under its id, and the conversation goes one step, not two."""
    citizen, told = await street.window(), list[str]()
    await citizen.answered()

    async def lose_the_first(route: Route) -> None:
        told.append(str(json.loads(route.request.post_data or "{}")["id"]))
        if len(told) > 1:
            await route.continue_()
            return
        await route.fetch()
        await route.abort()

    await citizen.page.route("**/chat/say*", lose_the_first)
    await citizen.says(STORY)
    await expect(citizen.page.locator(".mark")).to_have_class(re.compile("sent"))
    assert len(told) == 2 and len(set(told)) == 1
    assert await citizen.offered() == ["yes", "no", "unsure"]
    assert await citizen.turns() == ["office", "mine", "office"]


# -- small and dark ------------------------------------------------------------------------------------------------------


async def test_nothing_scrolls_sideways_on_an_old_phone(street: Street) -> None:
    """At 320 pixels, in the dark scheme, in both languages, from the first word to the receipt."""
    citizen = await street.window(size=OLD_PHONE, color_scheme="dark")
    await citizen.hears("110")
    await citizen.fits()
    await citizen.says("长" * 60 + " https://example.invalid/" + "x" * 90)
    for choice in ("no", "told", "tobacco", "skip", "skip"):
        await citizen.presses(choice)
        await citizen.fits()
    await citizen.picture("dark-320")
    await citizen.page.locator("#language").click()
    await citizen.answered()
    await citizen.fits()
    for choice in ("enough", "change", "keep", "submit"):
        await citizen.presses(choice)
        await citizen.fits()
    await citizen.receipt()


async def test_an_officers_desk_fits_an_old_phone(street: Street) -> None:
    """The card, the list and the question to whom it goes scroll down only."""
    officer = await street.staff("hq_office", "intake", "甲一", OLD_PHONE, color_scheme="dark")
    number, _ = await tip_off(await street.town.citizen(), STORY)
    for choice in (f"go.open.{number}", "take", "hand", "tobacco", "done", "as_is"):
        await officer.presses(choice)
        await officer.fits()
    await officer.says("待办")
    await officer.fits()


# -- hands ---------------------------------------------------------------------------------------------------------------


async def test_the_enter_that_ends_a_composition_sends_nothing(street: Street) -> None:
    """With a Chinese input method Enter takes the letters; only the next one sends. Shift+Enter is a new line."""
    citizen = await street.window()
    await citizen.answered()
    keyboard = citizen.page.keyboard
    await citizen.text.focus()
    method = await citizen.page.context.new_cdp_session(citizen.page)
    await method.send("Input.imeSetComposition", {"text": "zou'si", "selectionStart": 6, "selectionEnd": 6})
    enter = {"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    await method.send("Input.dispatchKeyEvent", enter)
    assert await citizen.turns() == ["office"]
    await method.send("Input.insertText", {"text": "走私香烟"})
    await expect(citizen.text).to_have_value("走私香烟")
    await keyboard.press("Shift+Enter")
    await keyboard.type("东门")
    await keyboard.press("Enter")
    await expect(citizen.page.locator(".turn.mine .bubble")).to_have_text("走私香烟\n东门")
    await citizen.answered()


async def test_a_tip_needs_no_mouse(street: Street) -> None:
    """Tab reaches the newest question after a press; numbers and labels can be typed instead."""
    citizen = await street.window()
    await citizen.answered()
    keyboard = citizen.page.keyboard

    async def types(words: str) -> None:
        await keyboard.type(words)
        await keyboard.press("Enter")
        await citizen.answered()

    await citizen.tabs_to("text")
    await types(STORY)
    await citizen.tabs_to("no", "Shift+Tab")
    await keyboard.press("Enter")
    await citizen.answered()
    await keyboard.press("Tab")
    assert await citizen.focused() == "told"
    await keyboard.press("Space")
    await citizen.answered()
    await citizen.tabs_to("text")
    await types("1")
    await types(await citizen.button("enough").locator("span").inner_text())
    await types(await citizen.button("as_written").locator("span").inner_text())
    await types("1")
    await citizen.receipt()


async def test_every_control_has_a_name_and_room_for_a_thumb(street: Street) -> None:
    """On the citizen's screens, at the login, and on the officer's card with its picture."""
    officer = await street.staff("hq_office", "intake", "甲一", PHONE)
    citizen = await street.window()
    await citizen.answered()
    await citizen.is_usable()
    await expect(citizen.page.get_by_role("log", name="对话")).to_be_visible()
    await citizen.says(STORY)
    await citizen.presses("no")
    await expect(citizen.page.locator("#locate")).to_be_visible()
    await citizen.is_usable()
    await citizen.presses("told", "tobacco", "skip", "skip", "skip")
    await citizen.attaches("IMG_2041.jpg", photo())
    await citizen.is_usable()
    await citizen.presses("done", "enough", "as_written", "submit")
    await citizen.is_usable()
    number, _ = await citizen.receipt()
    await citizen.page.locator("#staff").click()
    assert await citizen.focused() == "code"
    await citizen.is_usable()
    await street.town.settle()
    await officer.presses(f"go.open.{number}")
    await expect(officer.newest.locator("a.file img")).to_be_visible()
    await officer.is_usable()


async def test_focus_goes_from_the_head_through_the_talk_to_the_pen(street: Street) -> None:
    """In the order of the eye: leaving early, then the telephone numbers, the conversation, and what one writes with."""
    citizen = await street.window()
    await citizen.answered()
    choices, order = await citizen.offered(), list[str]()
    while order[-1:] != ["send"]:
        await citizen.page.keyboard.press("Tab")
        order.append(await citizen.focused())
        assert len(order) < 30
    in_the_greeting = [one for one in order if one.isdigit()]  # numbers to call
    head = ["language", "leave", "110 遇险报警", "hotline"]
    order = [one for one in order if one != "newer"]  # there while what is in focus stands above the newest
    assert order == [*head, "log", "staff", *in_the_greeting, *choices, "attach", "text", "send"]


async def test_the_page_speaks_the_language_it_is_in(street: Street) -> None:
    """A screen reader chooses its voice by `lang`; after switching nothing Chinese is left around the conversation."""
    citizen = await street.window()
    await citizen.answered()
    await citizen.page.locator("#language").click()
    await citizen.answered()
    await expect(citizen.page.locator("html")).to_have_attribute("lang", "en")
    for part in ("#leave", "#attach", "#send", "#intro", "#title"):
        await expect(citizen.page.locator(part)).not_to_have_text(re.compile("[\u4e00-\u9fff]"))
    await citizen.is_usable()


# -- leaving -------------------------------------------------------------------------------------------------------------


async def test_leave_and_erase_leaves_nothing(street: Street) -> None:
    """No word on the screen, in a field, in storage or a cookie; and the server's conversation is over."""
    citizen = await street.window()
    await citizen.says(STORY)
    await citizen.attaches("IMG_2041.jpg", photo())
    await citizen.text.fill("没有发出去的话")
    leave, token = citizen.page.locator("#leave"), citizen.token
    await leave.click()
    await expect(leave).to_have_class("sure")  # a draft is not lost by one slip of the finger
    async with citizen.page.expect_response("**/chat/leave"):
        await leave.click()
    held = await citizen.held()
    for secret in ("走私", "没有发出去", "IMG_2041", "blob:", token):
        assert secret and secret not in held
    assert await citizen.page.context.storage_state(indexed_db=True) == {"cookies": [], "origins": []}
    assert await street.town.app.database.run(lambda tx: _over(tx, token))


def _over(tx: Tx, token: str) -> bool:
    chat = chats.find(tx, "web", token)
    return chat is not None and chat.ended and not chat.state and not attachments.pending_size(tx, chat.id)


async def test_three_escapes_leave_at_once(street: Street) -> None:
    """For somebody who is being watched: no question is asked, and the page no longer says what it was."""
    citizen = await street.window()
    await citizen.says(STORY)
    async with citizen.page.expect_response("**/chat/leave"):
        for _ in range(3):
            await citizen.page.keyboard.press("Escape")
    held = await citizen.held()
    assert "举报" not in held and "走私" not in held


# -- files ---------------------------------------------------------------------------------------------------------------


async def test_a_dropped_file_shows_its_progress_and_arrives(street: Street) -> None:
    """Dropped anywhere on the page; while it is on its way a bar with the file's name says how far it is."""
    citizen = await street.window()
    await citizen.says(STORY)
    network = await citizen.page.context.new_cdp_session(citizen.page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 1_000_000}
    await network.send("Network.emulateNetworkConditions", slow)
    grain = _jpeg(Image.effect_noise((1300, 1300), 90), quality=95)
    await citizen.drops("IMG_2041.jpg", "image/jpeg", grain)
    bar = citizen.page.get_by_role("progressbar", name="IMG_2041.jpg")
    await expect(bar).to_be_visible()
    await expect(citizen.log.locator(".mark").last).to_have_text(re.compile(r"\b[1-9]\d?%"))
    await citizen.answered()
    await expect(bar).to_be_hidden()
    assert await street.town.app.database.run(lambda tx: _waiting(tx, citizen.token)) == len(grain)


def _waiting(tx: Tx, token: str) -> int:
    chat = chats.find(tx, "web", token)
    assert chat is not None
    return attachments.pending_size(tx, chat.id)


async def test_a_file_that_is_too_large_is_refused_before_it_is_sent(street: Street) -> None:
    """A sentence names the file and the limit; nothing goes over the line."""
    citizen = await street.window()
    await citizen.answered()
    await citizen.drops("VID_0007.mp4", "video/mp4", zeros=20 * 1024 * 1024 + 1)
    await expect(citizen.log.locator(".note")).to_contain_text(re.compile("VID_0007.mp4.*20 MB"))
    assert not any("/chat/say" in url for url in citizen.requests)


# -- whose eyes fall on this phone ---------------------------------------------------------------------------------------

ACCUSES = "举报县公安局民警黄某收走私老板的钱"


@pytest.mark.parametrize("script", [True, False])
async def test_what_was_not_taken_leaves_the_page_at_once(street: Street, script: bool) -> None:
    """Nobody may read it here: the words go from the page as well, with JavaScript and without, before any reload."""
    kind: type[Window] = Window if script else Plain
    citizen = await street.window("/" if script else "/plain", kind=kind, java_script_enabled=script)
    if isinstance(citizen, Plain):
        await citizen.starts()
    await citizen.answered()
    await citizen.says(ACCUSES)
    await citizen.presses("no", "told", "enough", "officials")
    await citizen.hears("12388")
    assert "黄某" not in await citizen.held()


async def test_leaving_with_a_password_on_the_page_is_asked(street: Street) -> None:
    """It may not be noted yet: once more, and all is gone."""
    citizen = await street.window()
    await citizen.says(STORY)
    await citizen.presses("no", "told", "enough", "as_written", "submit")
    await citizen.receipt()
    await citizen.page.locator("#leave").click()
    await expect(citizen.page.locator("#banner")).to_contain_text("密码")
    assert PASSWORD.search(await citizen.held())
    await citizen.page.locator("#leave").click()
    await expect(citizen.log).to_have_count(0)


async def test_the_way_to_the_end_does_not_vanish_under_the_focus(street: Street) -> None:
    """Who goes by keyboard isn't put back to the page's beginning when the conversation reaches its end; the arrow goes after them."""
    citizen = await street.window(size=OLD_PHONE)
    await citizen.says(STORY)
    await citizen.presses("no", "told")
    await citizen.log.evaluate("log => { log.scrollTop = 0; }")
    newer = citizen.page.locator("#newer")
    await citizen.page.evaluate("document.getElementById('newer').hidden = false")
    await newer.focus()
    await citizen.log.evaluate("log => { log.scrollTop = log.scrollHeight; log.onscroll(); }")
    assert await citizen.focused() == "newer"
    await citizen.page.keyboard.press("Tab")
    assert await citizen.focused() == "attach"
    await expect(newer).to_be_hidden()


async def test_the_way_to_the_end_covers_no_button(street: Street) -> None:
    """At 320 px the arrow stands beside what can be pressed, never above it."""
    citizen = await street.window(size=OLD_PHONE)
    await citizen.says(STORY)
    await citizen.presses("no", "told")
    await citizen.page.evaluate("document.getElementById('newer').hidden = false")
    newer = await citizen.page.locator("#newer").bounding_box()
    buttons = [await one.bounding_box() for one in await citizen.log.locator("button.choice").all()]
    assert newer is not None and buttons
    assert all(one["x"] + one["width"] <= newer["x"] + 1 for one in buttons if one is not None)


# -- without JavaScript --------------------------------------------------------------------------------------------------


async def test_a_whole_tip_without_javascript(street: Street) -> None:
    """/plain holds the citizen's part with forms alone, a photo included; a page sent twice is taken once."""
    citizen = await street.window("/plain", kind=Plain, java_script_enabled=False)
    await citizen.is_usable()
    await citizen.starts()
    await citizen.says(STORY)
    await citizen.page.reload()
    assert (await citizen.log.inner_text()).count(STORY) == 1, "a page sent twice shows it once"
    await expect(citizen.page.locator("legend")).to_have_text("请选择")
    await citizen.picture("plain")
    await citizen.presses("no", "told", "tobacco", "skip", "skip", "skip")
    await citizen.attaches("IMG_2041.jpg", photo())
    await citizen.is_usable()
    await citizen.presses("done", "enough", "as_written", "submit")
    number, password = await citizen.receipt()
    await citizen.page.set_viewport_size({"width": 320, "height": 640})
    rows = "one => one.getClientRects().length"
    assert await citizen.page.locator(".whole", has_text=password).evaluate(rows) == 1, "a password is not broken"
    await citizen.says(password[-4:])
    assert not PASSWORD.search(await citizen.held())
    assert "IMG_2041" in await citizen.log.inner_text(), "what one has sent oneself stays in the log"
    await citizen.presses("go.menu") if await citizen.button("go.menu").count() else None
    await citizen.says("查询")
    await citizen.hears(number)
    await citizen.page.locator("#leave").click()
    await expect(citizen.page.locator("body")).not_to_contain_text(number)
