"""Customer sheets: everyone is taken, and what cannot be read is left out with the reason."""

from datetime import date

import pytest

from sheets.reader import Reader
from shopcrm.core.errors import CurrencyDiffers
from shopcrm.sheets.records import Birthday, Person, Said


def test_a_person_is_what_the_row_says(read: Reader) -> None:
    (person,) = read(
        "会员卡号,姓名,手机号,邮箱,性别,生日,注册日期,标签,是否接收短信,积分,本金余额,赠送余额\n"
        '0012,张三,13800138000,z@example.org,男,1990-12-25,2024/3/5 10:00,"老客,VIP",是,"1,200",¥88.50,0\n'
    ).people
    assert person == Person(
        row=2, member_no="0012", phone="13800138000", email="z@example.org", name="张三",
        birthday=Birthday(12, 25, 1990), gender="male", joined_on=date(2024, 3, 5), tags=("老客", "VIP"),
        consents=(Said("sms", True),), points_balance=1200, wallet_principal_minor=8850, wallet_bonus_minor=0,
    )  # fmt: skip


def test_what_a_sheet_does_not_say_is_neither_zero_nor_no(read: Reader) -> None:
    (person,) = read("name,phone\nLi,13800138000\n").people
    assert person == Person(2, None, "13800138000", None, "Li", None, None, None)
    (person,) = read("name,phone,points,余额,Accepts Email Marketing,tags\nLi,13800138000,,-,,\n").people
    assert person == Person(2, None, "13800138000", None, "Li", None, None, None)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0012", "0012"),
        ("17850.0", "17850"),
        ("'0012", "0012"),
        ('"=""0012"""', "0012"),
        ("0012\t", "0012"),
        ("００１２", "0012"),
        ("A-12", "A-12"),
        ("nan", None),
        ("——", None),
        ("无", None),
        ("0", None),
    ],
)
def test_a_number_stays_the_text_it_is(read: Reader, cell: str, value: str | None) -> None:
    assert read(f"member no,name\n{cell},Li\n").people[0].member_no == value


@pytest.mark.parametrize(
    ("field", "cell", "code"),
    [
        ("phone", "138****8000", "phone_masked"),
        ("phone", "1.38E+10", "digits_lost"),
        ("phone", "call me", "phone_unreadable"),
        ("member no", "6.22588E+15", "digits_lost"),
        ("email", "fin***@example.org", "email_unreadable"),
        ("email", "nobody", "email_unreadable"),
        ("birthday", "someday", "birthday_unreadable"),
        ("birthday", "2024-02-30", "birthday_unreadable"),
        ("birthday", "2027-01-01", "birthday_unreadable"),
        ("birthday", "13-32", "birthday_unreadable"),
        ("gender", "Capricorn", "gender_unreadable"),
        ("joined on", "soon", "date_unreadable"),
        ("joined on", "2026-12-01", "date_in_future"),
        ("joined on", "1900-01-01", "date_too_early"),
    ],
)
def test_a_cell_that_cannot_be_read_is_left_out_and_the_row_kept(
    read: Reader, field: str, cell: str, code: str
) -> None:
    sheet = read(f"name,{field}\nLi,{cell}\nWang,\n")
    assert [(issue.row, issue.code, issue.is_rejected, issue.cell) for issue in sheet.issues] == [
        (2, code, False, cell)
    ]
    person = sheet.people[0]
    assert person.name == "Li"
    assert (person.phone, person.member_no, person.email, person.birthday, person.gender, person.joined_on) == (
        None,
    ) * 6


@pytest.mark.parametrize(
    ("cell", "gender"),
    [
        ("男", "male"),
        ("F", "female"),
        ("女士", "female"),
        ("先生", "male"),
        ("Male", "male"),
        ("保密", None),
        ("其他", "other"),
        ("-", None),
    ],
)
def test_gender_words_of_both_languages(read: Reader, cell: str, gender: str | None) -> None:
    sheet = read(f"name,gender\nLi,{cell}\n")
    assert (sheet.people[0].gender, sheet.issues) == (gender, [])


def test_gender_codes_differ_from_till_to_till_and_are_not_read(read: Reader) -> None:
    sheet = read("name,gender\nLi,1\nWang,0\n")
    assert [person.gender for person in sheet.people] == [None, None]
    assert len(sheet.notices) == 1


@pytest.mark.parametrize("header", ['"gender (0=女 1=男, else 2)"', '"gender（男:1，女:0）"'])
def test_a_header_may_explain_its_codes(read: Reader, header: str) -> None:
    sheet = read(f"name,{header}\nLi,1\nWang,0\nZhao,2\n")
    assert [person.gender for person in sheet.people] == ["male", "female", None]
    assert len(sheet.notices) == 1  # about 2, which it does not explain


