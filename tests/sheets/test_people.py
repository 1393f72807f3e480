"""Customer sheets: everyone is taken, and what cannot be read is left out with the reason."""

from datetime import date

import pytest

from sheets.reader import Reader
from shopcrm.core.errors import DateOrderUnclear
from shopcrm.sheets.records import Birthday


def test_a_person_is_what_the_row_says(read: Reader) -> None:
    (person,) = read(
        "会员卡号,姓名,手机号,邮箱,性别,生日,注册日期\n"
        "0012,张三,13800138000,z@example.org,男,1990-12-25,2024/3/5 10:00\n"
    ).people
    assert person._asdict() == {
        "row": 2, "member_no": "0012", "phone": "13800138000", "email": "z@example.org", "name": "张三",
        "birthday": Birthday(12, 25, 1990), "gender": "male", "joined_on": date(2024, 3, 5),
    }  # fmt: skip


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
    ("cell", "birthday"),
    [
        ("1990-12-25", Birthday(12, 25, 1990)),
        ("1990年12月25日", Birthday(12, 25, 1990)),
        ("12-25", Birthday(12, 25, None)),
        ("12月25日", Birthday(12, 25, None)),
        ("0000-12-25", Birthday(12, 25, None)),
        ("02-29", Birthday(2, 29, None)),
        ("12/25/1990", Birthday(12, 25, 1990)),
        ("25/12", Birthday(12, 25, None)),
    ],
)
def test_a_birthday_may_lack_its_year(read: Reader, cell: str, birthday: Birthday) -> None:
    assert read(f"name,birthday\nLi,{cell}\n").people[0].birthday == birthday


def test_unclear_birthdays_are_asked_about_too(read: Reader) -> None:
    with pytest.raises(DateOrderUnclear):
        read("name,birthday\nLi,03/04/1990\nWang,05/06/1991\n")
    assert read("name,birthday\nLi,03/04/1990\n", date_order="dmy").people[0].birthday == Birthday(4, 3, 1990)


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
