"""Finding the header and saying which column is which field."""

import pytest

from sheets.reader import Reader, receipts_of
from shopcrm.core.errors import FieldMissing, FieldUnknown, HeaderNotFound, HeaderUnknown, ProfileUnknown
from shopcrm.sheets.layout.profiles import all_profiles
from shopcrm.sheets.vocabulary import FIELDS, FIELDS_OF, PARTS, hint_of, key_of, vocabulary

# Headers of real exports, and what must be read from them.
SQUARE_ITEMS = (
    "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,"
    "Net Sales,Tax,Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,"
    "Customer ID,Customer Name"
)
LOYVERSE_ITEMS = (
    "Date,Receipt number,Receipt type,Category,SKU,Item,Variant,Modifiers applied,Quantity,Gross sales,Discounts,"
    "Net sales,Cost of goods,Gross profit,Taxes,POS,Store,Cashier name,Customer name,Customer contacts,Comment,Status"
)
SHOPIFY_CUSTOMERS = (
    "First Name,Last Name,Email,Accepts Email Marketing,Company,Address1,City,Phone,Total Spent,Total Orders,Tags"
)
YOUZAN_CUSTOMERS = (
    "客户姓名,客户昵称,客户手机号,客户生日,客户性别,标签,是否会员,成长值,客户积分,客户储值余额,消费次数,消费金额,"
    "累计退款金额,上次消费时间,成为客户时间,成为会员时间,"
)
YOUZAN_ORDERS = (
    "订单号,归属店铺,订单状态,订单创建时间,买家付款时间,付款方式,支付流水号,商品金额合计,运费,订单实收金额,全部商品名称,"
    "收货人/提货人,收货人手机号/提货人手机号,买家昵称,买家手机号,收银员,分销员,分销员"
)
PRESTASHOP = (
    "Customer ID;Active (0/1);Titles ID (Mr = 1, Ms = 2, else 0);Email *;Password *;Birthday (yyyy-mm-dd);"
    "Last Name *;First Name *;Newsletter (0/1)"
)
MEMBERS = "手机,姓名,性别,会员等级,累计积分,可用积分,微信关注状态,备注"
KNOWN_TILLS = [
    (SQUARE_ITEMS, "sales", {
        "date": "Date", "time": "Time", "item": "Item", "quantity": "Qty", "net_amount": "Net Sales", "sku": "SKU",
        "receipt": "Transaction ID", "status": "Event Type", "store": "Location",
        "name": "Customer Name", "discount": "Discounts", "category": "Category", "tax": "Tax",
    }),
    (LOYVERSE_ITEMS, "sales", {
        "datetime": "Date", "receipt": "Receipt number", "status": "Receipt type + Status", "net_amount": "Net sales",
        "store": "Store", "cashier": "Cashier name", "name": "Customer name", "sku": "SKU", "item": "Item",
        "category": "Category", "quantity": "Quantity", "discount": "Discounts", "tax": "Taxes",
        "phone": "Customer contacts",
    }),
    (SHOPIFY_CUSTOMERS, "customers", {
        "name": "Last Name + First Name", "email": "Email", "phone": "Phone", "tags": "Tags",
    }),
    (YOUZAN_CUSTOMERS, "customers", {
        "name": "客户姓名", "phone": "客户手机号", "birthday": "客户生日", "gender": "客户性别",
        "joined_on": "成为会员时间", "tags": "标签", "points_balance": "客户积分", "wallet_principal": "客户储值余额",
    }),
    (YOUZAN_ORDERS, "sales", {
        "receipt": "订单号", "store": "归属店铺", "status": "订单状态", "datetime": "订单创建时间", "name": "买家昵称",
        "payment_method": "付款方式", "net_amount": "订单实收金额", "phone": "买家手机号", "cashier": "收银员",
    }),
    (MEMBERS, "customers", {
        "phone": "手机", "name": "姓名", "gender": "性别", "tags": "会员等级", "points_balance": "可用积分",
    }),
    ("卡号,余额(元),可用积分", "customers", {
        "member_no": "卡号", "points_balance": "可用积分", "wallet_principal": "余额(元)",
    }),
    (PRESTASHOP, "customers", {
        "gender": "Titles ID (Mr = 1, Ms = 2, else 0)", "email": "Email *", "birthday": "Birthday (yyyy-mm-dd)",
        "name": "Last Name * + First Name *",
    }),
]  # fmt: skip


@pytest.mark.parametrize(("header", "kind", "mapping"), KNOWN_TILLS)
def test_a_real_export_is_understood(read: Reader, header: str, kind: str, mapping: dict[str, str]) -> None:
    sheet = read(header + "\n")
    assert sheet.kind == kind
    assert sheet.mapping == mapping


def test_what_is_not_read_is_listed(read: Reader) -> None:
    sheet = read("手机,姓名,累计积分,消费金额,收货人手机号,奇怪的列\n13800138000,张三,1,2,3,4\n")
    assert sheet.unmapped == ("累计积分", "消费金额", "收货人手机号", "奇怪的列")


