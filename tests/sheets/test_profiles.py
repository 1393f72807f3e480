"""Known tills: each is told by its header, whatever columns came or went, and its traps are not stepped into."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets.till_headers import HEADERS, VARIANTS
from shopcrm.sheets.layout import profiles
from shopcrm.sheets.layout.profiles import Profile, all_profiles, match_profile, read_profile
from shopcrm.sheets.vocabulary import FIELDS, FIELDS_OF, PARTS, count_recognised, key_of, vocabulary

TILLS = Path(profiles.__file__).parent / "tills"
KEYS = {
    "kind", "source", "telling", "enough", "ignored", "refund_prefix", "order_level", "is_lines", "fields",
    "words", "units",
}  # fmt: skip
MEANINGS: Mapping[str, set[str | bool]] = {
    "status": {"counts", "refund", "given_back", "partly", "left_out", "review"},
    "gender": {"male", "female", "other", ""},
    "consent": {True, False},
    "birthday_calendar": {"lunar", "solar"},
    "walk_in": {True},
}
ALL = [*HEADERS.items(), *((name, header) for name, variants in VARIANTS.items() for header in variants)]


def read_from(profile: Profile, header: list[str]) -> dict[str, list[str]]:
    """Field → its headers on a sheet, best first."""
    found: dict[str, list[str]] = {}
    for cell in sorted(header, key=lambda cell: profile.rank.get(key_of(cell), 0)):
        field = profile.field_of.get(key_of(cell))
        if field:
            found.setdefault(field, []).append(cell)
    return found


@pytest.mark.parametrize(("name", "header"), ALL)
def test_a_tills_header_is_told(name: str, header: list[str]) -> None:
    found = match_profile(header)
    assert found is not None and found.name == name


@pytest.mark.parametrize(("name", "header"), ALL)
def test_its_header_row_is_found_by_the_synonyms(name: str, header: list[str]) -> None:
    assert count_recognised(header) >= min(4, len(header))


@given(st.data())
def test_columns_may_come_go_and_change_places(data: st.DataObject) -> None:
    name, whole = data.draw(st.sampled_from(sorted(HEADERS.items())))
    profile = all_profiles()[name]
    passed_over = sorted(profile.ignored & set(map(key_of, whole)))
    gone = set(data.draw(st.permutations(passed_over))[:3])
    kept = [cell for cell in whole if key_of(cell) not in gone - profile.telling]
    fresh = [f"New column {number}" for number in range(data.draw(st.integers(0, len(kept) // 4)))]
    found = match_profile(data.draw(st.permutations([*kept, *fresh])))
    assert found is not None and found.name == name


@pytest.mark.parametrize(("name", "header"), HEADERS.items())
def test_a_sheet_of_mostly_other_columns_is_another_till(name: str, header: list[str]) -> None:
    assert match_profile([*header, *(f"New column {number}" for number in range(len(header)))]) is None


@pytest.mark.parametrize(
    "header",
    [
        "date,receipt,item,quantity,amount",
        "姓名,手机号,性别,生日,等级,储值余额,累计消费,消费次数,标签",
        "会员编号,会员姓名,性别,联系方式,会员级别,状态,积分",
        "手机,姓名,性别,会员等级,累计积分,可用积分,微信关注状态,备注",
        "卡号,余额(元),可用积分",
        "Name,Email,Phone,Notes",
        "First Name,Last Name,Email,Phone,City",
        "订单号,日期,商品名称,数量,实收金额,会员",
        "Receipt number,Date,Net sales",
        "receipt,date,net_amount",
        "",
    ],
)
def test_an_unknown_till_is_nobodys(header: str) -> None:
    assert match_profile(header.split(",")) is None


def test_a_generic_layout_never_goes_before_a_tills_own() -> None:
    generics = [profile for profile in all_profiles().values() if profile.is_generic]
    assert {profile.name for profile in generics} == {"generic_en", "generic_zh"}
    for generic in generics:
        own = [cell for cell in HEADERS[generic.name] if cell not in HEADERS["pospal_sales"]]
        found = match_profile([*HEADERS["pospal_sales"], *own[:2]])
        assert found is not None and found.name == "pospal_sales"


def test_a_profile_does_not_take_a_sheet_that_it_could_not_read() -> None:
    header = [cell for cell in HEADERS["square_items"] if cell != "Net Sales"]
    assert match_profile(header) is None


MUST_READ = {
    "square_items": {"till_id": ["Customer ID"], "member_no": ["Customer Reference ID"], "zone": ["Time Zone"]},
    "square_customers": {"till_id": ["Square Customer ID"], "member_no": ["Reference ID"]},
    "shopify_orders": {
        "receipt": ["Name"], "name": ["Billing Name"], "phone": ["Phone", "Billing Phone"], "net_amount": ["Total"],
        "item": ["Lineitem name"], "status": ["Financial Status", "Cancelled at"],
    },
    "youzan_customers": {
        "points_balance": ["客户积分"], "name": ["客户姓名", "客户昵称"], "wallet_principal": ["客户储值余额"],
    },
    "youzan_orders": {"phone": ["买家手机号"], "name": ["买家昵称"], "net_amount": ["订单实付金额", "订单实收金额"]},
    "youzan_lines": {"item": ["商品名称"], "refund_amount": ["商品已退款金额"]},
    "prestashop_customers": {
        "gender": ["Titles ID (Mr = 1, Ms = 2, else 0)"], "birthday": ["Birthday (yyyy-mm-dd)"], "email": ["Email *"],
        "consent_email": ["Newsletter (0/1)"],
    },
    "meituan_orders": {"net_amount": ["订单收入（元）", "支付合计（元）"], "datetime": ["结账时间", "下单时间"]},
    "meituan_lines": {"receipt": ["订单编号"], "net_amount": ["菜品收入（元）"]},
    "taobao_orders": {"name": ["买家会员名"], "status": ["订单状态", "订单付款时间"]},
    "pospal_sales": {"name": ["会员"], "status": ["类型"]},
    "toast_items": {"receipt": ["Check Id", "Order Id"], "status": ["Void?", "Deferred"]},
}  # fmt: skip


@pytest.mark.parametrize(("name", "wanted"), MUST_READ.items())
def test_columns_are_read_as_what_they_are(name: str, wanted: dict[str, list[str]]) -> None:
    found = read_from(all_profiles()[name], HEADERS[name])
    assert {field: found.get(field) for field in wanted} == wanted


@pytest.mark.parametrize(
    ("name", "headers"),
    {
        "square_transactions": ["Card", "Cash", "Partial Refunds", "Other Tender Type"],
        "square_customers": ["Transaction Count", "Lifetime Spend"],
        "shopify_orders": ["Shipping Name", "Shipping Phone", "Id", "Receipt Number"],
        "shopify_customers": ["Total Spent", "Total Orders"],
        "loyverse_customers": ["Total visits", "Total spent"],
        "woocommerce_customers": ["Orders", "Total Spend", "AOV", "Shipping Phone"],
        "prestashop_customers": ["Password *", "Opt-in (0/1)"],
        "youzan_customers": ["成长值", "消费次数", "消费金额", "累计退款金额", "公众号"],
        "youzan_orders": ["全部商品名称", "收货人手机号/提货人手机号", "订单退款状态", "分销员"],
        "taobao_orders": ["返点积分", "收货人姓名", "联系手机", "总金额"],
        "pospal_members": ["折扣"],
        "toast_items": ["Tab Name"],
    }.items(),
)
def test_traps_are_known_and_passed_over(name: str, headers: list[str]) -> None:
    profile = all_profiles()[name]
    assert set(map(key_of, headers)) <= profile.ignored
    assert set(headers) <= set(HEADERS[name])


def test_two_exports_of_one_till_hold_the_same_receipts() -> None:
    sources: dict[str, set[str]] = {}
    for profile in all_profiles().values():
        sources.setdefault(profile.source, set()).add(profile.name)
    assert sources["square"] == {"square_items", "square_transactions", "square_customers"}
    assert sources["youzan"] == {"youzan_orders", "youzan_lines", "youzan_customers"}
    assert sources[""] == {"generic_en", "generic_zh"}


@pytest.mark.parametrize("path", sorted(TILLS.glob("*.toml")), ids=lambda path: path.stem)
def test_a_tills_file_says_nothing_that_is_not_understood(path: Path) -> None:
    document = tomllib.loads(path.read_text("utf-8"))
    profile = read_profile(path)
    readable = {*FIELDS_OF[profile.kind], *PARTS}
    assert document.keys() <= KEYS
    assert set(profile.field_of.values()) <= readable
    assert profile.order_level | profile.units.keys() <= set(profile.field_of.values())
    assert profile.words.keys() <= MEANINGS.keys()
    for topic, words in profile.words.items():
        assert set(words.values()) <= MEANINGS[topic]
        assert all(word == " ".join(word.lower().split()) for word in words)
    written = [*document.get("ignored", ()), *(name for names in document["fields"].values() for name in names)]
    assert len(set(map(key_of, written))) == len(written), "a header is said twice"
    assert profile.telling <= set(map(key_of, written))
    assert len(profile.telling) >= profile.enough
    assert path.read_text("utf-8").startswith("# ")


@pytest.mark.parametrize("name", all_profiles())
def test_every_profile_has_a_header_to_be_told_by(name: str) -> None:
    assert name in HEADERS


def test_a_layout_of_ones_own_can_say_units(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'kind = "sales"\ntelling = ["钱"]\n[fields]\nnet_amount = ["钱"]\n[units]\nnet_amount = "分"\n', "utf-8"
    )
    assert read_profile(path).units == {"net_amount": "分"}


def test_no_header_means_two_fields_in_one_kind_of_sheet() -> None:
    document = tomllib.loads((TILLS.parents[1] / "synonyms.toml").read_text("utf-8"))
    shared = {"sales": ("buyers", "goods"), "customers": ("buyers",), "stock": ("goods",)}
    for kind, tables in shared.items():
        meant: dict[str, set[str]] = {}
        for table in (*tables, kind):
            for field, names in document[table].items():
                for name in names:
                    meant.setdefault(key_of(name), set()).add(field)
        assert {key: fields for key, fields in meant.items() if len(fields) > 1} == {}


@pytest.mark.parametrize("kind", FIELDS_OF)
def test_the_synonyms_name_every_field_and_no_other(kind: str) -> None:
    named = {field for field, _ in vocabulary().of_kind[kind].values()}
    assert named - set(PARTS) == set(FIELDS_OF[kind])
    assert not set(PARTS) & set(FIELDS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("数量(不含套餐子商品)", "数量（含套餐子商品）"),
        ("单卖数量(不含套餐子商品)", "单卖数量"),
        ("Net sales (excl. tax)", "Net sales"),
        ("金额(不含税)", "金额"),
    ],
)
def test_hints_that_make_another_column_are_kept(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


@pytest.mark.parametrize(
    ("kind", "header", "field"),
    [
        ("customers", "余额", "wallet_principal"),
        ("customers", "储值余额", "wallet_principal"),
        ("customers", "赠送余额", "wallet_bonus"),
        ("customers", "可用积分", "points_balance"),
        ("customers", "累计积分", None),
        ("customers", "成长值", None),
        ("customers", "返点积分", None),
        ("customers", "Newsletter (0/1)", "consent_email"),
        ("customers", "是否接收短信", "consent_sms"),
        ("customers", "微信关注状态", None),
        ("customers", "Square Customer ID", "till_id"),
        ("customers", "标签", "tags"),
        ("customers", "消费次数", None),
        ("customers", "Total Spent", None),
        ("sales", "退款金额", "refund_amount"),
        ("sales", "Refunded Amount", "refund_amount"),
        ("sales", "成本价", "unit_cost"),
        ("sales", "Cost of goods", None),
        ("sales", "Card", None),
        ("sales", "全部商品名称", None),
        ("sales", "收货人手机号", None),
        ("sales", "单卖数量(不含套餐子商品)", "quantity"),
        ("stock", "库存数量", "quantity"),
        ("stock", "进价", "unit_cost"),
        ("stock", "零售价", "unit_price"),
        ("stock", "手机号", None),
    ],
)
def test_a_synonym_is_read_as_its_field(kind: str, header: str, field: str | None) -> None:
    assert vocabulary().of_kind[kind].get(key_of(header), (None, 0))[0] == field
