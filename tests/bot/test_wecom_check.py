"""What `xiezhi check` says of an app and of an account of 微信客服: each fault with the switch in the console that mends it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot import __main__ as console
from bot import bots, config
from bot.channels.base import Door
from bot.channels.wecom import app_mouth, codes, door, kf_mouth, login, pull
from bot.channels.wecom.check import examined
from bot.check import findings
from bot.config import Config, ConfigError
from bot.roster import COLUMNS, REGISTERED
from tests.simulators.wecom import Simulator
from tests.simulators.wecom.corps import Corp
from tests.stories.wecom_phones import KEY, TOKEN
from tests.town import PUBLIC, ROOT

APP, KF, GROUP = (Door("wecom", one, "luzhai") for one in ("app", "kf", "group"))
KEYS = "counties.luzhai.channels.wecom"


@pytest.fixture
def corp(sim: Simulator) -> Corp:
    made = sim.corp()
    made.kf(made.app(), name="打私举报")
    made.domain = PUBLIC.removeprefix("https://")
    return made


def configured(sim: Simulator, corp: Corp, folder: Path = Path("data"), **changes: Any) -> Config:
    """`changes`: of the corp, or as `app_…` and `kf_…` of one door."""
    app, (kf,) = corp.app(), corp.kfs.values()
    shared = {"secret": app.secret, "token": TOKEN, "aes_key": KEY}
    doors: dict[str, dict[str, Any]] = {
        "app": {"agent_id": app.agent_id, **shared},
        "kf": {"open_kfid": kf.id, **shared},
    }
    whole: dict[str, Any] = {"api_url": sim.url, "corp_id": corp.id}
    for name, value in changes.items():
        door, _, field = name.partition("__")
        (doors[door] if field else whole)[field or name] = value
    county = {"plan": "counties/luzhai.yaml", "channels": {"wecom": whole | doors}}
    return Config.model_validate(
        {
            "database": f"sqlite:///{folder}/x.db",
            "data": folder,
            "server": {"public_url": PUBLIC},
            "counties": {"luzhai": county},
        }
    )


async def told(settings: Config) -> tuple[list[str], list[str]]:
    """(faults, warnings) of both doors; nothing in them is a secret, or anybody's own words."""
    faults, warnings = list[str](), list[str]()
    for where, bot in settings.bots().items():
        amiss, unsure = await examined(where, bot, settings)
        assert all(one.startswith((".", ":")) for one in (*amiss, *unsure))
        assert not any(bot.secret in one or "access_token" in one or "hint" in one for one in (*amiss, *unsure))
        faults, warnings = faults + amiss, warnings + unsure
    return faults, warnings


async def test_in_order(sim: Simulator, corp: Corp) -> None:
    """Nothing to say; one token for each door, nothing sent, nothing changed."""
    assert await told(configured(sim, corp)) == ([], [])
    asked = [one.path for one in sim.journal.entries]
    assert sorted(asked) == sorted(
        ["gettoken", "agent/get", "getcallbackip", "gettoken", "kf/account/list", "getcallbackip"]
    )
    assert sim.journal.violations == []


@pytest.mark.parametrize("field", ["token", "aes_key"])
async def test_one_app_with_two_callbacks(sim: Simulator, corp: Corp, field: str) -> None:
    """One secret is one app, and its callback has one Token: what differs is named, since only its console could tell more."""
    other = {"token": "another", "aes_key": KEY[::-1]}
    faults, warnings = await told(configured(sim, corp, **{f"kf__{field}": other[field]}))
    assert faults == [] and [one.partition(":")[0] for one in warnings] == [f".{field}"]


async def test_by_the_verb(tmp_path: Path, sim: Simulator, corp: Corp) -> None:
    """As `xiezhi check` says it, with the key in the file; without a database and without a keyring."""
    corp.domain = "old.example"
    faults, _, _ = await findings(configured(sim, corp, tmp_path), ROOT, Path("config.yaml"))
    (fault,) = faults
    assert fault.startswith(f"config.yaml: {KEYS}.app: ")
    assert "old.example" in fault and "town.example" in fault and "网页授权及JS-SDK" in fault
    assert not (tmp_path / "keys").exists() and not (tmp_path / "x.db").exists()


