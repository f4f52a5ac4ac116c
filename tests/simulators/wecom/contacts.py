"""What the self-check and the roster ask for [D 90196, 90227, 90930, 94661, 94665]."""

import secrets
from typing import Any

from .calls import Call
from .rules import Refused, Stray


def user(call: Call) -> dict[str, Any]:
    userid = call.query.get("userid")
    if not userid:
        raise Refused(41009)
    member = call.corp.members.get(userid.lower())
    if member is None:
        raise Refused(60111)
    if member.key not in call.app.visible:
        raise Refused(60011)  # D 90313
    return {  # D 90196: apps made after 2022-06-20 get no mobile, e-mail, avatar or gender
        "userid": member.userid,
        "name": member.name,
        "department": [1],
        "position": "",
        "status": 2 if member.disabled else 1,
        "main_department": 1,
    }


def agent(call: Call) -> dict[str, Any]:
    call.agent(call.query.get("agentid"))
    users = [{"userid": call.corp.members[one].userid} for one in sorted(call.app.visible)]
    return {
        "agentid": call.app.agent_id,
        "name": "app",
        "allow_userinfos": {"user": users},
        "close": 0,
        "redirect_domain": call.app.corp.domain,
        "report_location_flag": 0,
        "isreportenter": 1,
        "home_url": "",
    }


def addresses(call: Call) -> dict[str, Any]:
    return {"ip_list": ["127.0.0.1", "101.226.103.*"]}


def accounts(call: Call) -> dict[str, Any]:
    """Those of the corp; `manage_privilege` says whether this app has them."""
    start, most = call.body.get("offset", 0), call.body.get("limit", 100)
    if not 1 <= most <= 100:
        raise Stray(f"limit is {most}")
    every = [
        {"open_kfid": kf.id, "name": kf.name, "avatar": "", "manage_privilege": kf.app is call.app}
        for kf in call.corp.kfs.values()
    ]
    return {"account_list": every[start : start + most]}


def contact_way(call: Call) -> dict[str, Any]:
    kf, scene = call.kf(), call.body.get("scene", "")
    if len(scene) > 32 or not all(one.isascii() and (one.isalnum() or one in "_-") for one in scene):
        raise Refused(40058)
    secret = secrets.token_urlsafe(12)
    kf.links[secret] = scene
    return {"url": f"https://work.weixin.qq.com/kf/{kf.id}?enc_scene={secret}"}
