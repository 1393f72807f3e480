"""The example shop's customers as an .xlsx export: title rows, merged cells, telephones in every form, a footer."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from shopcrm.sheets.sample.people import Customer
from shopcrm.sheets.sample.year import LAST_DAY, SHOP, STORE, Year
from shopcrm.sheets.workbook.package import pack

HEADER = (
    "会员卡号",
    "姓名",
    "手机号",
    "性别",
    "生日",
    "会员等级",
    "累计积分",
    "注册日期",
    "备注",
    "是否接听电话",
    "是否接收短信",
)
_WIDTHS = (12, 14, 18, 6, 14, 10, 10, 12, 24, 12, 12)
_REPEATED = 57  # the row that the till exports twice
# Most were asked when they joined, and most of them said yes to calls, somewhat fewer to messages.
_ASKED = ((("是", "否", None), (80, 8, 12)), (("是", "否", None), (70, 16, 14)))
# What stands in the sheet where the shop has no telephone number that works.
_NO_PHONE = ("138****2046", "1380012", "12345678901", "无")


def customer_sheet(year: Year, seed: int) -> bytes:
    """The bytes of the .xlsx file."""
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = "会员资料"
    for number, text in enumerate((f"{SHOP}（{STORE}）", "会员资料导出", f"导出日期：{LAST_DAY}    导出人：店长"), 1):
        sheet.append([text])
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=len(HEADER))
        sheet.cell(number, 1).alignment = Alignment(horizontal="center")
        sheet.cell(number, 1).font = Font(bold=number == 1, size=16 if number == 1 else 11)
    sheet.append(HEADER)
    rows = list(_rows(year, Random(f"{seed} customers"), Random(f"{seed} consents")))
    for row in rows:
        sheet.append(row)
    sheet.append(["合计", f"共{len(year.customers)}人", *[None] * 4, sum(row[6] for row in rows)])
    for column, width in zip("ABCDEFGHIJK", _WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    for cells in sheet.iter_rows(min_row=5, min_col=5, max_col=8):
        for cell in cells:
            if isinstance(cell.value, date):
                cell.number_format = "yyyy-mm-dd"
    return pack(workbook)


def _rows(year: Year, random: Random, asked: Random) -> Iterator[list[Any]]:
    spent_minor: defaultdict[str, int] = defaultdict(int)
    for sale in year.sales:
        if sale.customer:
            spent_minor[sale.customer.member_no] += sum(line.net_minor for line in sale.lines)
    without_phone = iter(_NO_PHONE)
    for at, customer in enumerate(year.customers):
        phone = _garble(random, customer.phone) if customer.phone else next(without_phone, None)
        points = spent_minor[customer.member_no] // 100 + (random.randint(0, 800) if customer.kind != "once" else 0)
        level = "金卡会员" if points >= 5000 else "银卡会员" if points >= 1500 else "普通会员"
        joined: object = customer.joined_on if random.random() < 0.9 else f"{customer.joined_on:%Y/%m/%d}"
        row = [customer.member_no, customer.name, phone, customer.gender, _birthday(random, customer)]
        row += [level, points, joined, customer.note or None]
        row += [asked.choices(answers, weights)[0] for answers, weights in _ASKED]
        yield row
        if at == _REPEATED:
            yield row


def _garble(random: Random, phone: str) -> Any:
    first, middle, last = phone[:3], phone[3:7], phone[7:]
    forms = (
        int(phone),  # Excel made a number of it
        phone,
        f"{first} {middle} {last}",
        f"{first}-{middle}-{last}",
        f"+86 {phone}",
        f"0086{phone}",
        f"{phone}  ",
    )
    return random.choices(forms, (40, 30, 9, 9, 6, 3, 3))[0]


def _birthday(random: Random, customer: Customer) -> object:
    born = customer.birthday
    if born is None:
        return None
    texts = (born, f"{born:%Y-%m-%d}", f"{born:%m-%d}", f"{born.year}年{born.month}月{born.day}日")
    return random.choices(texts, (45, 25, 22, 8))[0]