@pytest.mark.parametrize(
    ("header", "key", "hint"),
    [
        ("Unit_Price *", "unitprice", ""),
        ("\ufeff 单价（元）： ", "单价", "元"),
        ("金额(分)", "金额", "分"),
        ("手机号\t", "手机号", ""),
        ("Ｅ－mail", "email", ""),
    ],
)
def test_spellings_of_one_header_have_one_key(header: str, key: str, hint: str) -> None:
    assert (key_of(header), hint_of(header)) == (key, hint)


def test_titles_above_the_header_are_passed_over(read: Reader) -> None:
    sheet = read("XX店会员资料\n门店名称:,一店\n导出日期,2026-01-01\n\n姓名,手机号\n张三,13800138000\n")
    assert (sheet.header_row, sheet.rows, sheet.people[0].row) == (5, 1, 6)


def test_the_first_of_two_equal_headers_is_read(read: Reader) -> None:
    assert read("name,phone,phone\nLi,13800138000,13900139000\n").people[0].phone == "13800138000"


def test_a_better_name_beats_an_earlier_column(read: Reader) -> None:
    sheet = read("日期,单号,金额,实收金额\n2024-01-01,1,10,9\n")
    assert sheet.mapping["net_amount"] == "实收金额"


def test_a_gross_amount_is_never_taken_for_what_was_paid_when_something_was_taken_off(read: Reader) -> None:
    assert receipts_of(read("日期,单号,销售金额\n2024-01-01,1,10\n"))[0].net_minor == 1000
    with pytest.raises(FieldMissing):
        read("日期,单号,销售金额,优惠金额\n2024-01-01,1,10,2\n", kind="sales")


def test_a_mapping_overrides_the_guess(read: Reader) -> None:
    sheet = read("日期,单号,金额,实收金额\n2024-01-01,1,10,9\n", mapping={"net_amount": "金额"})
    assert receipts_of(sheet)[0].net_minor == 1000
    assert "实收金额" in sheet.unmapped


def test_a_mapping_finds_a_header_that_no_word_gives_away(read: Reader) -> None:
    mapping = {"receipt": "No.", "date": "Jour", "net_amount": "Payé"}
    sheet = read("Boutique\nNo.,Jour,Payé\nA1,2024-01-02,9.50\n", mapping=mapping)
    assert sheet.header_row == 2
    assert (receipts_of(sheet)[0].receipt, receipts_of(sheet)[0].net_minor) == ("A1", 950)


def test_a_sheet_without_a_header_is_shown(read: Reader) -> None:
    with pytest.raises(HeaderNotFound) as refusal:
        read("a,b\n1,2\n3,4\n")
    assert "a | b\n  1 | 2" in refusal.value.message


def test_a_field_that_is_missing_is_named(read: Reader) -> None:
    with pytest.raises(FieldMissing) as refusal:
        read("日期,单号,商品名称\n2024-01-01,1,x\n")
    assert refusal.value.details["field"] == "net_amount"
    with pytest.raises(FieldMissing) as refusal:
        read("姓名,手机号\n张三,13800138000\n", kind="sales")
    assert refusal.value.details["field"] == "date"


def test_a_wrong_mapping_is_refused_with_the_nearest_name(read: Reader) -> None:
    with pytest.raises(FieldUnknown) as unknown:
        read("name,phone\nLi,1\n", mapping={"fone": "phone"})
    assert unknown.value.details["nearest"] == "phone"
    with pytest.raises(HeaderUnknown) as absent:
        read("name,phone\nLi,1\n", mapping={"phone": "Fone"})
    assert absent.value.details["nearest"] == "phone"


def test_a_profile_that_does_not_exist_is_refused(read: Reader) -> None:
    with pytest.raises(ProfileUnknown) as refusal:
        read("name,phone\nLi,1\n", profile="online-retail")
    assert refusal.value.details["nearest"] == "online_retail"


def test_generic_forces_the_guess(read: Reader) -> None:
    rows = (
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n1,a,b,2,2024-01-01,3,4,UK\n"
    )
    assert read(rows).profile == "online_retail"
    assert read(rows, profile="generic").profile == "generic"
    assert receipts_of(read(rows, profile="generic"))[0].net_minor == 600


def test_every_field_of_a_profile_and_of_the_synonyms_exists() -> None:
    for kind, names in vocabulary().of_kind.items():
        assert {field for field, _ in names.values()} - set(PARTS) == set(FIELDS_OF[kind])
    for profile in all_profiles().values():
        assert set(profile.field_of.values()) <= {*FIELDS, PARTS, *PARTS}


def test_no_header_is_both_read_and_only_known() -> None:
    for names in vocabulary().of_kind.values():
        assert not names.keys() & vocabulary().known