def test_the_profile_of_a_till_knows_what_its_codes_mean(read: Reader) -> None:
    sheet = read("会员号,姓名,生日,会员生日类型\nA1,Li,1990-08-15,0\nA2,Wang,1990-08-15,1\n", profile="pospal_members")
    assert [person.birthday for person in sheet.people] == [Birthday(8, 15, 1990, True), Birthday(8, 15, 1990)]
    sheet = read(
        "Titles ID,Email,Last Name,Newsletter\n1,a@example.org,Li,1\n2,b@example.org,Wang,0\n0,c@example.org,Zhao,\n",
        profile="prestashop_customers",
    )
    assert [(person.gender, person.consents) for person in sheet.people] == [
        ("male", (Said("email", True),)),
        ("female", (Said("email", False),)),
        (None, ()),
    ]
    assert (sheet.issues, sheet.notices) == ([], ())


def test_a_word_with_its_code_is_read_by_the_word(read: Reader) -> None:
    assert [person.gender for person in read("name,性别\nLi,男_1\nWang,女_2\n").people] == ["male", "female"]


@pytest.mark.parametrize(
    ("header", "cell", "is_lunar"),
    [
        ("会员生日类型 (0=农历 1=公历)", "0", True),
        ("会员生日类型 (0=农历 1=公历)", "1.0", False),
        ("生日类型", "农历", True),
        ("生日类型", "阳历", False),
        ("生日类型", "", False),
    ],
)
def test_a_column_may_say_by_which_calendar_a_birthday_is(read: Reader, header: str, cell: str, is_lunar: bool) -> None:
    sheet = read(f"name,生日,{header}\nLi,1990-08-15,{cell}\n")
    assert (sheet.people[0].birthday, sheet.issues) == (Birthday(8, 15, 1990, is_lunar), [])


def test_a_birthday_by_a_calendar_that_nobody_explains_is_not_taken(read: Reader) -> None:
    sheet = read("name,生日,生日类型\nLi,1990-08-15,1\nWang,,1\n")
    assert [person.birthday for person in sheet.people] == [None, None]
    assert [(issue.row, issue.code) for issue in sheet.issues] == [(2, "calendar_unclear")]


def test_a_birthday_that_is_the_day_of_joining_is_not_taken(read: Reader) -> None:
    sheet = read("name,生日,注册日期\nLi,2024-03-05,2024-03-05 10:00\nWang,1990-03-05,2024-03-05\n")
    assert [person.birthday for person in sheet.people] == [None, Birthday(3, 5, 1990)]
    assert [(issue.row, issue.code, issue.is_rejected) for issue in sheet.issues] == [
        (2, "birthday_placeholder", False)
    ]


def test_years_alone_are_said_once(read: Reader) -> None:
    sheet = read("name,birthday\nLi,1990\nWang,1985\n")
    assert ([person.birthday for person in sheet.people], sheet.issues) == ([None, None], [])
    assert sheet.notices == ("“birthday” names the year alone in 2 rows, which is no birthday.",)


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ("VIP", ("VIP",)),
        ("老客, VIP；爱丝绸|生日礼、新", ("老客", "VIP", "爱丝绸", "生日礼", "新")),
        ("silver/gold", ("silver", "gold")),
        ("likes  silk , VIP,vip,,-", ("likes silk", "VIP")),
        ("无", ()),
    ],
)
def test_tags_stand_side_by_side_in_a_cell(read: Reader, cell: str, tags: tuple[str, ...]) -> None:
    assert read(f'name,tags\nLi,"{cell}"\n').people[0].tags == tags


def test_tags_of_several_columns_are_put_together(read: Reader) -> None:
    assert read("name,标签,会员等级\nLi,老客,金卡\nWang,金卡,金卡\n").people[0].tags == ("老客", "金卡")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("Subscribed", True), ("yes", True), ("TRUE", True), ("1", True), ("1.0", True), ("是", True), ("同意", True),
        ("Unsubscribed", False), ("no", False), ("0", False), ("否", False), ("退订", False),
        ("Unknown", None), ("", None), ("-", None), ("未知", None), ("已关注", None), ("未关注", None),
    ],
)  # fmt: skip
def test_consent_is_what_is_said_plainly(read: Reader, cell: str, said: bool | None) -> None:
    sheet = read(f"name,Accepts Email Marketing\nLi,{cell}\nWang,yes\n")
    expected = () if said is None else (Said("email", said),)
    assert (sheet.people[0].consents, sheet.issues, sheet.notices) == (expected, [], ())


def test_what_is_neither_yes_nor_no_is_no_consent(read: Reader) -> None:
    sheet = read("name,Accepts SMS Marketing\nLi,maybe\n")
    assert sheet.people[0].consents == ()
    assert [(issue.code, issue.field, issue.is_rejected) for issue in sheet.issues] == [
        ("consent_unreadable", "consent_sms", False)
    ]