def _refuses(code: int, path: str) -> Callable[[Simulator, Corp], Any]:
    return lambda sim, corp: sim.faults.refuse(code, path=path, times=9)


# what is wrong there -> how many faults, words of the first
WRONG: list[tuple[Callable[[Simulator, Corp], Any], int, tuple[str, ...]]] = [
    (lambda sim, corp: setattr(corp.app(), "trusted", False), 2, ("60020", "企业可信IP", "not trusted")),
    (lambda sim, corp: setattr(corp.app(), "disabled", True), 2, ("50003", "启用", "enable it")),
    (lambda sim, corp: setattr(corp, "domain", ""), 1, ("可信域名", "empty instead of town.example")),
    (lambda sim, corp: setattr(corp, "domain", "town.example:8443"), 1, ("town.example:8443 instead of",)),
    (_refuses(48002, "kf/account/list"), 1, ("48002", "权限")),
    (_refuses(48007, "kf/account/list"), 1, ("48007", "可调用接口的应用")),
    (_refuses(301007, "getcallbackip"), 2, ("301007", "WeCom administrator")),
    (_refuses(99999, "agent/get"), 1, ("99999", "agent/get", "path/90313")),
]


@pytest.mark.parametrize(("spoils", "count", "words"), WRONG)
async def test_what_is_wrong(
    sim: Simulator, corp: Corp, spoils: Callable[[Simulator, Corp], Any], count: int, words: tuple[str, ...]
) -> None:
    """Each with the code and what to tick, in both languages."""
    spoils(sim, corp)
    faults, _ = await told(configured(sim, corp))
    assert len(faults) == count and all(word in faults[0] for word in words), faults


# what is wrong in the configuration -> the end of its key, the code
KEYED = [
    ({"corp_id": "ww0000"}, ".corp_id", "40013"),
    ({"app__secret": "x" * 43, "kf__secret": "x" * 43}, ".secret", "40001"),
    ({"app__agent_id": 1000009}, ".agent_id", "40056"),
]


@pytest.mark.parametrize(("changes", "key", "code"), KEYED)
async def test_a_wrong_key(sim: Simulator, corp: Corp, changes: dict[str, Any], key: str, code: str) -> None:
    """It is named. A secret that was refused is not tried again: WeCom bans the address."""
    faults, _ = await told(configured(sim, corp, **changes))
    assert faults[0].startswith(f"{key}: ") and code in faults[0] and " / " in faults[0]
    assert len(sim.journal.of("gettoken")) == 2  # one for each door


async def test_another_apps_number(sim: Simulator, corp: Corp) -> None:
    """An AgentId and a secret of different apps."""
    corp.app(1000003)
    faults, _ = await told(configured(sim, corp, app__agent_id=1000003))
    assert len(faults) == 1 and faults[0].startswith(".agent_id: ") and "301002" in faults[0]


async def test_an_app_that_is_closed(sim: Simulator, corp: Corp, monkeypatch: pytest.MonkeyPatch) -> None:
    """`close` is a fault; that entering is not reported only keeps people from being greeted."""
    from tests.simulators.wecom import contacts, server

    def shut(call: Any) -> dict[str, Any]:
        return contacts.agent(call) | {"close": 1, "isreportenter": 0}

    monkeypatch.setitem(server.PATHS, "agent/get", server.Path("GET", shut))
    (fault,), (warning,) = await told(configured(sim, corp))
    assert "已停用" in fault and "上报进入应用事件" in warning


# -- accounts of 微信客服 ---------------------------------------------------------------------------------------------------


async def test_an_account_nobody_knows(sim: Simulator, corp: Corp) -> None:
    """Those there are, over several pages of them."""
    settings = configured(sim, corp, kf__open_kfid="wk")
    every = [corp.kf(corp.app(), name=f"第{one}个").id for one in range(120)]
    (fault,), _ = await told(settings)
    assert fault.startswith(".open_kfid: ") and all(one in fault for one in every)


