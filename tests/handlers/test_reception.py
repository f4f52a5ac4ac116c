"""One message answered: words that always work, conversations that wait, what an upgrade leaves behind."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, func, select

from bot.app import TEMPLATES
from bot.render import Renderer
from handlers import menu, progress, reception
from handlers.desk import Desk, Setting
from handlers.forms import Heard
from rules import county
from storage import attachments, chats, forgetting, likeness, models, people, queue, tips
from storage.database import Tx, new_id
from storage.sealed import Keyring

PLANS = county.load([TEMPLATES.parent / "counties" / f"{name}.yaml" for name in ("luzhai", "yangxi")])
WORDS = Renderer(TEMPLATES, PLANS)
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
STORY, PLACE = "东门仓库夜里有人卖走私香烟", "东门老粮仓"


class Citizen:
    """Somebody at the reception: a real transaction on a database in memory, and nothing else of the house."""

    def __init__(self, connection: Connection, keys: Keyring, *counties: str) -> None:
        self.tx = Tx(connection, keys)
        self.setting = Setting({one: PLANS[one] for one in counties}, WORDS)
        self.chat = chats.start(self.tx, "web", str(new_id()), None, "zh")
        self.message: queue.Message = {}
        self.seats: frozenset[tuple[str, str]] = frozenset()
        self.hears("opened")

    def seated(self, seat: str, unit: str = "hq_office") -> None:
        """From now on somebody with a seat, in the same harness."""
        self.chat.person, self.chat.county = people.add(self.tx, "luzhai", "甲", NOW), "luzhai"
        people.seat(self.tx, self.chat.person, "luzhai", unit, seat, NOW)
        self.chat.state.clear()
        self.seats = frozenset({(unit, seat)})

    def hears(self, kind: Any, **what: Any) -> "Citizen":
        """The answer is rendered in both languages, since words that can't be said would stop the conversation."""
        self.message = {}
        reception.receive(Desk(self.tx, NOW, self.setting, self.chat, self.seats), Heard(kind, **what))
        self.chat.state = json.loads(json.dumps(self.chat.state))
        last = select(models.outbox.c.sealed_payload).order_by(models.outbox.c.id.desc()).limit(1)
        if (sealed := self.tx.execute(last).scalar_one_or_none()) is not None:
            self.message = json.loads(self.tx.keys.open_("transit", sealed))
        for language in ("zh", "en"):
            WORDS.text({**self.message, "language": language})
            WORDS.choices({**self.message, "language": language})
        return self

    def says(self, *texts: str) -> "Citizen":
        for text in texts:
            self.hears("said", text=text)
        return self

    def presses(self, *choices: str) -> "Citizen":
        for choice in choices:
            self.hears("chose", choice=choice, prompt=self.chat.prompt)
        return self

    def sends(self) -> int:
        """A file as the page leaves it: its row is there before the message is."""
        number = self.rows(models.tip_files) + 1_000 + self.chat.prompt
        row = {"id": number, "county": "luzhai", "lane": self.chat.id, "family": "image", "size": 9, "digest": b"-"}
        attachments.keep(self.tx, row, {"store": "s", "key": "k"})
        self.hears("file", file={"id": number, "name": "a.jpg", "family": "image", "size": 9})
        return number

    def rows(self, table: Any) -> int:
        return int(self.tx.execute(select(func.count()).select_from(table)).scalar_one())

    @property
    def said(self) -> list[str]:
        return [block.rpartition("/")[2] for block, _ in self.message["says"]]

    @property
    def ids(self) -> list[str]:
        return [one[0] for one in self.message["options"]]

    @property
    def stack(self) -> list[str]:
        return [frame["at"] for frame in self.chat.state.get("stack", [])]

    @property
    def answers(self) -> dict[str, Any]:
        return dict(self.chat.state["stack"][-1]["answers"])


