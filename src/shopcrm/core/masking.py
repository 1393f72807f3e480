"""How what names a person is masked: enough to recognise, not enough to contact. Looks at texts and at nothing else."""

import re

_CN_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")
# Within a text: a Chinese mobile, alone or with its country code, also in three groups; any number in E.164.
_PHONE = re.compile(r"(?<![\d.])(?:(?:\+?86|0086)[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)|\+\d{8,15}(?!\d)")
_EMAIL = re.compile(r"[^\s@<>“”\"'(),;:=/]+@[^\s@<>“”\"'(),;:=/]+\.[^\s@<>“”\"'(),;:=/]+")
_NUMBER = re.compile(r"\+?\d[\d ().-]{5,}\d")


def mask_phone(value: str | None) -> str | None:
    """`+8613812345678` → `138****5678`: enough to recognise, not enough to call."""
    if not value:
        return None
    local = value.removeprefix("+86") if _CN_MOBILE.fullmatch(value) else value
    if len(local) < 8:
        return "*" * len(local)
    return f"{local[:3]}{'*' * (len(local) - 7)}{local[-4:]}"


def show_phone(value: str | None) -> str | None:
    """A phone as a person dials it: the Chinese mobile without its country code, others in E.164."""
    if not value:
        return None
    return value.removeprefix("+86") if _CN_MOBILE.fullmatch(value) else value


def mask_email(value: str | None) -> str | None:
    """`fang@example.com` → `f***@example.com`."""
    if not value:
        return None
    local, _, host = value.partition("@")
    return f"{local[:1]}***@{host}"


def mask(kind: str, value: str) -> str:
    """An identity as it may stand on a screen: numbers of members and of tills in full, all others in part.

    A member number that is a phone is masked as one.
    """
    if kind == "phone":
        return mask_phone(value) or ""
    if kind == "email" or (kind == "payment" and "@" in value):
        return mask_email(value) or ""
    if kind == "payment" and value.isdecimal():
        return f"****{value[-4:]}" if len(value) > 11 else mask_phone(value) or ""
    return f"{value[:1]}***{value[-1:]}" if kind in ("wechat", "payment") else mask_text(value)


def show(kind: str, value: str) -> str:
    """An identity in full, as a person writes it."""
    return show_phone(value) or "" if kind == "phone" else value


def mask_text(text: str) -> str:
    """The text with every phone and e-mail address in it masked; a name in it stays."""
    if not ("@" in text or any(map(str.isdigit, text))):
        return text
    masked = _EMAIL.sub(lambda found: mask_email(found[0]) or "", text)
    return _PHONE.sub(lambda found: mask_phone(_plain(found[0])) or "", masked)


def mask_typed(text: str) -> str:
    """What somebody typed to name a customer: also a number that is not quite a phone."""
    masked = mask_text(text)
    return _NUMBER.sub(lambda found: mask_phone(_plain(found[0])) or "", masked) if masked == text else masked


def _plain(number: str) -> str:
    return re.sub(r"[ ().-]", "", number)