async def test_an_account_of_another_app(sim: Simulator, corp: Corp) -> None:
    """It has to be given to this app."""
    (kf,) = corp.kfs.values()
    kf.app = corp.app(1000003)
    (fault,), _ = await told(configured(sim, corp))
    assert fault.startswith(".open_kfid: ") and "企业内部开发" in fault


# -- what can't be said now ------------------------------------------------------------------------------------------------


async def test_without_an_answer(sim: Simulator, corp: Corp) -> None:
    """Nobody can say that it is in order: once for each door."""
    faults, warnings = await told(configured(sim, corp, api_url="http://127.0.0.1:9"))
    assert warnings == [] and len(faults) == 2 and all("gave no answer" in one for one in faults)


@pytest.mark.parametrize("code", [-1, 45009, 6000])
async def test_when_it_is_busy(sim: Simulator, corp: Corp, code: int) -> None:
    """No fault of ours, and not in order: said once, whatever was asked."""
    for path in ("agent/get", "getcallbackip"):
        sim.faults.refuse(code, path=path, agent=corp.app().agent_id, times=2)
    faults, warnings = await told(configured(sim, corp))
    assert warnings == [] and faults and all("try again later" in one for one in faults)
    assert len(faults) == 2, "one for each door"


def test_every_switch_has_both_languages() -> None:
    """Whatever code has a remedy."""
    assert all(codes.remedy(one) is None or codes.remedy(one).zh and codes.remedy(one).en for one in codes.GROUP_OF)


# -- configuration -----------------------------------------------------------------------------------------------------------

WECOM = "counties: {{luzhai: {{plan: counties/luzhai.yaml, channels: {{wecom: {0}}}}}}}\n"


@pytest.mark.parametrize(
    ("wecom", "words"),
    [
        ("{open_url: 'ftp://x'}", ("wecom.open_url",)),
        ("{app: {aes_key: abc}}", ("app.aes_key", "43 letters and digits, not 3", "接收消息")),
        ("{kf: {token: 'a b'}}", ("kf.token", "at most 32", "接收消息")),
        ("{corp_id: ww1, kf: {secret: s, token: t, aes_key: " + KEY + "}}", ("kf.open_kfid", "xiezhi check")),
    ],
)
def test_a_mistake(tmp_path: Path, wecom: str, words: tuple[str, ...]) -> None:
    """One sentence with file, key and remedy."""
    path = tmp_path / "config.yaml"
    path.write_text(WECOM.format(wecom), "utf-8")
    with pytest.raises(ConfigError) as fault:
        config.load(path, {})
    assert all(word in str(fault.value) for word in words)


# what is filled in without a secret -> the doors that are named, by their key
HALF: list[tuple[dict[str, Any], list[str]]] = [
    ({"app__secret": "", "kf__secret": ""}, ["app.secret", "kf.secret"]),
    ({"kf__secret": ""}, ["kf.secret"]),
    ({"app": {}, "kf": {}}, []),
    ({"app": {"agent_id": 1000002}}, ["app.secret"]),
]


@pytest.mark.parametrize(("changes", "named"), HALF)
async def test_half_filled(
    tmp_path: Path, sim: Simulator, corp: Corp, changes: dict[str, Any], named: list[str]
) -> None:
    """A door that somebody began to set up and that stays shut is a fault, with its key; an empty one is none."""
    settings = configured(sim, corp, tmp_path)
    raw = settings.model_dump()
    for name, value in changes.items():
        door, _, field = name.partition("__")
        wecom = raw["counties"]["luzhai"]["channels"]["wecom"]
        wecom[door] = wecom[door] | {field: value} if field else value
    faults, _, _ = await findings(Config.model_validate(raw), ROOT, Path("config.yaml"))
    assert [one.split(": ")[1].removeprefix(f"{KEYS}.") for one in faults] == named
    assert all("stays shut" in one for one in faults)


# -- a group's webhook ---------------------------------------------------------------------------------------------------


def grouped(sim: Simulator, key: str) -> Config:
    channels = {"wecom": {"api_url": sim.url, "group": {"key": key}}}
    return Config.model_validate({"counties": {"luzhai": {"plan": "counties/luzhai.yaml", "channels": channels}}})