Make = Callable[..., Citizen]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    return Keyring.make(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as opened:
        models.metadata.create_all(opened)
        yield opened
    engine.dispose()


@pytest.fixture
def citizen(connection: Connection, keys: Keyring) -> Iterator[Make]:
    yield lambda *counties: Citizen(connection, keys, *(counties or ("luzhai",)))
    connection.rollback()


# -- the first words -------------------------------------------------------------------------------------------------------

FIRST = [
    # what is written first, what is answered, which conversation is open then
    ("你好", ["answers:hello"], []),
    ("您好！", ["answers:hello"], []),
    ("在吗？", ["answers:hello"], []),
    ("你好，在吗", ["answers:hello"], []),
    ("hello", ["answers:hello"], []),
    ("举报有奖吗", ["answers:reward"], []),
    ("你好，请问举报有奖吗？", ["answers:reward"], []),
    ("想问一下会保密吗", ["answers:secrecy"], []),
    ("Hello, is there a reward?", ["answers:reward"], []),
    ("电话", ["answers:hotlines"], []),
    ("帮助", ["common:help"], []),
    ("?", ["common:help"], []),
    ("？", ["common:help"], []),
    ("", ["common:why_empty", "answers:hello"], []),
    ("\u200b\u202e \n", ["common:why_empty", "answers:hello"], []),
    ("取消", ["common:nothing_open", "answers:hello"], []),
    ("我要举报", ["tip:opened", "tip:ask_what"], ["citizens/tip"]),
    ("你好，我要举报", ["tip:opened", "tip:ask_what"], ["citizens/tip"]),
    ("举\u200b报", ["tip:opened", "tip:ask_what"], ["citizens/tip"]),
    ("啊", ["answers:hello"], []),
    ("烟", ["answers:unsure"], []),  # with so little nobody begins a story
    ("走私", ["answers:unsure"], []),
    ("😡😡😡", ["answers:unsure"], []),
    ("密码", ["answers:forgot"], []),
    ("放弃", ["common:nothing_open", "answers:hello"], []),
    ("举报有没有钱拿", ["answers:reward"], []),
    ("举报给多少钱？", ["answers:reward"], []),
    ("会不会被人知道是我举报的", ["answers:secrecy"], []),
    ("能打电话吗", ["answers:hotlines"], []),
    ("你们是谁", ["answers:about"], []),
    ("要等多久啊", ["answers:asked"], []),
    ("我要查我的举报", ["find:ask_number"], ["citizens/find"]),
    ("老板有没有给民警钱", ["tip:opened", "tip:ask_now"], ["citizens/tip"]),  # a story, not a question to us
    ("/帮助", ["common:help"], []),
    ("/foo", ["common:help"], []),
    (STORY, ["tip:opened", "tip:ask_now"], ["citizens/tip"]),
    ("你好，我要举报东门有人卖假烟", ["tip:opened", "tip:ask_now"], ["citizens/tip"]),
    ("码头正在卸货", ["tip:urgent", "tip:ask_where"], ["citizens/tip"]),
    ("2", ["find:ask_number"], ["citizens/find"]),  # the second button of the greeting
    ("我要举报。", ["tip:opened", "tip:ask_what"], ["citizens/tip"]),
    ("查询", ["find:ask_number"], ["citizens/find"]),
    ("LZ-12345678", ["find:ask_password"], ["citizens/find"]),
    ("有人知道是我", ["answers:exposed", "find:ask_number"], ["citizens/find"]),
    ("停止联系", ["answers:nothing_to_stop"], []),
    ("不知道", ["answers:unsure"], []),  # no story
    ("没有。", ["answers:unsure"], []),
    ("查询 LZ-12345678", ["find:ask_password"], ["citizens/find"]),
    ("补充", ["find:ask_number"], ["citizens/find"]),
    ("其余不填", ["answers:unsure"], []),  # for a form that is gone
    ("LZ-1234567", ["common:why_want_number", "find:ask_number"], ["citizens/find"]),
    ("ＬＺ－123", ["common:why_want_number", "find:ask_number"], ["citizens/find"]),
    ("你好，我想问一下，买到假烟找谁", ["answers:hotlines"], []),
    ("我买到假烟，是东门老王卖的", ["tip:opened", "tip:ask_now"], ["citizens/tip"]),
    ("english", ["common:language", "answers:hello"], []),
    ("待办", ["answers:unsure"], []),  # a word of staff is none here
    ("我要查询", ["find:ask_number"], ["citizens/find"]),
    ("查询进度", ["find:ask_number"], ["citizens/find"]),
    ("我举报的事查了没有", ["find:ask_number"], ["citizens/find"]),
    ("你是人还是机器", ["answers:about"], []),
    ("12313", ["answers:hotlines"], []),
    ("help me", ["common:help"], []),
    ("人工客服", ["answers:hotlines"], []),
    ("骗子，你们会不会泄露我的信息", ["answers:secrecy"], []),
    ("现在", ["tip:urgent", "tip:ask_what"], ["citizens/tip"]),  # who has no time for more
    ("林业局的干部拉木头，就在现在", ["tip:urgent", "tip:ask_where"], ["citizens/tip"]),
    ("有两件事要报：1东门卖走私香烟2西门卖冻品", ["tip:opened", "tip:several", "tip:ask_now"], ["citizens/tip"]),
]


@pytest.mark.parametrize(("text", "said", "open_"), FIRST)
def test_what_the_first_words_lead_to(citizen: Make, text: str, said: list[str], open_: list[str]) -> None:
    """Greetings and questions get an answer and the menu; anything else a citizen writes first is the story."""
    person = citizen().says(text)
    assert (person.said, person.stack) == (said, open_)
    if not open_ and "common:language" not in said and said != ["answers:nothing_to_stop"]:
        assert "go.tip" in person.ids


def test_the_first_words_are_kept_as_the_story(citizen: Make) -> None:
    """As they were written; what they say by themselves is not asked."""
    person = citizen().says("你好，我要举报东门有人卖走私香烟")
    assert person.answers == {"what": "你好，我要举报东门有人卖走私香烟", "goods": "tobacco"}


def test_the_truth_is_said_once_before_the_first_question(citizen: Make) -> None:
    """What the office learns, 110, what to leave out; not again after the first answer."""
    person = citizen().presses("go.tip")
    assert person.said == ["tip:opened", "tip:ask_what"]
    assert person.says(STORY).said == ["tip:ask_now"]


def test_a_first_message_may_be_a_place_or_a_file(citizen: Make) -> None:
    """Neither is lost; the story is asked then."""
    person = citizen().hears("location", place=(24.48, 109.73))
    assert person.said == ["tip:opened", "common:noted", "tip:ask_what"]
    assert person.answers == {"where": {"lat": 24.48, "lon": 109.73}}
    other = citizen()
    number = other.sends()
    assert other.said == ["tip:opened", "common:noted", "tip:ask_what"]
    assert [one["id"] for one in other.answers["files+"]] == [number]


def test_number_and_password_may_come_together(citizen: Make) -> None:
    """Copied as the receipt shows them; a wrong pair is never taken for a story."""
    for text in ("LZ-12345678 7KQD-M2XA-9RTF-HC5W", "编号 LZ-12345678\n查询密码 7KQD-M2XA-9RTF-HC5W"):
        person = citizen().says("查询", text)
        assert person.said == ["find:no_match", "find:ask_password"]
    assert citizen().says("LZ-12345678 7KQD-M2XA-9RTF-HC5W").said == ["find:no_match", "find:ask_password"]
    assert person.rows(models.tips) == 0


# -- several counties ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["2", "阳西县", "阳西", "我在阳西", "yangxi", "Yangxi County", "go.county.yangxi"])
def test_the_county_is_asked_once_and_nothing_told_before_is_lost(citizen: Make, answer: str) -> None:
    """By number, name or button; then the story goes on where it was."""
    person = citizen("luzhai", "yangxi")
    assert person.said == ["common:ask_county"]
    assert person.says("你好").said == ["common:ask_county"]
    assert person.says(STORY).said == ["common:county_kept", "common:ask_county"] and person.message["draft"]
    number = person.sends()
    assert person.said == ["common:county_kept", "common:ask_county"]
    person = person.presses(answer) if answer.startswith("go.") else person.says(answer)
    assert person.chat.county == "yangxi" and person.said[-1] == "tip:ask_now"
    assert person.answers["what"] == STORY and [one["id"] for one in person.answers["files+"]] == [number]
    assert "before" not in person.chat.state


def test_a_number_names_a_county_only_where_it_is_asked_for(citizen: Make) -> None:
    """Once the county is known, 2 is an answer like any other: it takes nobody to the second county of the list."""
    person = citizen("luzhai", "yangxi").says("鹿寨", STORY, "否")
    assert person.said == ["tip:ask_where"]
    assert person.says("2").said[-1] == "tip:ask_where" and person.chat.county == "luzhai"
    assert person.says("阳西").said[-1] == "common:ask_county"


def test_the_language_may_be_switched_before_the_county_is_known(citizen: Make) -> None:
    """Language is switchable at any moment."""
    person = citizen("luzhai", "yangxi").says("English")
    assert person.chat.language == "en" and person.said == ["common:ask_county"]
    assert person.says("1").said == ["answers:hello"]


# -- words that always work ------------------------------------------------------------------------------------------------


def test_a_question_in_mid_form_is_answered_and_the_form_goes_on(citizen: Make) -> None:
    """The open question is asked again below the answer, and the answers stay."""
    person = citizen().says(STORY, "会保密吗")
    assert person.said == ["answers:secrecy", "tip:ask_now"] and person.ids == ["yes", "no", "unsure"]
    assert person.says("English").said == ["common:language", "tip:ask_now"]
    assert person.says("no").answers["now"] == "no" and person.chat.language == "en"
    assert person.says("中文").answers["what"] == STORY


def test_the_menu_hangs_below_what_is_unfinished(citizen: Make) -> None:
    """未提交 is said, the question stays open, and every door is there."""
    person = citizen().says(STORY, "菜单")
    assert person.said == ["common:unfinished", "tip:ask_now"] and person.message["draft"]
    assert {"yes", "no", "go.mine", "go.cancel"} <= set(person.ids)
    assert person.says("2").answers["now"] == "no"


def test_an_unfinished_tip_waits_below_other_things(citizen: Make) -> None:
    """Looked at another tip, asked for a new one, came back to the page: it is still there, and said to be 未提交."""
    person = citizen().says(STORY, "查询")
    assert person.stack == ["citizens/tip", "citizens/find"] and person.message["draft"]
    assert person.says("取消").said == ["common:unfinished", "tip:ask_now"], "nothing was filled in there"
    assert person.says("举报").said == ["common:unfinished", "tip:ask_now"]
    assert person.hears("opened").said == ["common:unfinished", "tip:ask_now"]
    assert person.answers["what"] == STORY


def test_back_goes_one_answer_back_and_at_the_beginning_out(citizen: Make) -> None:
    """Nobody is trapped."""
    person = citizen().says(STORY).presses("no")
    assert person.says("返回").said == ["tip:ask_now"]
    assert person.says("返回").said == ["tip:ask_what"] and person.message["prefill"] == STORY
    assert person.says("返回").said == ["tip:ask_what"] and person.answers["what"] == STORY
    assert person.says("取消").said == ["tip:ask_leave"]
    assert citizen().presses("go.tip").says("返回").said == ["common:cancelled", "answers:hello"]


def test_cancel_drops_answers_and_files(citizen: Make) -> None:
    """Nothing of them is kept: not in the conversation, not as rows."""
    person = citizen().says(STORY)
    person.sends()
    assert person.rows(models.tip_files) == 1
    assert person.says("取消").said == ["tip:ask_leave"] and person.rows(models.tip_files) == 1
    assert person.presses("give_up").said == ["common:cancelled", "answers:hello"]
    assert person.stack == [] and person.rows(models.tip_files) == 0 and not person.message["draft"]


@pytest.mark.parametrize("way", ["取消", "返回", "cancel"])
def test_cancelling_a_change_keeps_the_tip_and_the_old_answer(citizen: Make, way: str) -> None:
    """Only the change is given up, whether the item was chosen already or not."""
    for steps in (["change"], ["change", "change_where"]):
        person = citizen().says(STORY).presses("no").says(PLACE).presses("enough", *steps).says(way)
        assert person.said == ["tip:review"] and person.answers["where"] == PLACE


@pytest.mark.parametrize("way", ["继续填", "继续", "返回", "不", "2"])
def test_a_draft_is_given_up_only_when_that_is_confirmed(citizen: Make, way: str) -> None:
    """From any question and from the review; what was collected stays collected."""
    person = citizen().says(STORY)
    number = person.sends()
    assert person.says("取消").said == ["tip:ask_leave"] and person.ids == ["give_up", "stay"]
    assert person.says(way).said[-1] == "tip:ask_now" and [one["id"] for one in person.answers["files+"]] == [number]
    person.presses("no").says(PLACE).presses("enough").says("取消").says(way)
    assert person.said[-1] == "tip:review" and person.answers["where"] == PLACE
    assert person.says("取消", "取消").stack == [] and person.rows(models.tip_files) == 0


def test_who_has_forgotten_the_password_is_told_what_helps(citizen: Make) -> None:
    """In the tip's own conversation the card with its new password, also in mid-question; elsewhere the truth."""
    person, elsewhere = citizen(), citizen()
    number, _ = filed(person)
    person.presses("later")
    for words in ("忘了密码", "忘记密码", "我忘记密码了怎么办？", "forgot password"):
        assert person.says(words).said == ["answers:forgot_here", "card:ask_act"] and "reissue" in person.ids
        assert elsewhere.says(words).said == ["answers:forgot"] and elsewhere.stack == []
    elsewhere.says(number)
    assert elsewhere.says("忘了密码").said == ["answers:forgot", "find:ask_password"]


@pytest.mark.parametrize("words", ["谢谢", "好的", "好了", "OK", "再见。", "thank you"])
def test_thanks_are_no_story(citizen: Make, words: str) -> None:
    """With nothing open they get a warm answer; in a form they are no part of what is told, and what is open stays so."""
    assert citizen().says(words).said == ["answers:thanks"]
    person = citizen().says(STORY, words)
    assert person.answers == {"what": STORY, "goods": "tobacco"} and person.said[-1] == "tip:ask_now"


def test_several_messages_before_the_county_are_one_story(citizen: Make) -> None:
    """None is taken for the answer to a question that was not put yet, and the question is put once."""
    person = citizen("luzhai", "yangxi").says("东门有人卖走私香烟", "用面包车", "半夜来")
    person.sends()
    person.sends()
    assert person.says("1").said == ["tip:opened", "common:noted", "tip:ask_now"]
    assert person.answers["what"] == "东门有人卖走私香烟\n用面包车\n半夜来" and len(person.answers["files+"]) == 2


def test_what_is_told_before_the_county_has_an_end(citizen: Make) -> None:
    """What there is room for is kept and goes on; for the rest it is said that a county comes first, and no file stays."""
    person = citizen("luzhai", "yangxi")
    for _ in range(4):
        assert person.says("字" * 4_900).said == ["common:county_kept", "common:ask_county"]
    assert person.says("字" * 4_900).said == ["common:county_first", "common:ask_county"]
    for _ in range(46):
        person.sends()
    assert person.said == ["common:county_kept", "common:ask_county"] and len(person.chat.state["before"]) == 50
    files = person.rows(models.tip_files)
    person.sends()
    assert person.said[0] == "common:county_first" and person.rows(models.tip_files) == files
    assert len(person.chat.state["before"]) == 50


def test_a_file_that_nobody_asked_for_is_not_kept(citizen: Make) -> None:
    """Where no conversation wants it, it is said so and its row goes."""
    person = citizen().says("查询")
    person.sends()
    assert person.said == ["common:why_want_number", "find:ask_number"] and person.rows(models.tip_files) == 0


# -- the receipt, and back to one's own tip ----------------------------------------------------------------------------------


def filed(person: Citizen) -> tuple[str, str]:
    """A tip submitted; its number and password, as they wait for the repetition."""
    person.says("举报", STORY).presses("no").says(PLACE).presses("enough", "submit")
    return person.answers["_number"], person.answers["_password"]


def test_the_receipt_waits_for_the_last_four_and_then_is_erased(citizen: Make) -> None:
    """Repeated wrongly it is asked again; repeated rightly its message leaves our history and the channel is told."""
    person = citizen()
    number, password = filed(person)
    assert person.said == ["tip:receipt", "receipt:ask_four"]
    mark = person.message["mark"]
    assert person.says("ZZZ0").said == ["receipt:not_it", "receipt:ask_four"]
    once = select(models.outbox.c.id).where(models.outbox.c.once == queue.once(person.chat.id, mark))
    assert person.tx.execute(once).first()
    assert person.says(password[-4:].lower()).said == ["receipt:kept"]
    assert person.message["erases"] == [mark] and not person.tx.execute(once).first()
    assert password not in json.dumps(person.chat.state) and person.stack == []


@pytest.mark.parametrize("way", ["以后再记", "取消", "返回", "later", "2"])
def test_the_tip_stands_without_the_repetition(citizen: Make, way: str) -> None:
    """取消 here means later: it never sounds as if the tip were withdrawn."""
    person = citizen()
    filed(person)
    assert person.says(way).said == ["receipt:later"] and person.stack == []
    assert person.rows(models.tips) == 1


def test_a_new_story_is_not_taken_for_a_wrong_repetition(citizen: Make) -> None:
    """It is asked where it belongs; other doors stay open and the receipt comes back after them."""
    person = citizen()
    _, password = filed(person)
    for words in ("我记好了", "我还没记", "记"):
        assert person.says(words).said == ["common:why_want_four", "receipt:ask_four"], "no try is counted"
    assert person.says("还有一件事：西门也有人在卖走私香烟").said == ["whose:ask_to"]
    assert person.says("取消").said == ["common:cancelled", "common:resumed", "receipt:ask_four"]
    assert person.says("会保密吗").said == ["answers:secrecy", "receipt:ask_four"]
    assert person.says("举报").stack == ["citizens/receipt", "citizens/tip"]
    assert person.says("取消").said == [
        "common:resumed",
        "receipt:ask_four",
    ]  # nothing was told yet
    assert person.says(password).said[-1] == "receipt:kept"


def test_the_receipt_can_be_kept_as_a_picture(citizen: Make) -> None:
    """A file of its own kind; the question stays open."""
    person = citizen()
    filed(person)
    person.presses("picture")
    assert person.said == ["receipt:picture", "receipt:ask_four"]
    assert [one["kind"] for one in person.message["files"]] == ["receipt"]


def test_a_reissued_password_is_shown_each_time(citizen: Make) -> None:
    """Each receipt is a message of its own, and says that the password has changed."""
    person, seen = citizen(), set[str]()
    number, password = filed(person)
    person.presses("later")
    for _ in range(3):
        seen.add(password)
        person.says("查询").presses("reissue")
        assert (
            person.said == ["tip:receipt", "receipt:ask_four"]
            and dict(person.message["says"])["citizens/tip:receipt"]["reissued"]
        )
        password = person.answers["_password"]
        assert password not in seen and person.answers["_mark"] == person.message["mark"]
        assert [tips.open_by(person.tx, number, one) for one in seen] == [None] * len(seen)
        assert tips.open_by(person.tx, number, password)
        person.presses("later")


def test_what_is_written_or_sent_at_the_card_is_something_to_add(citizen: Make) -> None:
    """Nobody has to find the button first."""
    person = citizen()
    number, _ = filed(person)
    person.presses("later").says("查询").says("昨晚又来了一车")
    assert person.said == ["add:ask_more"] and len(person.answers["_in"]) == 1
    sent = person.sends()
    person.says("完成")
    row = tips.by_number(person.tx, number)
    assert row is not None and person.said == ["add:done", "card:ask_act"]
    assert [one["text"] for one in tips.dialogue(person.tx, row.id)] == ["昨晚又来了一车"]
    assert [one.id for one in attachments.of_tip(person.tx, row.id)] == [sent]


def test_a_file_that_makes_a_tip_too_large_is_refused_and_words_stay(citizen: Make) -> None:
    """100 MiB a tip, whenever they were uploaded; what was handed in before it stays so."""
    person = citizen()
    number, _ = filed(person)
    person.presses("later").says("查询").presses("add").says("昨晚又来了一车")
    person.hears("file", file={"id": 5, "name": "a.mp4", "family": "video", "size": 101 * 1024 * 1024})
    assert person.said == ["common:http_tip_too_large", "add:ask_more"]
    assert len(person.answers["_in"]) == 1 == person.rows(models.tip_messages)


@pytest.mark.parametrize("words", ["查询", "查询 {0}", "{0}", "{0} {1}", "编号{0}，密码{1}"])
@pytest.mark.parametrize(
    "does", [[], ["补充"], ["补充", "昨晚又来了"], ["补充", "昨晚又来了", "完成"], ["举报", STORY]]
)
def test_what_asks_for_a_tip_is_never_added_to_one(citizen: Make, does: list[str], words: str) -> None:
    """查询, the number, number and password: at the card, in an addition, after it, in another story."""
    person, elsewhere = citizen(), citizen()
    number, password = filed(elsewhere)
    filed(person)
    person.presses("later").says("查询").says(*does)
    kept = person.rows(models.tip_messages)
    person.says(words.format(number, password))
    assert person.stack[-1] in ("citizens/find", "citizens/card")
    if "{0}" not in words:
        person.says(number)
    if "{1}" not in words:
        person.says(password)
    assert person.stack[-1] == "citizens/card" and number in WORDS.text(person.message)
    assert person.rows(models.tip_messages) == kept


def test_an_old_button_of_an_addition_adds_nothing(citizen: Make) -> None:
    """Pressed after a file has been sent to it; the addition goes on, and ends with its own 完成."""
    person = citizen()
    filed(person)
    person.presses("later").says("查询").says("补充")
    old = person.chat.prompt - 1
    number = person.sends()
    person.hears("chose", choice="add", prompt=old)
    assert person.said == ["common:closed", "add:ask_more"] and len(person.answers["_in"]) == 1
    row = person.tx.execute(select(models.tip_files.c.tip).where(models.tip_files.c.id == number)).scalar_one()
    assert row is not None and person.says("完成").said == ["add:done", "card:ask_act"]
    assert person.says("1").said == ["add:ask_more"], "the first door of the card, by its number"
    assert "_in" not in person.answers


SYNONYMS = [
    ("撤回", "withdraw:ask_sure"),
    ("补充", "add:ask_more"),
    ("STOP", "stopping:ask_sure"),
    ("换密码", "tip:receipt"),
]


@pytest.mark.parametrize(("word", "said"), SYNONYMS)
def test_at_a_card_a_word_means_that_tip(citizen: Make, word: str, said: str) -> None:
    """However it is called, and never as something to add."""
    person = citizen()
    filed(person)
    person.presses("later").says("查询")
    assert person.says(word).said[0] == said


def test_stop_deletes_every_way_back_of_this_conversation(citizen: Make) -> None:
    """Afterwards nobody can write to it, and here too the password is needed."""
    person = citizen()
    number, password = filed(person)
    assert person.rows(models.returns) == 1
    assert person.presses("later").says("STOP").said == ["stopping:ask_sure"]
    assert person.presses("yes").said == ["answers:stopped"]
    assert person.rows(models.returns) == 0
    row = tips.by_number(person.tx, number)
    assert row is not None and row.alias is None and not row.notify
    assert person.says("查询").ids == []
    assert "cut" not in person.says(number, password).ids and person.said == ["find:still_here", "card:ask_act"]


def test_who_is_in_danger_hears_110_before_any_question(citizen: Make) -> None:
    """And what they asked for is done as soon as the tip is known, without another button."""
    person = citizen()
    number, _ = filed(person)
    person.presses("later").says("有人知道是我举报的")
    assert person.said == ["card:exposed", "card:ask_act"]
    row = tips.by_number(person.tx, number)
    assert row is not None and "exposed" in [one["move"] for one in tips.course(person.tx, row.id)]


@pytest.mark.parametrize("words", ["我怕", "我好害怕", "怕他们报复", "I'm scared"])
def test_who_is_afraid_then_is_answered_warmly(citizen: Make, words: str) -> None:
    """Nothing is asked of them, and they hear what to do next; without such a danger they are only comforted."""
    person = citizen()
    filed(person)
    assert person.presses("later").says(words).said == ["answers:comfort"]
    person.says("有人知道是我举报的")
    assert person.says(words).said == ["answers:afraid", "card:ask_act"]


FEARS = [
    # what is said out of fear, wherever something is asked
    "我怕",
    "害怕",
    "我怕被报复",
    "怕他们打击报复我",
    "有点担心被他们发现是我",
    "I'm scared of them",
]


@pytest.mark.parametrize("words", FEARS)
def test_fear_is_comforted_and_never_becomes_evidence(citizen: Make, words: str) -> None:
    """Before a tip, at each of its questions, at its review and after it: one word of comfort, nothing recorded, and the
    same question once more. 我怕 was taken as the place."""
    person = citizen()
    assert person.says(words).said == ["answers:comfort"] and person.stack == []
    person.says("举报")
    for answer in (STORY, "no", PLACE, None):
        before, question = person.answers, person.chat.prompt
        person.says(words)
        assert person.said[0] == "answers:comfort" and person.answers == before and person.chat.prompt > question
        if answer is not None:
            person.presses(answer) if answer == "no" else person.says(answer)
    assert words not in str(person.chat.state)
    assert person.says("我怕他们今晚把那批货转走").said[0] != "answers:comfort"  # that tells of the matter


def test_a_wish_to_withdraw_leads_straight_to_its_question(citizen: Make) -> None:
    """撤回, the number, sure? and no further step."""
    person = citizen()
    number, _ = filed(person)
    person.presses("later").says("撤回")
    assert person.said == ["withdraw:ask_sure"]
    assert person.says("取消").said == ["withdraw:kept", "card:ask_act"]
    assert person.presses("withdraw", "yes").said == ["withdraw:done", "card:ask_act"]
    assert person.says("取消").said == ["card:left"]
    assert "own" not in str(person.says("撤回").ids)  # the way back is gone: it can't be done twice


@pytest.mark.parametrize(
    "does", ["昨晚又来了一车", "完成", "菜单", "返回", "取消", "继续", "会保密吗", "opened", "file"]
)
@pytest.mark.parametrize("void", ["reissued", "forgotten"])
def test_an_old_password_opens_nothing_where_it_was_used_before(citizen: Make, void: str, does: str) -> None:
    """Whoever came with it is out at the next thing they do: nothing is shown, taken or kept; they are asked for the new
    one. The same when the tip is forgotten, and then they are told so."""
    person, elsewhere = citizen(), citizen()
    number, password = filed(person)
    person.presses("later")
    elsewhere.says(f"{number} {password}", "昨晚又来了一车")
    elsewhere.sends()
    row = tips.by_number(person.tx, number)
    assert elsewhere.stack == ["citizens/add"] and row is not None
    before = elsewhere.rows(models.tip_files), elsewhere.rows(models.tip_messages)
    if void == "reissued":
        person.says("查询").presses("reissue")
    else:
        forgetting.forget(person.tx, row.id, NOW)
    if does == "file":
        elsewhere.sends()
    else:
        elsewhere.hears("opened") if does == "opened" else elsewhere.says(does)
    why, again = {
        "reissued": ("find:void", ["find:no_match", "find:ask_password"]),
        "forgotten": ("find:gone", ["find:still_here", "find:forgotten"]),
    }[void]
    assert elsewhere.said[0] == why and elsewhere.stack == [] and "add" not in elsewhere.ids
    after = elsewhere.rows(models.tip_files), elsewhere.rows(models.tip_messages)
    assert after == (before if void == "reissued" else (0, 0))
    assert elsewhere.says(f"{number} {password}").said == again


def test_a_tip_that_was_forgotten_is_closed_in_its_own_conversation_too(citizen: Make) -> None:
    """Its key is gone: a sentence, and the lane goes on."""
    person = citizen()
    number, _ = filed(person)
    person.presses("later").says("查询")
    row = tips.by_number(person.tx, number)
    assert row is not None and person.stack == ["citizens/card"]
    forgetting.forget(person.tx, row.id, NOW)
    assert person.says("昨晚又来了一车").said == ["find:gone", "answers:hello"]


def test_a_new_password_leaves_those_with_it_inside(citizen: Make) -> None:
    """Every step from the card keeps which password it was opened with."""
    person, elsewhere = citizen(), citizen()
    number, _ = filed(person)
    person.presses("later").says("查询").presses("reissue")
    elsewhere.says(f"{number} {person.answers['_password']}").presses("withdraw", "no", "exposed").says("又来了一车")
    assert elsewhere.says("完成").said == ["add:done", "card:ask_act"]
    person.presses("later").says("查询").presses("reissue")
    assert elsewhere.presses("withdraw").said[0] == "find:void"


def test_a_tip_of_another_county_is_not_opened_here(citizen: Make) -> None:
    """Its offices, its clocks and who is excluded are not this county's; who has the password is told where to go."""
    person, other = citizen("luzhai", "yangxi").says("1"), citizen("luzhai", "yangxi").says("2")
    number, password = filed(other)
    assert number.startswith("YX-")
    assert person.says(f"{number} {password}").said == ["find:still_here", "find:elsewhere"]
    assert person.stack == []


def test_what_stands_in_clear_beside_a_conversation_does_not_name_its_tip(citizen: Make) -> None:
    """The receipt's mark is random, each time: rows of the outbox can't join author and tip."""
    person = citizen()
    number, _ = filed(person)
    person.presses("later").says("查询").presses("reissue")
    row = tips.by_number(person.tx, number)
    kept = list(person.tx.execute(select(models.outbox.c.once).where(models.outbox.c.once.is_not(None))).scalars())
    assert row is not None and len(set(kept)) == 2 and not any(str(row.id) in one for one in kept)


@pytest.mark.parametrize("sealed", [False, True])
def test_what_is_added_later_makes_tips_alike_too(citizen: Make, sealed: bool) -> None:
    """A plate told afterwards meets the same plate elsewhere; nothing of a sealed tip does."""
    person = citizen()
    number, _ = filed(person)
    row = tips.by_number(person.tx, number)
    assert row is not None
    if sealed:
        tips.change(person.tx, row.id, NOW, route="sealed")
    before = person.rows(models.tip_marks)
    person.presses("later").says("查询").says("车牌是桂B12345", "完成")
    assert [one.id for one in likeness.carrying(person.tx, "luzhai", "plate", "桂B12345")] == (
        [] if sealed else [row.id]
    )
    assert person.rows(models.tip_marks) == before + (not sealed)


# -- a password is nobody's words ------------------------------------------------------------------------------------------

# where it is typed: what is done before, with the receipt put off
PLACES: list[tuple[list[str], list[str]]] = [
    ([], ["find:ask_number"]),
    (["查询"], ["card:ask_act"]),
    (["查询", "补充"], ["add:ask_more"]),
    (["查询", "补充", "昨晚又来了"], ["add:ask_more"]),
    (["查询", "撤回"], ["withdraw:ask_sure"]),
    (["昨晚又来了一车"], ["whose:ask_to"]),
    (["举报"], ["tip:ask_what"]),
    (["举报", STORY], ["tip:ask_now"]),
]
WRITTEN = ["{0}", "我的密码是{0}，昨晚又来了一车", "7kqdm2xa9rtfhc5w", "7KQD M2XA 9RTF HC5W", "7KQD-M2XA-9RTF"]


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize(("before", "asked"), PLACES)
def test_a_password_is_no_addition_and_no_story(
    citizen: Make, before: list[str], asked: list[str], written: str
) -> None:
    """With hyphens or without, right or wrong, among words: it is refused with a sentence, what was open is asked again, and
    nothing of it is kept."""
    person = citizen()
    _, password = filed(person)
    person.presses("later").says(*before)
    kept, told = person.chat.state.get("stack", [])[-1:], person.rows(models.tip_messages)
    person.says(written.format(password))
    assert person.said[0] == "find:unasked" and person.said[-1:] == asked
    assert not kept or person.chat.state["stack"][-1] == kept[0]
    assert password not in json.dumps(person.chat.state) and person.rows(models.tip_messages) == told


@pytest.mark.parametrize("before", [[], ["查询"], ["查询", "补充"], ["昨晚又来了一车"], ["举报"]])
def test_the_last_four_where_nobody_asks_are_nothing(citizen: Make, before: list[str]) -> None:
    """Sent late: no story begins with them and no addition holds them."""
    person = citizen()
    _, password = filed(person)
    person.presses("later").says(*before)
    four = "7K2D" if before == ["举报"] else password[-4:]
    assert person.says(four).said[0] == "find:unasked" and four not in json.dumps(person.chat.state)


def test_number_and_password_among_words_open_the_tip(citizen: Make) -> None:
    """From anywhere; the other words are not taken, and that is said."""
    person, elsewhere = citizen(), citizen()
    number, password = filed(person)
    elsewhere.says(STORY, f"我的编号是{number}，密码是{password}，他们昨晚又来了一车")
    assert elsewhere.said == ["find:only_opened", "find:still_here", "card:ask_act"]
    assert elsewhere.stack == ["citizens/tip", "citizens/card"]


NO_PASSWORDS = [
    "钱转到6222021234567890",
    "单号SF1234567890123",
    "https://a.example/aB3dE5fG7hJ9kM1n",
    "They sold 2024 cars here",
]


@pytest.mark.parametrize("words", NO_PASSWORDS)
def test_cards_parcels_links_and_years_are_no_passwords(citizen: Make, words: str) -> None:
    """What officers need is not refused."""
    assert citizen().says(STORY).presses("no").says(PLACE).presses("skip", "skip").says(words).answers["who"] == words


def test_what_is_typed_of_a_password_leaves_the_chat(citizen: Make) -> None:
    """Where the channel knows its messages: tries, right ones, the repetition; those whose refusal was replaced too."""
    person, elsewhere = citizen(), citizen()
    number, password = filed(person)
    person.hears("said", text=password[-4:], message=7)
    assert person.message["deletes"] == [7]
    elsewhere.hears("said", text=f"{number} 0000-AAAA-0000-AAAA", message=11)
    assert elsewhere.said[0] == "find:no_match" and elsewhere.message["deletes"] == [11]
    elsewhere.hears("said", text=password, message=12)
    assert elsewhere.said == ["card:ask_act"] and elsewhere.message["deletes"] == [11, 12]
    elsewhere.hears("said", text="昨晚又来了一车", message=13)
    assert elsewhere.message["deletes"] == []


# -- what is wanted of a tip that was told -----------------------------------------------------------------------------------

WANTED = [
    ("我想补充一下", "add:ask_more"),
    ("我要撤回", "withdraw:ask_sure"),
    ("我想撤回", "withdraw:ask_sure"),
    ("他们看到我了怎么办", "card:exposed"),
    ("我刚才没写清楚，村口是寨沙镇的", "add:ask_more"),
    ("我刚才的举报怎么样了", "card:ask_act"),
    ("还有一台桂B12345的货车", "whose:ask_to"),
]


@pytest.mark.parametrize("before", [[], ["查询"]])
@pytest.mark.parametrize(("words", "said"), WANTED)
def test_what_is_wanted_goes_to_the_tip_that_was_told(citizen: Make, words: str, said: str, before: list[str]) -> None:
    """In people's own words, with nothing open and at its card; no second tip is begun."""
    person = citizen()
    filed(person)
    person.presses("later").says(*before).says(words)
    assert person.said[0] == ("add:ask_more" if before and said == "whose:ask_to" else said)
    assert "citizens/tip" not in person.stack and person.rows(models.tips) == 1


def test_free_words_after_a_tip_are_asked_once_where_they_belong(citizen: Make) -> None:
    """They are kept meanwhile, and more of them; then they are an addition, or the story of another tip."""
    person = citizen()
    number, _ = filed(person)
    person.presses("later").says("还有一台桂B12345的货车", "车头是红的")
    assert person.said == ["whose:ask_to"] and person.ids == [f"own.{number}", "new"]
    sent = person.sends()
    person.presses(f"own.{number}")
    row = tips.by_number(person.tx, number)
    assert row is not None and person.said == ["add:ask_more"]
    assert [one["text"] for one in tips.dialogue(person.tx, row.id)] == ["还有一台桂B12345的货车\n车头是红的"]
    person.says("完成", "取消", "西门也有人在卖走私香烟", "另报一件")
    assert person.stack == ["citizens/tip"] and person.answers["what"] == "西门也有人在卖走私香烟"
    assert person.answers["goods"] == "tobacco" and person.rows(models.tip_messages) == 1 and sent


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("确定", "withdraw:done"),
        ("是", "withdraw:done"),
        ("算了", "withdraw:kept"),
        ("不", "withdraw:kept"),
        ("不撤了", "withdraw:kept"),
        ("不想举报了", "withdraw:kept"),
        ("等等，让我想想再说", "common:why_want_choice"),
        ("昨晚又来了一车", "common:why_want_choice"),
    ],
)
def test_whether_to_withdraw_is_answered_with_yes_or_no(citizen: Make, words: str, said: str) -> None:
    """Anything else is asked again and is never an addition."""
    person = citizen()
    filed(person)
    assert person.presses("later").says("撤回", words).said[0] == said and "citizens/add" not in person.stack