@pytest.mark.parametrize(
    ("header", "channel"),
    [("是否接收短信", "sms"), ("Newsletter", "email"), ("微信营销授权", "wechat"), ("邮寄广告", "post")],
)
def test_the_header_says_the_channel(read: Reader, header: str, channel: str) -> None:
    sheet = read(f"name,{header}\nLi,1\n", mapping={"consent": header})
    assert sheet.people[0].consents == (Said(channel, True),)


@pytest.mark.parametrize(("header", "cell"), [("微信关注状态", "是"), ("公众号关注", "1"), ("Opt-in", "1")])
def test_following_an_account_and_agreeing_to_who_knows_what_are_no_consent(
    read: Reader, header: str, cell: str
) -> None:
    sheet = read(f"name,{header}\nLi,{cell}\n", mapping={"consent": header})
    assert (sheet.people[0].consents, sheet.issues, len(sheet.notices)) == ((), [], 1)
    assert header in sheet.notices[0]


def test_of_two_answers_for_one_channel_the_refusal_holds(read: Reader) -> None:
    sheet = read("name,Accepts SMS Marketing,是否接收短信\nLi,yes,no\nWang,no,yes\nZhao,yes,\n")
    assert [person.consents for person in sheet.people] == [
        (Said("sms", False),), (Said("sms", False),), (Said("sms", True),),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "points", "code"),
    [
        ("1200", 1200, ""), ("1,200", 1200, ""), ("1200.0", 1200, ""), ("0", 0, ""), ("１２", 12, ""),
        ("12.5", None, "balance_unreadable"), ("gold", None, "balance_unreadable"), ("-5", None, "balance_negative"),
    ],
)  # fmt: skip
def test_points_are_whole(read: Reader, cell: str, points: int | None, code: str) -> None:
    sheet = read(f'name,points\nLi,"{cell}"\nWang,7\nZhao,7\n')
    assert sheet.people[0].points_balance == points
    assert [(issue.row, issue.code, issue.field) for issue in sheet.issues] == (
        [(2, code, "points_balance")] if code else []
    )


@pytest.mark.parametrize(
    ("header", "cell", "minor", "code"),
    [
        ("本金余额", "¥1,234.50", 123450, ""),
        ("本金余额（元）", "88", 8800, ""),
        ("本金余额（分）", "8800", 8800, ""),
        ("本金余额", "0.00", 0, ""),
        ("本金余额", "-3.00", None, "balance_negative"),
        ("本金余额", "3.00-", None, "balance_negative"),
        ("本金余额", "many", None, "balance_unreadable"),
    ],
)
def test_money_in_the_wallet(read: Reader, header: str, cell: str, minor: int | None, code: str) -> None:
    sheet = read(f'name,{header}\nLi,"{cell}"\nWang,7\nZhao,7\n')
    assert sheet.people[0].wallet_principal_minor == minor
    assert [(issue.code, issue.field) for issue in sheet.issues] == ([(code, "wallet_principal")] if code else [])


def test_money_of_another_currency_stops_the_import(read: Reader) -> None:
    with pytest.raises(CurrencyDiffers):
        read("name,余额\nLi,$5.00\n")


def test_a_column_without_balances_is_passed_over_and_said(read: Reader) -> None:
    sheet = read("name,points\nLi,gold\nWang,silver\nZhao,7\n")
    assert ([person.points_balance for person in sheet.people], sheet.issues) == ([None] * 3, [])
    assert sheet.notices == ("“points” holds no balances; it was not read.",)


def test_the_tills_own_id_names_somebody(read: Reader) -> None:
    sheet = read("Square Customer ID,name\n007,\n,Li\n6.2E+15,Wang\n")
    assert [(person.till_id, person.name) for person in sheet.people] == [("007", None), (None, "Li"), (None, "Wang")]
    assert [(issue.row, issue.code) for issue in sheet.issues] == [(4, "digits_lost")]


@pytest.mark.parametrize(
    ("first", "last", "name"), [("Ana", "Smith", "Ana Smith"), ("伟", "王", "王伟"), ("", "Smith", "Smith")]
)
def test_two_parts_of_a_name_are_joined(read: Reader, first: str, last: str, name: str) -> None:
    assert read(f"First Name,Last Name,Email\n{first},{last},a@example.org\n").people[0].name == name


def test_a_row_that_names_nobody_is_rejected(read: Reader) -> None:
    sheet = read("name,phone,city\n,,Beijing\nLi,,\n")
    assert [(issue.row, issue.code, issue.is_rejected) for issue in sheet.issues] == [(2, "customer_nameless", True)]
    assert ([person.name for person in sheet.people], sheet.cells[2]) == (["Li"], ["", "", "Beijing"])


def test_totals_and_blank_rows_are_nobody(read: Reader) -> None:
    sheet = read("姓名,手机号,消费金额\n张三,13800138000,5\n,,\n合计,,5\n共1条记录,,\n")
    assert (len(sheet.people), sheet.rows, sheet.issues) == (1, 1, [])
    assert sheet.notices == ("Row 4 is a total and was left out.",)