async def test_the_key_of_a_group_is_tried_and_nothing_is_said_there(sim: Simulator) -> None:
    """In order, given alone or within its address; a wrong one is named with the remedy, and never shown."""
    group = sim.group("打私群")
    for key in (group.key, f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={group.key}"):
        settings = grouped(sim, key)
        (bot,) = settings.bots().values()
        assert await examined(GROUP, bot, settings) == ([], []) and not group.messages
    settings = grouped(sim, "wrong-key")
    (bot,) = settings.bots().values()
    ((fault,), unsure) = await examined(GROUP, bot, settings)
    assert (
        fault.startswith(".key: WeCom answered 93000")
        and "Webhook" in fault
        and "wrong-key" not in fault
        and not unsure
    )


def test_what_is_no_key_of_a_group(sim: Simulator) -> None:
    """Said without the value; and a group alone is no way into a county."""
    with pytest.raises(ValueError, match="expected the group webhook's address"):
        grouped(sim, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send")
    assert not bots.Channels(web=bots.Web(enabled=False), wecom=bots.Wecom(group=bots.WecomGroup(key="x"))).any


# -- docs/wecom.md -----------------------------------------------------------------------------------------------------------

DOCS = (ROOT / "docs/wecom.md").read_text("utf-8")


def test_the_documented_configuration(tmp_path: Path) -> None:
    """The example is one that starts, with the variables it names; every key of WeCom is in the text."""
    (example,) = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)
    path = tmp_path / "config.yaml"
    path.write_text(example, "utf-8")
    named = re.findall(r"XIEZHI_[A-Z_]+", DOCS)
    values = {one: KEY if one.endswith("AES_KEY") else "x" for one in named}
    loaded = config.load(path, values)
    assert list(loaded.bots()) == [APP, KF, GROUP]
    assert not config.load(path, {}).bots(), "secrets are not in the file"
    parts = (bots.Wecom, bots.WecomApp, bots.WecomKf, bots.WecomGroup)
    keys = {key for one in parts for key in one.model_fields}
    assert all(re.search(rf"\b{one}\b", DOCS, re.IGNORECASE) for one in keys)


def test_the_documented_addresses() -> None:
    """Callbacks and login are where the text says."""
    told = {urlsplit(one).path for one in re.findall(r"https://xiezhi\.example/[\w/]+", DOCS)}
    assert told == {door.path(APP), door.path(KF)}
    assert f"`{login.address('', APP)}`" in DOCS


def test_the_documented_figures() -> None:
    """As the code keeps them."""
    (minute, _), (hour, _) = app_mouth.MEMBER
    window = kf_mouth.TERMS.window
    assert window is not None
    figures = (
        f"每分钟 {minute}、每小时 {hour}",
        f"{window.ms // 3_600_000} 小时内最多回 {window.messages} 条",
        f"{app_mouth.SAME_WITHIN} 秒",
        "、".join(f"{one} 分" if one else "0 分" for one in app_mouth.SHY),
        f"{pull.WELCOME_MS // 1000} 秒",
        f"每 {pull.UNCALLED:.0f} 秒",
    )
    assert [one for one in figures if one not in DOCS] == []


def test_the_documented_log() -> None:
    """Each line that is to be looked for is one that is written; each code has its switch."""
    code = "".join(one.read_text("utf-8") for one in (ROOT / "bot/channels/wecom").glob("*.py"))
    lines = re.findall(r"^\| `([a-z ]+)`", DOCS, re.MULTILINE)
    assert len(lines) == 6 and all(f'"{one}"' in code for one in lines)
    told = re.findall(r"\b[4569]\d{4}\b", re.sub(r"path/\d+", "", DOCS))
    assert len(told) > 5 and all(codes.remedy(int(one)) for one in told)
    assert all(f'Unreadable("{one}")' in code for one in re.findall(r"why=(\w+)", DOCS))


def test_the_documented_table() -> None:
    """The columns of the roster, and the verbs."""
    assert all(f"`{one}`" in DOCS for one in COLUMNS) and REGISTERED in DOCS
    verbs = {name for name, _, _ in console.VERBS}
    assert set(re.findall(r"`xiezhi ([a-z]+)", DOCS)) <= verbs