def test_words_for_a_closed_tip_are_given_back(citizen: Make) -> None:
    """With what can be done with them; no addition is gathered that nobody will take."""
    person = citizen()
    number, _ = filed(person)
    row = tips.by_number(person.tx, number)
    assert row is not None
    person.presses("later").says("查询", "补充")
    tips.change(person.tx, row.id, NOW, status="closed", outcome="confirmed")
    assert person.says("昨晚又来了一车").said == ["add:too_late"] and "go.tip" in person.ids
    assert "昨晚又来了一车" in WORDS.text(person.message)
    assert person.says("查询", "西门又来了一车").said == ["add:too_late"] and person.stack == []
    assert "西门又来了一车" in WORDS.text(person.message)


def test_of_two_tips_the_list_says_which_is_which(citizen: Make) -> None:
    """Day and state beside each number, for 查询 and 撤回."""
    person = citizen()
    numbers = [filed(person.says("取消"))[0] for _ in "ab"]
    for word in ("查询", "撤回"):
        text = WORDS.text(person.presses("later").says(word).message)
        assert all(f"{one}　11月23日" in text for one in numbers) and text.count("等待受理") == 2
        person.says("取消")


def test_one_tap_too_many_says_nothing(citizen: Make) -> None:
    """The same button of the same question, twice in a row: it did happen once. Another old button is still answered."""
    person = citizen().says(STORY).presses("no").says(PLACE).presses("enough")
    prompt = person.chat.prompt
    person.presses("submit")
    heard = person.message
    person.hears("chose", choice="submit", prompt=prompt)
    assert person.chat.prompt == prompt + 1 and person.message == heard and person.rows(models.tips) == 1
    assert person.hears("chose", choice="change", prompt=prompt).said[0] == "common:closed"


