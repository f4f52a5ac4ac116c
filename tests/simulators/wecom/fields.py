"""The fields each body may have, by the pages named. A field WeCom doesn't know, it ignores [M]; here it is a violation."""

from typing import Any

from .rules import Stray

MEDIA = {"media_id": str}
LINKED = {"type": int, "url": str, "appid": str, "pagepath": str}
OPTIONS = [{"id": str, "text": str}]
SELECT = {"question_key": str, "title": str, "selected_id": str, "disable": bool, "option_list": OPTIONS}

CARD: dict[str, Any] = {  # D 90236; `replace_text` and `disable` D 94888
    "card_type": str,
    "source": {"icon_url": str, "desc": str, "desc_color": int},
    "action_menu": {"desc": str, "action_list": [{"text": str, "key": str}]},
    "main_title": {"title": str, "desc": str},
    "quote_area": LINKED | {"title": str, "quote_text": str},
    "emphasis_content": {"title": str, "desc": str},
    "sub_title_text": str,
    "horizontal_content_list": [
        {"keyname": str, "value": str, "type": int, "url": str, "media_id": str, "userid": str}
    ],
    "jump_list": [LINKED | {"title": str}],
    "vertical_content_list": [{"title": str, "desc": str}],
    "card_image": {"url": str, "aspect_ratio": float},
    "image_text_area": LINKED | {"title": str, "desc": str, "image_url": str},
    "card_action": LINKED,
    "task_id": str,
    "button_list": [{"text": str, "style": int, "type": int, "key": str, "url": str}],
    "button_selection": SELECT,
    "checkbox": {
        "question_key": str,
        "mode": int,
        "disable": bool,
        "option_list": [{"id": str, "text": str, "is_checked": bool}],
    },
    "select_list": [SELECT],
    "submit_button": {"text": str, "key": str},
    "replace_text": str,
}
MENU_ITEM = {
    "type": str,
    "click": {"id": str, "content": str},
    "view": {"url": str, "content": str},
    "miniprogram": {"appid": str, "pagepath": str, "content": str},
    "text": {"content": str, "no_newline": int},
}
MENU = {"head_content": str, "list": [MENU_ITEM], "tail_content": str}
BUTTON = {"type": str, "name": str, "key": str, "url": str}
WHO = {"open_kfid": str, "external_userid": str}

FIELDS: dict[str, dict[str, Any]] = {
    "message/send": {  # D 90236
        "touser": str,
        "toparty": str,
        "totag": str,
        "msgtype": str,
        "agentid": int,
        "safe": int,
        "enable_id_trans": int,
        "enable_duplicate_check": int,
        "duplicate_check_interval": int,
        "text": {"content": str},
        "markdown": {"content": str},
        "image": MEDIA,
        "voice": MEDIA,
        "file": MEDIA,
        "video": MEDIA | {"title": str, "description": str},
        "textcard": {"title": str, "description": str, "url": str, "btntxt": str},
        "template_card": CARD,
    },
    "message/update_template_card": {  # D 94888
        "userids": [str],
        "partyids": [int],
        "tagids": [int],
        "atall": int,
        "agentid": int,
        "response_code": str,
        "enable_id_trans": int,
        "button": {"replace_name": str},
        "template_card": CARD,
    },
    "message/recall": {"msgid": str},  # D 94867
    "menu/create": {"button": [BUTTON | {"sub_button": [BUTTON]}]},  # D 90231
    "kf/account/list": {"offset": int, "limit": int},  # D 94661
    "kf/add_contact_way": {"open_kfid": str, "scene": str},  # D 94665
    "kf/sync_msg": {"cursor": str, "token": str, "limit": int, "voice_format": int, "open_kfid": str},  # D 94670
    "kf/send_msg": {  # D 94677
        "touser": str,
        "open_kfid": str,
        "msgid": str,
        "msgtype": str,
        "text": {"content": str},
        "image": MEDIA,
        "voice": MEDIA,
        "video": MEDIA,
        "file": MEDIA,
        "link": {"title": str, "desc": str, "url": str, "thumb_media_id": str},
        "msgmenu": MENU,
        "location": {"name": str, "address": str, "latitude": float, "longitude": float},
    },
    "kf/send_msg_on_event": {  # D 95122
        "code": str,
        "msgid": str,
        "msgtype": str,
        "text": {"content": str},
        "msgmenu": MENU,
    },
    "webhook/send": {"msgtype": str, "text": {"content": str, "mentioned_list": [str]}},  # D 99110
    "kf/service_state/get": WHO,  # D 94669
    "kf/service_state/trans": WHO | {"service_state": int, "servicer_userid": str},
}


def known(path: str, body: dict[str, Any]) -> None:
    if path in FIELDS:
        _known(path, body, FIELDS[path])


def _known(where: str, value: Any, shape: Any) -> None:
    if isinstance(shape, dict):
        _typed(where, value, dict)
        if unknown := value.keys() - shape.keys():
            raise Stray(f"{where} has no field {', '.join(sorted(unknown))}")
        for name, one in value.items():
            _known(f"{where}.{name}", one, shape[name])
    elif isinstance(shape, list):
        _typed(where, value, list)
        for one in value:
            _known(f"{where}[]", one, shape[0])
    else:
        _typed(where, value, (int, float) if shape is float else shape)


def _typed(where: str, value: Any, kind: Any) -> None:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise Stray(f"{where} is not of the documented type")
