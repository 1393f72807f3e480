"""How people are written: telephones, codes, masks, birthdays, and two that are one or one that is two."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from corpus.facts import CHICAGO, LONDON, SHANGHAI, Facts, Made, read
from corpus.quirks_shape import MEMBERS, made_of
from corpus.shop_data import Buyer, buyers
from corpus.tables import Table, listed
from corpus.writing import delimited, workbook

_BORN = {"会员卡号": "member_no", "姓名": "name", "手机号": "phone", "生日": "birthday", "注册日期": "joined_on"}
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
MALAYSIA: Facts = {"zone": "Asia/Kuala_Lumpur", "currency": "MYR", "country": "MY"}


def sheets() -> Iterator[Made]:
    """Every sheet, quirk by quirk."""
    yield from _numbers()
    yield from _forms()
    yield from _masks()
    yield from _same()
    yield from _birthdays()
    yield from _lunar()
    yield from _balances()


def _numbers() -> Iterator[Made]:
    table = listed(MEMBERS, buyers("numbers", 6), cells={"手机号": lambda each: int(each.phone)})
    yield Made(
        "phones-as-numbers.xlsx", workbook({"会员": table.rows}), read(SHANGHAI, table.tab), ("phones_as_numbers",)
    )
    table = listed(MEMBERS, buyers("floats", 6), cells={"手机号": lambda each: f"{each.phone}.0"})
    yield made_of("phones-as-floats.csv", table, "phones_as_numbers")
    table = _spoilt(listed(MEMBERS, buyers("lost", 6)), 2, {3: "1.38E+10", 5: "1.38001E+10"}, "digits_lost", "phone")
    yield made_of("phones-in-exponents.csv", table, "lost_digits")
    cells = {"会员编号": lambda each: 6222021234567890000.0 + int(each.member_no) * 1000}
    table = listed(MEMBERS, buyers("long cards", 5), cells=cells, hides=("member_no",))
    table.tab.issues = [(row, "digits_lost") for row in range(2, 7)]
    yield Made(
        "cards-of-nineteen-digits.xlsx", workbook({"会员": table.rows}), read(SHANGHAI, table.tab), ("lost_digits",)
    )
    people = [
        replace(each, phone=f"79111{place:05}") for place, each in enumerate(buyers("lost zero", 5, english=True))
    ]
    fields = {"Customer No": "member_no", "Name": "name", "Mobile": "phone"}
    table = listed(fields, people, cells={"Mobile": lambda each: int(each.phone)})
    yield Made(
        "phones-without-their-zero.xlsx",
        workbook({"Members": table.rows}),
        read(LONDON, table.tab),
        ("phones_as_numbers",),
    )
    people = [replace(each, member_no=f"{place * 37:08}") for place, each in enumerate(buyers("zeros", 6))]
    yield made_of("codes-with-leading-zeros.csv", listed(MEMBERS, people), "leading_zeros")
    content = workbook({"会员": listed(MEMBERS, people).rows})
    yield Made(
        "codes-with-leading-zeros.xlsx", content, read(SHANGHAI, listed(MEMBERS, people).tab), ("leading_zeros",)
    )


def _spoilt(table: Table, column: int, cells: dict[int, str], code: str, field: str) -> Table:
    """The table with some cells that cannot be read: the row is taken without them."""
    for row, cell in cells.items():
        table.rows[row - 1][column] = cell
        table.tab.issues.append((row, code))
        for person in table.tab.people:
            if person["row"] == row:
                person[field] = None
    return table


def _forms() -> Iterator[Made]:
    forms: tuple[Callable[[str], str], ...] = (
        lambda digits: f"+86 {digits}",
        lambda digits: f"0086{digits}",
        lambda digits: f"{digits[:3]}-{digits[3:7]}-{digits[7:]}",
        lambda digits: f"{digits[:3]} {digits[3:7]} {digits[7:]}",
        lambda digits: digits.translate(_WIDE),
        lambda digits: f"(+86){digits}",
    )
    people = [replace(each, phone=form(each.phone)) for each, form in zip(buyers("forms", 6), forms, strict=True)]
    yield made_of("phones-in-many-forms.csv", listed(MEMBERS, people), "phone_forms")
    people = [
        replace(each, phone=f"({each.phone[2:5]}) {each.phone[5:8]}-{each.phone[8:]}")
        for each in buyers("american", 5, english=True)
    ]
    fields = {"Customer No": "member_no", "Name": "name", "Phone": "phone"}
    yield made_of("phones-american.csv", listed(fields, people), "phone_forms", shop=CHICAGO)
    people = [replace(each, phone=f"6012345{place:04}") for place, each in enumerate(buyers("malaysia", 5))]
    yield made_of("phones-malaysian.csv", listed(MEMBERS, people), "phone_forms", shop=MALAYSIA)
    table = listed(MEMBERS, buyers("unreadable", 5))
    yield made_of(
        "phones-unreadable.csv",
        _spoilt(table, 2, {3: "不详电话", 4: "123"}, "phone_unreadable", "phone"),
        "phone_forms",
    )


def _masks() -> Iterator[Made]:
    table = listed(MEMBERS, buyers("masked", 6))
    cells = {2: "138****8000", 4: "186******05", 6: "6226******5669"}
    yield made_of("phones-masked.csv", _spoilt(table, 2, cells, "phone_masked", "phone"), "masked_phones")
    fields = {"Customer No": "member_no", "Name": "name", "Email": "email"}
    table = listed(fields, buyers("masked mail", 5, english=True))
    cells = {3: "fin***@example.com", 5: "a***@example.com"}
    yield made_of(
        "emails-masked.csv", _spoilt(table, 2, cells, "email_unreadable", "email"), "masked_phones", shop=LONDON
    )


def _same() -> Iterator[Made]:
    people = buyers("shared phone", 5)
    people[3] = replace(people[3], phone=people[0].phone)
    yield made_of("same-phone-other-name.csv", listed(MEMBERS, people), "same_phone")
    people = buyers("several rows", 4)
    yield made_of("same-person-twice.csv", listed(MEMBERS, [*people, people[1], people[2]]), "same_person")
    people = [replace(each, name="" if place % 2 else each.name) for place, each in enumerate(buyers("nameless", 6))]
    table = listed(MEMBERS, people)
    for person in table.tab.people:
        person["name"] = person["name"] or None
    yield made_of("numbered-but-nameless.csv", table, "nameless")
    table = listed(MEMBERS, buyers("nobody", 5))
    table.rows[3] = ["", "", "", "女", ""]
    table.tab.people = [each for each in table.tab.people if each["row"] != 4]
    table.tab.issues = [(4, "customer_nameless")]
    yield made_of("rows-of-nobody.csv", table, "nameless")
    table = listed(
        MEMBERS, buyers("genders", 6), cells={"性别": lambda each: str(int(each.gender == "male"))}, hides=("gender",)
    )
    table.tab.says = 1
    yield made_of("genders-in-digits.csv", table, "gender_digits")
    words = {"female": ("女士", "女", "F"), "male": ("先生", "男", "M")}
    table = listed(
        MEMBERS, buyers("gender words", 6), cells={"性别": lambda each: words[each.gender][int(each.member_no) % 3]}
    )
    yield made_of("genders-in-words.csv", table, "localised_words")


def _yearless(table: Table) -> Table:
    for person in table.tab.people:
        person["birthday"] = [*person["birthday"][:2], None, False]
    return table


def _birthdays() -> Iterator[Made]:
    forms: dict[str, Callable[[Buyer], str]] = {
        "birthdays-without-a-year.csv": lambda each: f"{each.born:%m-%d}",
        "birthdays-of-the-year-0000.csv": lambda each: f"0000-{each.born:%m-%d}",
        "birthdays-chinese.csv": lambda each: f"{each.born.month}月{each.born.day}日",
    }
    for name, write in forms.items():
        yield made_of(name, _yearless(listed(_BORN, buyers(name, 6), cells={"生日": write})), "yearless_birthdays")
    table = listed(_BORN, buyers("placeholder", 8))
    for person in table.tab.people[2:6]:  # the till puts in the day of joining where nobody told the birthday
        table.rows[person["row"] - 1][3] = person["joined_on"]
        person["birthday"] = None
        table.tab.issues.append((person["row"], "birthday_placeholder"))
    yield made_of("birthdays-put-in-by-the-till.csv", table, "placeholder_birthdays")
    table = listed(_BORN, buyers("bad birthdays", 6))
    yield made_of(
        "birthdays-unreadable.csv", _spoilt(table, 3, {3: "2月30日", 5: "很久以前"}, "birthday_unreadable", "birthday"),
        "yearless_birthdays",
    )  # fmt: skip


def _lunar() -> Iterator[Made]:
    cells = {"生日": lambda each: f"{each.born.month}-{each.born.day}"}
    fields = {**_BORN, "生日类型": "calendar"}
    for name, write in (("birthdays-lunar-flag.csv", None), ("birthdays-lunar-words.csv", "农历{}月{}")):
        people = buyers(name, 6)
        table = listed(_BORN, people, header=[*fields], cells=cells, fill={"生日类型": "农历"})
        for place, person in enumerate(table.tab.people):
            month, day = person["birthday"][:2]
            person["birthday"] = [month, day, None, True]
            if write:
                table.rows[place + 1][3] = write.format(_MONTHS[month - 1], _lunar_day(day))
        if write:
            table.rows = [row[:-1] for row in table.rows]
        yield made_of(name, table, "lunar_birthdays")
    table = listed(_BORN, buyers("lunar months", 4), header=[*fields], cells=cells, fill={"生日类型": "农历"})
    for person in table.tab.people:
        month, day = person["birthday"][:2]
        person["birthday"] = [month, day, None, True]
    table.rows[1][3], table.tab.people[0]["birthday"] = (
        "2-30",
        [2, 30, None, True],
    )  # no day of the sun, but of the moon
    table = _spoilt(table, 3, {4: "8-31"}, "birthday_unreadable", "birthday")
    yield made_of("birthdays-lunar-thirtieth.csv", table, "lunar_birthdays")
    table = listed(_BORN, buyers("r-prefixed", 5), cells={"生日": lambda each: f"r{each.born:%Y-%m-%d}"})
    for person in table.tab.people:
        person["birthday"][3] = True
    yield made_of("birthdays-with-an-r.csv", table, "lunar_birthdays")


_MONTHS = "正二三四五六七八九十冬腊"
_TENTHS = "一二三四五六七八九十"


def _lunar_day(day: int) -> str:
    """初五, 十五, 二十, 廿五, 三十: the days of a month of the moon."""
    if day % 10 == 0:
        return ("初十", "二十", "三十")[day // 10 - 1]
    return "初十廿"[day // 10] + _TENTHS[day % 10 - 1]


def _balances() -> Iterator[Made]:
    fields = {
        "姓名": "name", "性别": "gender", "手机号": "phone", "积分": "points_balance", "本金余额": "wallet_principal",
        "赠送余额": "wallet_bonus", "会员等级": "tags",
    }  # fmt: skip
    table = listed(
        fields,
        buyers("balances", 6),
        header=["姓名", "性别", "手机号", "存酒", "积分", "储值余额", *list(fields)[4:], "备注"],
    )
    yield made_of("balances-of-two-kinds.csv", table, "balances")
    fields = {"卡号": "member_no", "余额(元)": "wallet_principal", "可用积分": "points_balance"}
    yield made_of("balances-of-cards.csv", listed(fields, buyers("cards", 6)), "balances")
    people = [replace(each, consents=(("sms", place % 2 == 0),)) for place, each in enumerate(buyers("consents", 6))]
    fields = {"姓名": "name", "手机号": "phone", "是否接收短信": "consent_sms", "标签": "tags"}
    cells = {"是否接收短信": lambda each: "是" if each.consents[0][1] else "否", "标签": lambda each: "VIP、老客"}
    table = listed(fields, people, cells=cells)
    for person in table.tab.people:
        person["tags"] = ["VIP", "老客"]
    yield made_of("consents-by-channel.csv", table, "localised_words", "consents")
    content = delimited(listed(MEMBERS, []).rows)
    yield Made("header-without-rows.csv", content, read(SHANGHAI, listed(MEMBERS, []).tab), ("blank_rows",))