# -- nothing that may not be kept is kept -----------------------------------------------------------------------------------


def test_where_nobody_may_read_it_nothing_typed_is_kept(citizen: Make) -> None:
    """The sealed seat is vacant: no tip, no file, no answer, no message that quotes one; the outside address instead."""
    person = citizen().says(STORY)
    person.sends()
    person.presses("no").says(PLACE).presses("officials")
    assert person.said == ["tip:not_taken"]
    assert dict(person.message["says"])["citizens/tip:not_taken"]["outside"]["number"] == "12388"
    assert [person.rows(one) for one in (models.tips, models.tip_files, models.outbox)] == [0, 0, 1]
    assert STORY not in json.dumps([person.chat.state, person.message], ensure_ascii=False)


def test_a_seat_that_falls_vacant_before_the_confirmation_counts_too(citizen: Make) -> None:
    """Asked again in the commit that would keep it."""
    person = citizen()
    police = people.add(person.tx, "luzhai", "甲", NOW)
    people.seat(person.tx, police, "luzhai", "police", "sealed", NOW)
    person.says(STORY).presses("no").says(PLACE).presses("officials", "enough")
    assert person.said == ["tip:review"]
    people.unseat(person.tx, police, "police", "sealed", NOW)
    assert person.presses("submit").said == ["tip:not_taken"] and person.rows(models.tips) == 0
    assert STORY not in json.dumps([person.chat.state, person.message], ensure_ascii=False)


