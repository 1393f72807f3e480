"""A shop that knows one person in every way it can, and what must be found nowhere once she is erased."""

from pathlib import Path

from sqlalchemy import insert, update

from shop import Shop
from shopcrm.core import consents, merging
from shopcrm.core.schema.doubles import customer_change
from shopcrm.core.schema.intake import review
from shopcrm.core.schema.people import customer, identity
from shopcrm.core.schema.preferences import customer_note, customer_tag, preference
from shopcrm.features import customers
from shopcrm.features.points import counter
from shopcrm.features.wallet import counter as wallet

NAME, PHONE, EMAIL, NOTE = "司徒文静", "13812345678", "wenjing@example.com", "对羊毛过敏"
SECRETS = (
    NAME, PHONE, "138 1234 5678", "138-1234-5678", EMAIL, EMAIL.upper(), NOTE, "situwenjing", "wenjing_wx",
    "司徒小姐", "13700007777", "signed by her", "only silk", "aunt of Mei", "stwj",
)  # fmt: skip
MEMBERS = f"会员卡号,姓名,手机号,生日,性别\n88001,{NAME},{PHONE},1987-03-08,女\n88002,李娜,13900139000,,\n"
TILL = f"receipt,date,phone,member_no,amount\nR-1,2026-05-05,{PHONE},88001,880.00\nR-2,2026-05-06,13900139000,,99.00\n"


def live(shop: Shop) -> None:
    """She is C-0001, C-0003 was merged into her; C-0002 is somebody else who speaks of her."""
    shop.import_text(MEMBERS, "members.csv")
    shop.import_text(TILL)
    with shop.writing() as book:
        customers.add(book, name="司徒小姐", phone="13700007777", email=EMAIL)
        merging.point(book, 3, 1)
    with shop.writing() as book:
        names = {"pinyin": "situwenjing", "initials": "stwj"}
        book.connection.execute(update(customer).where(customer.c.id == 1).values(names))
        wechat = {"customer_id": 1, "kind": "wechat", "value": "wenjing_wx", "source": ""}
        book.connection.execute(insert(identity).values(wechat))
        typed = {"on": book.as_of, "at": book.now, "by": "Mei"}
        book.connection.execute(insert(customer_note).values(customer_id=1, kind="note", text=NOTE, **typed))
        about_her = f"{NAME}介绍来的，138 1234 5678，{EMAIL.upper()}"
        book.connection.execute(insert(customer_note).values(customer_id=2, kind="note", text=about_her, **typed))
        liked = {"customer_id": 3, "field": "style", "value": "only silk", "on": book.as_of, "by": "Mei"}
        book.connection.execute(insert(preference).values(liked))
        book.connection.execute(insert(customer_tag).values(customer_id=1, tag="aunt of Mei"))
        change = {"customer_id": 1, "field": "name", "before": "司徒小姐", "after": NAME}
        book.connection.execute(insert(customer_change).values(**change, **typed))
        person = {"name": NAME, "phone": "+8613812345678"}
        asked = {"batch_id": 1, "customer_id": 2, "field": "name", "source": "", "said": NAME, "row": 2}
        book.connection.execute(insert(review).values(**asked, person=person))
        consents.record(
            book, 1, [("phone", "marketing")], is_granted=True, on=book.as_of, evidence=f"signed by her {PHONE}"
        )
    shop.accrue()
    with shop.writing() as book:
        counter.adjust(book, "C-0001", points=5, reason=f"{NAME} {NOTE}")
        counter.adjust(book, "C-0002", points=5, reason=f"friend of {NAME}")
        wallet.top_up(book, "C-0001", amount="100", receipt="R-9")


def found_in(path: Path) -> dict[str, int]:
    """Which secrets the bytes of a file hold, as UTF-8 and as JSON escapes them."""
    content = path.read_bytes()
    forms = {secret: {secret.encode(), secret.encode("ascii", "backslashreplace")} for secret in SECRETS}
    return {secret: n for secret, each in forms.items() if (n := sum(content.count(form) for form in each))}
