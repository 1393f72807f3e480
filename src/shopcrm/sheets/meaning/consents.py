"""What customers said about being written to, by channel: only what is said plainly is taken."""

import re
from collections.abc import Mapping
from unicodedata import normalize

from shopcrm.core.language import translate
from shopcrm.sheets.issues import Findings
from shopcrm.sheets.layout.body import Body
from shopcrm.sheets.meaning.coded import word_of
from shopcrm.sheets.records import Said

CHANNELS = ("sms", "phone", "email", "wechat", "post")
# In this order: 邮寄 is post, 短信通知手机 is a text message.
_CHANNEL_WORDS = {
    "sms": r"sms|text message|短信|简讯|簡訊",
    "post": r"邮寄|直邮|郵寄|信件|postal|\bpost\b|direct mail|\bletters?\b",
    "email": r"e-?mail|邮|郵|newsletter|mailing list",
    "wechat": r"wechat|weixin|微信|公众号|小程序",
    "phone": r"phone|\bcalls?\b|telemarketing|电话|電話|来电|致电",
}
_CHANNEL_OF = {channel: re.compile(words) for channel, words in _CHANNEL_WORDS.items()}
# Who follows an account has not asked for advertising.
_FOLLOWING = re.compile(r"关注|關注|粉丝|follow")
_WORDS = {
    True: (
        "yes", "y", "true", "1", "subscribed", "opted in", "opt-in", "granted", "accepted", "agreed", "on",
        "是", "同意", "接收", "接受", "已订阅", "订阅", "愿意", "允许", "有", "√", "✓",
    ),
    False: (
        "no", "n", "false", "0", "unsubscribed", "not subscribed", "opted out", "opt-out", "denied", "declined", "off",
        "否", "不同意", "不接收", "拒收", "拒绝", "未订阅", "已退订", "退订", "不愿意", "不允许", "×", "x",
    ),
    None: ("", "unknown", "pending", "not set", "未知", "不详", "未设置", "待确认"),
}  # fmt: skip
_MEANING: Mapping[str, bool | None] = {word: said for said, words in _WORDS.items() for word in words}


def read_consents(body: Body, findings: Findings) -> list[tuple[Said, ...]]:
    """What each row says, in the order of the channels; of two columns for a channel a refusal goes first."""
    columns = [(channel, place) for channel in CHANNELS for place in _places(body, f"consent_{channel}")]
    for place in _places(body, "consent"):
        found = _channel_of(body.layout.header[place])
        if found:
            columns.append((found, place))
        else:
            _note(
                body, place, translate("“{header}” does not say which channel it is about; it was not read."), findings
            )
    by_row: list[dict[str, bool]] = [{} for _ in range(body.length)]
    for channel, place in columns:
        if _FOLLOWING.search(_plain(body.layout.header[place])):
            notice = translate("“{header}” says who follows an account, which is no consent; it was not read.")
            _note(body, place, notice, findings)
        else:
            _read_column(body, channel, place, by_row, findings)
    return [tuple(Said(channel, row[channel]) for channel in CHANNELS if channel in row) for row in by_row]


def _read_column(body: Body, channel: str, place: int, by_row: list[dict[str, bool]], findings: Findings) -> None:
    cells = body.column(place)
    words = {cell: word_of(cell) for cell in set(cells)}
    by_profile = {word.lower(): bool(said) for word, said in body.layout.words.get("consent", {}).items()}
    meaning: dict[str, bool | None] = {**_MEANING, **by_profile}
    for position, cell in enumerate(cells):
        word = words[cell]
        said = meaning.get(word)
        if said is not None:
            by_row[position][channel] = said and by_row[position].get(channel, True)
        elif word not in meaning and not _FOLLOWING.search(word):
            findings.ignore(position, "consent_unreadable", f"consent_{channel}", cell)


def _places(body: Body, field: str) -> tuple[int, ...]:
    return tuple(body.layout.columns[field]) if body.has(field) else ()


def _channel_of(header: str) -> str | None:
    plain = _plain(header)
    return next((channel for channel, words in _CHANNEL_OF.items() if words.search(plain)), None)


def _plain(header: str) -> str:
    return normalize("NFKC", header).lower().replace("_", " ")


def _note(body: Body, place: int, notice: str, findings: Findings) -> None:
    findings.notices.append(notice.format(header=body.layout.header[place]))