def test_a_contact_that_was_taken_back_is_not_kept(citizen: Make) -> None:
    """Anonymous after all: neither shown nor stored."""
    person = citizen().says(STORY).presses("no").says(PLACE).presses(*["skip"] * 4, "none", "skip", "named")
    person.says("信箱 12345").presses("yes", "change", "change_named", "anonymous")
    assert "信箱" not in WORDS.text(person.message)
    person.presses("submit")
    assert person.rows(models.tips) == 1 and person.rows(models.contacts) == 0


# -- what an upgrade leaves behind --------------------------------------------------------------------------------------------

BEGUN = {"at": "citizens/tip", "answers": {"what": STORY}}
LEFT = [
    # the stack as an older version left it, what is said, what is open then
    ([{"at": "citizens/gone", "answers": {}}], ["common:outdated", "answers:hello"], []),
    (
        [BEGUN, {"at": "citizens/gone", "answers": {}}],
        ["common:outdated", "common:unfinished", "tip:ask_now"],
        ["citizens/tip"],
    ),
    ([{"at": "citizens/card", "answers": {}}], ["common:outdated", "answers:hello"], []),  # which tip?
    ([{"at": "citizens/receipt", "answers": {"_number": "LZ-12345678"}}], ["common:outdated", "answers:hello"], []),
    ([{"at": "citizens/tip"}], ["common:outdated", "answers:hello"], []),
    ([{"answers": {}}], ["common:outdated", "answers:hello"], []),
    (
        [{"at": "citizens/tip", "answers": {"what": STORY, "former": 1}}],
        ["common:why_want_choice", "tip:ask_now"],
        ["citizens/tip"],
    ),
    ([{"at": "coordinators/note", "answers": {"_tip": 1}}], ["common:not_yours", "answers:hello"], []),
]


