"""What is shown of one customer."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Identity:
    """One thing that names the customer, masked unless revealed."""

    kind: str
    value: str
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Tier:
    """The tier reached, since when, and what is missing to the next; the net spend counts."""

    tier: str | None
    since_on: date | None
    next_tier: str | None
    to_next_minor: int | None
    spend_minor: int


@dataclass(frozen=True, slots=True)
class Segment:
    """The latest snapshot of the segments: label, scores, stage, and when the next purchase is likely."""

    refreshed_on: date
    segment: str
    r: int | None
    f: int | None
    m: int | None
    stage: str | None
    usual_gap_days: float | None
    next_from_on: date | None
    next_to_on: date | None


@dataclass(frozen=True, slots=True)
class Points:
    """Points to spend, those still pending until the day they free on, and what ends next."""

    spendable_points: int
    pending_points: int
    frees_on: date | None
    ending_points: int
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Coupon:
    """One coupon that can be used, or will be from its first day on."""

    code: str
    offer: str
    starts_on: date
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Promise:
    """Something that a redeemed coupon promises and nobody has handed over yet."""

    item: str
    code: str
    since_on: date | None


@dataclass(frozen=True, slots=True)
class Card:
    """Visits left on cards of a name."""

    card: str
    left: int


@dataclass(frozen=True, slots=True)
class Favourite:
    """Something bought on so many days."""

    item: str
    days: int


@dataclass(frozen=True, slots=True)
class Sale:
    """One of the last sales and refunds."""

    on: date
    receipt: str
    kind: str
    net_minor: int
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote down, or why the customer did not buy."""

    on: date
    by: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag, until when it holds, and the rule that gave it."""

    tag: str
    rule: str | None
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether a channel may be used for a purpose, and since when; without a day nobody has asked."""

    channel: str
    purpose: str
    is_allowed: bool
    on: date | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One customer as of the business date; `lines` are the screen of it, at most 24 of at most 80 columns."""

    customer: str
    name: str | None
    member_no: str | None
    phone: str | None
    gender: str | None
    birthday: str | None
    joined_on: date | None
    merged: tuple[str, ...]
    identities: tuple[Identity, ...]
    tier: Tier
    segment: Segment | None
    last_on: date | None
    days_since: int | None
    points: Points
    principal_minor: int
    bonus_minor: int
    cards: tuple[Card, ...]
    coupons: tuple[Coupon, ...]
    promises: tuple[Promise, ...]
    favourites: tuple[Favourite, ...]
    preferences: dict[str, str]
    tags: tuple[Tag, ...]
    consents: tuple[Consent, ...]
    sales: tuple[Sale, ...]
    notes: tuple[Note, ...]
    lines: tuple[str, ...]