@pytest.mark.parametrize(("stack", "said", "open_"), LEFT)
def test_what_an_upgrade_left_behind_gets_a_sentence_and_the_lane_goes_on(
    citizen: Make, stack: list[Any], said: list[str], open_: list[str]
) -> None:
    """What was just typed is no answer to another question; the next message is heard as ever."""
    person = citizen()
    person.chat.state = {"stack": stack, "shown": [["gone", "旧按钮"]]}
    assert (person.says("7KQD-M2XA").said, person.stack) == (said, open_)
    assert person.says("你好").said[0] == "answers:hello"


@pytest.mark.parametrize("at", [one for one, talk in menu.CONVERSATIONS.items() if talk.form.about])
def test_a_conversation_that_lost_what_it_is_about_begins_anew(citizen: Make, at: str) -> None:
    """An upgrade may name it otherwise; whose conversation it is is asked only after that."""
    person = citizen()
    for missing in menu.conversation(at).form.about:
        about = {one: 1 for one in menu.conversation(at).form.about if one != missing}
        person.chat.state = {"stack": [{"at": at, "answers": about}]}
        assert person.says("是").said == ["common:outdated", "answers:hello"] and person.stack == []


def test_what_staff_conversations_rest_on_is_declared() -> None:
    """Each that reads a hidden answer without a way round it says so in its form."""
    for at, talk in menu.CONVERSATIONS.items():
        kind = {"coordinators": "_tip", "liaisons": "_lead"}.get(at.partition("/")[0])
        assert kind is None or kind in talk.form.about, at


@pytest.mark.parametrize("does", ["菜单", "返回", "取消", "继续", "english", "会保密吗", "退出", "opened"])
@pytest.mark.parametrize("at", ["coordinators/note", "coordinators/case", "citizens/oral"])
def test_what_one_may_no_longer_hold_is_shown_by_no_word(citizen: Make, at: str, does: str) -> None:
    """A seat was left meanwhile: the open conversation is dropped before anything of it is shown."""
    person = citizen()
    filed(person)
    tip = person.tx.execute(select(models.tips.c.id)).scalar_one()
    person.chat.state = {"stack": [{"at": at, "answers": {"_tip": tip, "_source": "oral", "what": STORY}}], "shown": []}
    person.hears("opened") if does == "opened" else person.says(does)
    assert person.said[0] == "common:not_yours" and person.stack in ([], ["citizens/tip"])
    assert STORY not in WORDS.text(person.message)


@pytest.mark.parametrize("served", [("luzhai",), ("luzhai", "yangxi")])
def test_a_chat_of_a_county_that_is_not_served_here_stays_that_countys(citizen: Make, served: tuple[str, ...]) -> None:
    """Another process may serve it: nothing of it becomes this county's, it is told to come back, and nothing is kept."""
    person = citizen(*served)
    person.chat.county, person.chat.state["stack"] = "elsewhere", [BEGUN]
    for text in (STORY, "举报", "1", "菜单"):
        assert person.says(text).said == ["common:not_served"] and person.ids == []
    person.sends()
    assert person.said == ["common:not_served"] and person.rows(models.tip_files) == 0
    assert (person.chat.county, person.chat.state["stack"]) == ("elsewhere", [BEGUN])


# -- whatever people do --------------------------------------------------------------------------------------------------------

WORDS_OF_ALL = [
    "菜单",
    "帮助",
    "取消",
    "返回",
    "继续",
    "english",
    "中文",
    "你好",
    "举报",
    "查询",
    "STOP",
    "撤回",
    "有人知道是我",
]
WORDS_OF_ALL += ["举报有奖吗", "会保密吗", "电话", "待办", "登录", "LZ-12345678", "LZ-12345678 7KQD-M2XA-9RTF-HC5W"]
texts = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [*WORDS_OF_ALL, STORY, "正在卸货", "1", "2", "跳过", "\u202e\u2066", "😀" * 9, "a" * 100_000, "\x00"]
    ),
)
anything = st.one_of(
    st.builds(lambda text: ("says", text), texts),
    st.builds(lambda n: ("press", n), st.integers(0, 60)),
    st.builds(lambda n: ("press", n), st.integers(0, 60)),
    st.builds(lambda n: ("stale", n), st.integers(0, 60)),
    st.sampled_from([("file", 0), ("place", 0), ("opened", 0), ("left", 0)]),
)


@settings(
    deadline=10_000
)  # milliseconds: far above what a busy machine needs, far below what a quadratic pattern takes
@given(counties=st.sampled_from([("luzhai",), ("luzhai", "yangxi")]), sequence=st.lists(anything, max_size=25))
def test_no_sequence_of_inputs_breaks_the_reception(
    connection: Connection, keys: Keyring, counties: tuple[str, ...], sequence: list[tuple[str, Any]]
) -> None:
    """Texts, presses, files, places, words that always work: each is answered in words that can be said in both
    languages; a press on an old button changes no conversation; every file is held by one, or by a tip."""
    try:
        person = Citizen(connection, keys, *counties)
        for kind, value in sequence:
            _does(person, kind, value)
            held = sum(len(progress.uploads(one["answers"])) for one in person.chat.state.get("stack", []))
            waiting = sum(one["kind"] == "file" for one in person.chat.state.get("before", []))
            kept = select(func.count()).where(models.tip_files.c.tip.is_(None))
            assert person.tx.execute(kept).scalar_one() == held + waiting
    finally:
        connection.rollback()


OPENERS = sorted(menu._KNOWN - {"logout"})  # the one to which nothing is said
arguments = st.one_of(
    st.text(max_size=60),
    st.integers(-(10**40), 10**40).map(str),
    st.sampled_from(["", ".", "LZ-12345678", "٣" * 9, "²", "\x00", "1." * 50, "http://a.example/\x00", "桂B12345"]),
)
crafted = st.one_of(
    st.text(max_size=60),
    st.builds("go.{}".format, st.sampled_from(OPENERS)),
    st.builds("go.{}.{}".format, st.sampled_from(OPENERS), arguments),
    st.builds(
        "{}{}".format,
        st.sampled_from(["own.", "into.", "change_", "remove_", "go.county.", "skip", "submit"]),
        arguments,
    ),
)


@settings(deadline=None)  # the first one compiles templates
@given(seat=st.sampled_from([None, "intake", "coordinator", "liaison"]), choices=st.lists(crafted, max_size=12))
def test_no_crafted_choice_breaks_the_reception(
    connection: Connection, keys: Keyring, seat: str | None, choices: list[str]
) -> None:
    """Whatever id a press carries, from whoever: a sentence, and the lane goes on."""
    try:
        person = Citizen(connection, keys, "luzhai")
        if seat is not None:
            person.seated(seat)
        for choice in choices:
            assert person.presses(choice).said
    finally:
        connection.rollback()


def _does(person: Citizen, kind: str, value: Any) -> None:
    choice = person.ids[value % len(person.ids)] if kind in ("press", "stale") and person.ids else "x"
    match kind:
        case "says":
            assert person.says(value).said
        case "press":
            assert person.presses(choice).said
        case "stale":
            before = json.dumps(person.chat.state.get("stack"))
            person.hears("chose", choice=choice.removeprefix("go."), prompt=person.chat.prompt - 1)
            assert json.dumps(person.chat.state.get("stack")) == before or not person.stack
        case "file":
            person.sends()
        case "place":
            person.hears("location", place=(24.48, 109.73))
        case _:
            person.hears(kind)


# -- taken back where it was said ------------------------------------------------------------------------------------------


def types(person: Citizen, text: str, name: str) -> Citizen:
    return person.hears("said", text=text, message=name)


def test_what_was_told_besides_can_be_taken_back(citizen: Make) -> None:
    """Out of the story, whatever was said after it; what the words implied goes with them."""
    person = types(citizen(), STORY, "a")
    types(person, "是我表哥干的，我叫某某，他卖冻肉", "b")
    types(person, "白色的车", "c")
    assert person.answers["what"].count("\n") == 2
    assert person.hears("recalled", message="b").said == ["common:recalled", "tip:ask_now"]
    assert person.answers["what"] == f"{STORY}\n白色的车"
    assert person.hears("recalled", message="b").said[0] == "common:recall_noted", "once"
    person.hears("recalled", message="c").hears("recalled", message="a")
    assert person.said == ["common:recalled", "tip:ask_what"] and "goods" not in person.answers


def test_a_picture_can_be_taken_back(citizen: Make) -> None:
    """Sent early or where it was asked for: its row goes too."""
    person = types(citizen(), STORY, "a")
    row = {"id": 71, "county": "luzhai", "lane": person.chat.id, "family": "image", "size": 9, "digest": b"-"}
    attachments.keep(person.tx, row, {"store": "s", "key": "k"})
    person.hears("file", file={"id": 71, "name": "a.jpg", "family": "image", "size": 9}, message="b")
    assert person.rows(models.tip_files) == 1
    assert person.hears("recalled", message="b").said[0] == "common:recalled"
    assert "files+" not in person.answers and person.rows(models.tip_files) == 0


@pytest.mark.parametrize(("read", "block", "left"), [(False, "common:recall_gone", 0), (True, "common:recall_read", 1)])
def test_an_addition_can_be_taken_back_while_nobody_has_read_it(
    citizen: Make, read: bool, block: str, left: int
) -> None:
    """Read, it stays, and that is said."""
    person = citizen()
    number, _ = filed(person)
    person.presses("later").says("补充")
    types(person, "车牌桂B12345", "x")
    row = tips.by_number(person.tx, number)
    assert row is not None and person.rows(models.tip_messages) == 1
    if read:
        tips.seen(person.tx, row.id, "citizen", NOW)
    assert person.hears("recalled", message="x").said[0] == block
    assert person.rows(models.tip_messages) == left


def test_of_an_addition_in_pieces_one_is_taken_back(citizen: Make) -> None:
    """What waits until it is known whose it is, and what went in together."""
    person = citizen()
    number, _ = filed(person)
    person.presses("later")
    for name, text in (("x", "西门也有人在卖走私香烟"), ("y", "我是他邻居"), ("z", "车是白的")):
        types(person, text, name)
    assert person.answers["_words+"] == ["西门也有人在卖走私香烟", "我是他邻居", "车是白的"]
    person.hears("recalled", message="y")
    assert person.answers["_words+"] == ["西门也有人在卖走私香烟", "车是白的"]
    person.presses(f"own.{number}")
    row = tips.by_number(person.tx, number)
    assert row is not None and person.hears("recalled", message="x").said[0] == "common:recall_gone"
    assert [one["text"] for one in tips.dialogue(person.tx, row.id)] == ["车是白的"]


def test_what_the_latest_words_implied_is_taken_back_with_them(citizen: Make) -> None:
    """No alarm and no goods are left of a story that is none any more."""
    person = types(citizen(), "现在正在码头卸走私烟，桂B12345", "a")
    assert person.answers["now"] == "yes" and person.answers["goods"]
    assert person.hears("recalled", message="a").said == ["common:recalled", "tip:ask_what"] and person.answers == {}
    types(person, STORY, "b")
    assert "now" not in person.answers and person.said[-1] == "tip:ask_now"


def test_what_was_taken_back_is_not_counted(citizen: Make) -> None:
    """Nothing is said to be handed in that is not; what went in another time does not change the count of this."""
    person = citizen()
    filed(person)
    person.presses("later").says("补充")
    types(person, "车牌桂B12345", "x").says("完成", "补充")
    types(types(person, "车头是红的", "y"), "还有一台", "z")
    assert person.hears("recalled", message="x").said[0] == "common:recall_gone"
    assert "2 条" in WORDS.text(person.message)
    assert "1 条" in WORDS.text(person.hears("recalled", message="z").message)
    assert "条。" not in WORDS.text(person.hears("recalled", message="y").message) and "done" not in person.ids
    assert person.says("完成").said == ["add:nothing", "add:ask_more"]


def test_what_was_taken_back_is_not_quoted(citizen: Make) -> None:
    """Said and taken back in one breath: the question about these words, not sent yet, is not put; what is said besides is."""
    person = citizen()
    filed(person)
    person.presses("later").says("补充")
    types(person, "我是老王", "x")
    assert "老王" in WORDS.text(person.message)
    person.hears("recalled", message="x")
    waits = person.tx.execute(select(models.outbox.c.sealed_payload).where(models.outbox.c.lane == person.chat.id))
    said = [WORDS.text(json.loads(person.tx.keys.open_("transit", one))) for one in waits.scalars()]
    assert not any("老王" in one for one in said) and any("LZ-" in one for one in said)


@pytest.mark.parametrize("words", ["有消系吗", "有消息吗", "有新消息吗", "请问处理得怎么样了", "没有"])
def test_words_answer_no_question_that_was_not_read(citizen: Make, words: str) -> None:
    """Whoever asks for news is shown the question first; read, it is answered by what is written then."""
    person = citizen()
    number, _ = filed(person)
    person.presses("later")
    row = tips.by_number(person.tx, number)
    assert row is not None
    tips.say(person.tx, row.id, "office", "车是什么颜色？", NOW)
    tips.move(person.tx, row.id, NOW, "staff", "asked", note="车是什么颜色？")
    assert person.says(words).stack == ["citizens/card"] and "什么颜色" in WORDS.text(person.message)
    assert person.rows(models.tip_messages) == 1
    person.chat.state["stack"] = []
    assert "add:answered" in person.says("白色的").said and person.rows(models.tip_messages) == 2


def test_the_draft_is_named_where_a_number_is_asked(citizen: Make) -> None:
    """撤回 in the middle of a draft: the way back to it is said, and nothing is said to be lost."""
    person = citizen().says(STORY, "撤回")
    assert "返回" in WORDS.text(person.message)
    assert person.says("返回").said == ["common:unfinished", "tip:ask_now"]


def test_all_goes_from_the_page_when_nothing_is_taken(citizen: Make) -> None:
    """Not the words alone that are kept: those that are seen."""
    person = citizen().says("举报县公安局民警黄某收走私老板的钱").presses("no").says(PLACE).presses("enough")
    person.presses("officials")
    assert person.said[-1] == "tip:not_taken" and person.message["erases"] == ["*"]


# -- told where a number is asked for ------------------------------------------------------------------------------------------

TOLD_AT_FIND = [
    # typed after 查询, what is said, what is open then
    ("他们现在正在码头卸走私烟，有刀", ["find:new", "tip:urgent", "tip:ask_where"], "citizens/tip"),
    ("码头那边有人拿刀砍人了", ["add:danger", "find:new", "tip:opened", "tip:ask_now"], "citizens/tip"),
    (STORY, ["find:new", "tip:opened", "tip:ask_now"], "citizens/tip"),
    ("我的编号早就找不到了啊", ["common:why_want_number", "find:ask_number"], "citizens/find"),
    ("LZ-1234567", ["common:why_want_number", "find:ask_number"], "citizens/find"),
]


@pytest.mark.parametrize(("words", "said", "at"), TOLD_AT_FIND)
def test_what_is_told_where_a_number_is_asked_is_a_new_tip(citizen: Make, words: str, said: list[str], at: str) -> None:
    """With these words as its story, and 110 first; what is meant for a number is asked for again."""
    person = citizen().says("查询", words)
    assert (person.said, person.stack) == (said, [at])
    assert at != "citizens/tip" or person.answers["what"] == words


def test_danger_does_not_wait_for_a_password(citizen: Make) -> None:
    """After a number too; with a tip of one's own a story is asked where it belongs."""
    person = citizen().says("LZ-12345678", "码头那边有人拿刀砍人了")
    assert person.said[0] == "add:danger" and person.stack == ["citizens/tip"]
    person = citizen()
    for _ in range(2):
        filed(person)
        person.presses("later")
    assert person.says("查询").said == ["find:ask_number"] and person.says("西门也有人在卖走私香烟").stack == [
        "citizens/whose"
    ]


TAKES_BACK = [
    "撤回这句",
    "撤回刚才那句",
    "刚才那句不算",
    "上一句不要",
    "打错了",
    "说错了",
    "发错了",
    "take that back",
    "ignore that",
]


@pytest.mark.parametrize("words", TAKES_BACK)
def test_the_latest_thing_said_is_taken_back_in_words(citizen: Make, words: str) -> None:
    """At every question; it is no answer and no part of the story. Where there is nothing, how else is said."""
    person = citizen().says(STORY, words)
    assert person.said == ["common:recalled", "tip:ask_what"] and person.answers == {}
    assert person.says(words).said[0] == "common:nothing_to_recall"
    person.says(STORY).presses("no").says(PLACE, words)
    assert person.said == ["common:recalled", "tip:ask_where"] and person.answers["what"] == STORY
    person.says(PLACE, "还有一辆白色的车", words)
    assert person.answers["what"] == STORY and person.said[0] == "common:recalled"
    person.presses("skip").says(words)
    assert person.said[0] == "common:recalled" and "kind" not in person.answers, "a press too"
    person.presses("enough").says("白色面包车", words)
    assert person.said == ["common:recalled", "tip:review"] and "adding+" not in person.answers
    person.presses("submit").says(words)
    assert person.said[0] == "common:nothing_to_recall" and person.rows(models.tips) == 1


def test_to_give_up_in_a_word_at_the_review_is_asked_first(citizen: Make) -> None:
    """As 取消 is; the button says what it does."""
    person = citizen().says(STORY).presses("no").says(PLACE).presses("enough").says("放弃")
    assert person.said == ["tip:ask_leave"] and person.says("继续").said[-1] == "tip:review"
    assert person.says("放弃").presses("give_up").stack == []
