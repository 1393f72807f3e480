"""Sheets of the tills of China, two for each of their exports at least."""

from collections.abc import Iterator
from dataclasses import replace

from corpus.facts import SHANGHAI, Made, read
from corpus.shop_data import Sale, buyers, sales
from corpus.tables import Table, listed, money, sold
from corpus.writing import delimited, workbook
from sheets.till_headers import HEADERS, VARIANTS

_GUARD = "\t"


def sheets() -> Iterator[Made]:
    """Every sheet, in the order of the profiles."""
    yield from _youzan()
    yield from _pospal()
    yield from _meituan()
    yield from _taobao()
    yield from _house()


def _youzan() -> Iterator[Made]:
    fields = {
        "客户姓名": "name", "客户手机号": "phone", "客户生日": "birthday", "客户性别": "gender", "标签": "tags",
        "客户积分": "points_balance", "客户储值余额": "wallet_principal", "成为会员时间": "joined_on",
    }  # fmt: skip
    fill = {
        "客户昵称": "小可爱",
        "成长值": "420",
        "消费次数": "9",
        "消费金额": "1234.50",
        "累计退款金额": "10.00",
        "是否会员": "是",
        "公众号": "已关注",
    }
    when = {"成为会员时间": lambda each: f"{each.joined:%Y-%m-%d} 10:20:30"}
    drifted = [
        title
        for title in HEADERS["youzan_customers"]
        if title not in ("企微好友", "微信地域", "权益卡", "指定时间消费次数")
    ]
    for suffix, header in (("full", HEADERS["youzan_customers"]), ("drifted", drifted)):
        table = listed(fields, buyers(f"youzan {suffix}", 7), "youzan_customers", header=header, fill=fill, cells=when)
        quirk = "empty_header" if suffix == "full" else "schema_drift"
        yield Made(
            f"youzan-customers-{suffix}.xlsx", workbook({"客户": table.rows}), read(SHANGHAI, table.tab), (quirk,)
        )
    for suffix, drop in (("full", ()), ("short", ("挂账主体", "挂账手机号", "团长订单", "订单风险标签", "推广方式"))):
        table = youzan_orders(f"youzan orders {suffix}", drop)
        quirks = ("refund_column", "duplicate_header", "cancelled_rows", "tab_guards")
        yield Made(
            f"youzan-orders-{suffix}.csv",
            delimited(table.rows, encoding="utf-8-sig"),
            read(SHANGHAI, table.tab),
            quirks,
        )
    for suffix, dropped in (("full", 0), ("short", 2)):
        table = youzan_lines(f"youzan lines {suffix}", ("商品发货物流公司", "商品发货物流单号")[:dropped])
        yield Made(f"youzan-lines-{suffix}.csv", delimited(table.rows, encoding="gb18030"), read(SHANGHAI, table.tab))


def _youzan_sales(seed: str) -> list[Sale]:
    made = [
        replace(sale, number=f"E2026{place:03}00{sale.number}", word="交易完成")
        for place, sale in enumerate(sales(seed, 8))
    ]
    made[2] = replace(made[2], returned=100)
    made[4] = replace(made[4], word="交易关闭", is_void=True)
    made[6] = replace(made[6], word="待付款", is_void=True)
    made[7] = replace(made[7], word="已发货")
    return made


def youzan_orders(seed: str, drop: tuple[str, ...] = ()) -> Table:
    """Orders finished, sent, closed and unpaid; one was given back in part."""
    fields = {
        "订单号": "receipt", "归属店铺": "store", "订单状态": "status", "订单创建时间": "datetime",
        "付款方式": "payment_method",
        "订单实付金额": "order_amount", "买家昵称": "name", "买家手机号": "phone", "收银员": "cashier",
        "订单已退款金额": "refund_amount",
    }  # fmt: skip
    header = [title for title in HEADERS["youzan_orders"] if title not in drop]
    cells = {
        "订单号": lambda sale, item, place: sale.number + _GUARD,
        "订单创建时间": lambda sale, item, place: f"{sale.at:%Y-%m-%d %H:%M:%S}{_GUARD}",
        "全部商品名称": lambda sale, item, place: ";".join(item.name for item in sale.items),
        "商品金额合计": lambda sale, item, place: money(sum(item.net + item.off for item in sale.items)),
        "订单实收金额": lambda sale, item, place: money(sale.net - 1),
    }
    fill = {"收货人手机号/提货人手机号": "13800990099", "收货人/提货人": "别人", "分销员": "老王", "运费": "0.00"}
    return sold(fields, _youzan_sales(seed), SHANGHAI, "youzan_orders", header=header, cells=cells, fill=fill)


def youzan_lines(seed: str, drop: tuple[str, ...] = ()) -> Table:
    """The same orders, one row an item."""
    fields = {
        "订单号": "receipt", "商品名称": "item", "订单创建时间": "datetime", "订单实付金额": "order_amount",
        "买家姓名": "name",
        "买家手机号": "phone", "订单商品状态": "status", "商品类目": "category", "商品编码": "sku",
        "商品单价": "unit_price",
        "商品数量": "quantity", "商品已退款金额": "refund_amount",
    }  # fmt: skip
    header = [title for title in HEADERS["youzan_lines"] if title not in drop]
    cells = {"商品已退款金额": lambda sale, item, place: "0.00" if place else money(sale.returned)}
    made = _youzan_sales(seed)
    return sold(fields, made, SHANGHAI, "youzan_lines", header=header, cells=cells, shows=("whole_order",))


def _pospal() -> Iterator[Made]:
    fields = {
        "会员号": "member_no", "姓名": "name", "手机号": "phone", "积分": "points_balance", "余额": "wallet_principal",
        "会员等级": "tags", "生日": "birthday", "性别": "gender", "开卡日期": "joined_on",
    }  # fmt: skip
    header = HEADERS["pospal_members"]
    solar = {"折扣": "100", "会员生日类型 (0=农历 1=公历)": "1"}
    table = listed(fields, buyers("pospal full", 7), "pospal_members", header=header, fill=solar)
    yield Made("pospal-members-full.xlsx", workbook({"会员": table.rows}), read(SHANGHAI, table.tab))
    short = VARIANTS["pospal_members"][0]
    table = listed(
        {title: fields[title] for title in short if title in fields}, buyers("pospal short", 5), "pospal_members",
        header=short, fill={"折扣": "95"},
    )  # fmt: skip
    yield Made("pospal-members-required.csv", delimited(table.rows, encoding="gb18030"), read(SHANGHAI, table.tab))
    for suffix, brackets in (("half", "({})"), ("full", "（{}）")):
        table = _pospal_sales(suffix, brackets)
        quirks = ("name_and_phone", "sign_in_another_column", "walk_in")
        yield Made(
            f"pospal-sales-{suffix}-width.csv",
            delimited(table.rows, encoding="gb18030"),
            read(SHANGHAI, table.tab),
            quirks,
        )


def _pospal_sales(suffix: str, brackets: str) -> Table:
    """Refunds stand above zero, their sign in 类型; 会员 is name and phone; a top-up is no sale."""
    made = [replace(sale, word="销售") for sale in sales(f"pospal {suffix}", 8)]
    refunded = replace(made[3], items=made[3].items[:1])
    made.append(replace(refunded, number=f"T{refunded.number}", at=made[-1].at, is_refund=True, word="退货"))
    fields = {
        "流水号": "receipt", "日期": "datetime", "类型": "status", "商品名称": "item", "商品分类": "category",
        "销售数量": "quantity", "单价": "unit_price", "实收金额": "net_amount", "支付方式": "payment_method",
        "收银员": "cashier",
    }  # fmt: skip
    cells = {
        "会员": lambda sale, item, place: sale.buyer.name + brackets.format(sale.buyer.phone) if sale.buyer else "-"
    }
    return sold(
        fields, made, SHANGHAI, "pospal_sales", header=HEADERS["pospal_sales"], cells=cells, shows=("name", "phone"),
        is_signed=False,
    )  # fmt: skip


def _meituan() -> Iterator[Made]:
    for number, suffix in enumerate(("joined", "joined-more")):
        orders, lines = meituan_tabs(f"meituan {suffix}", 6 + 3 * number)
        content = workbook({"订单明细": orders.rows, "菜品明细": lines})
        quirks = ("title_rows", "joined_tabs", "cancelled_rows")
        yield Made(f"meituan-{suffix}.xlsx", content, read(SHANGHAI, orders.tab), quirks)
    orders, lines = meituan_tabs("meituan payments", 6)
    content = workbook(
        {"订单明细": orders.rows, "菜品明细": lines, "支付明细": _payments(orders), "联台明细": [["联台明细"]]}
    )
    orders.tab.says = 1
    yield Made("meituan-with-payments.xlsx", content, read(SHANGHAI, orders.tab), ("joined_tabs", "several_tabs"))
    orders, _ = meituan_tabs("meituan orders", 7, is_joined=False)
    yield Made("meituan-orders-only.xlsx", workbook({"订单明细": orders.rows}), read(SHANGHAI, orders.tab))


def meituan_tabs(seed: str, count: int, *, is_joined: bool = True) -> tuple[Table, list[list[object]]]:
    """The tab of orders and that of their items, each under two rows of title; only 已结账 counts."""
    made = [
        replace(sale, number=f"73420{place:04}{sale.number}", word="已结账", buyer=None)
        for place, sale in enumerate(sales(seed, count))
    ]
    made[1] = replace(made[1], word="已撤单", is_void=True)
    made[4] = replace(made[4], word="待结账", is_void=True)
    title = [["店内订单明细"], ["门店：一店", "", "营业日期：2026-03-01 至 2026-05-31"]]
    fields = {
        "订单号": "receipt", "结账时间": "datetime", "订单收入（元）": "order_amount", "结账方式": "payment_method",
        "订单状态": "status",
    }  # fmt: skip
    cells = {
        "营业日期": lambda sale, item, place: f"{sale.at:%Y-%m-%d}",
        "下单时间": lambda sale, item, place: f"{sale.at:%Y-%m-%d} 09:00:00",
        "订单优惠（元）": lambda sale, item, place: money(sum(item.off for item in sale.items)),
    }
    orders = sold(
        fields, made, SHANGHAI, "meituan_orders", header=HEADERS["meituan_orders"], cells=cells, above=title,
        fill={"桌牌号": "--", "整单备注": "--", "用餐人数": "2"}, is_by_line=False,
        shows=("sku", "item", "quantity", "store") if is_joined else ("store",),
    )  # fmt: skip
    lines = sold(
        {
            "订单编号": "receipt", "菜品编码": "sku", "菜品名称": "item", "销售数量": "quantity",
            "菜品优惠（元）": "discount",
            "金额合计（元）": "gross", "菜品收入（元）": "net_amount",
        },
        made, SHANGHAI, header=HEADERS["meituan_lines"], above=[["菜品明细"], title[1]],
        fill={"做法": "--", "加料": "--", "单位": "件"},
    )  # fmt: skip
    if is_joined:
        orders.tab.rows += lines.tab.rows
        orders.tab.skipped = lines.tab.skipped  # a row an item: so is what was left out counted
    return orders, lines.rows


def _payments(orders: Table) -> list[list[object]]:
    """The tab of payments, one or two for each order: the same money once more."""
    header: list[object] = ["营业日期", "订单编号", "桌牌号", "支付时间", "支付方式", "支付金额（元）", "支付状态"]
    rows: list[list[object]] = [["支付明细"], ["门店：一店"], header]
    for place, (day, number, *_) in enumerate(orders.rows[3:]):
        cells = orders.rows[3 + place]
        rows.append(
            [day, number, "--", cells[6], "微信", cells[HEADERS["meituan_orders"].index("订单收入（元）")], "支付成功"]
        )
    return rows


def _taobao() -> Iterator[Made]:
    fields = {
        "订单编号": "receipt", "订单状态": "status", "订单创建时间": "datetime", "买家会员名": "name",
        "宝贝标题": "item",
        "宝贝总数量": "quantity", "买家实际支付金额": "net_amount", "店铺名称": "store",
    }  # fmt: skip
    for suffix, drop in (
        ("full", ()),
        ("short", ("异常信息", "修改后的收货地址", "修改后的sku", "定金排名", "分阶段订单信息")),
    ):
        made = _taobao_sales(f"taobao {suffix}")
        cells = {
            "订单编号": lambda sale, item, place: f'="{sale.number}"',
            "订单付款时间": lambda sale, item, place: "" if sale.is_void else f"{sale.at:%Y-%m-%d} 23:59:01",
            "联系手机": lambda sale, item, place: "'13800880088",
            "总金额": lambda sale, item, place: money(sale.net + 500),
        }
        table = sold(
            fields, made, SHANGHAI, "taobao_orders", header=[t for t in HEADERS["taobao_orders"] if t not in drop],
            cells=cells, fill={"返点积分": "12", "收货人姓名": "别人"},
        )  # fmt: skip
        quirks = ("formula_guard", "cancelled_rows")
        yield Made(
            f"taobao-orders-{suffix}.csv", delimited(table.rows, encoding="gb18030"), read(SHANGHAI, table.tab), quirks
        )
    yield _taobao_cut_down("taobao-orders-cut-down.csv", "")
    yield _taobao_cut_down("taobao-orders-with-dashes.csv", "-")


def _taobao_sales(seed: str) -> list[Sale]:
    """Orders of one item each; one was never paid, one closed."""
    made = [
        replace(sale, number=f"20260000{sale.number}", word="交易成功", items=sale.items[:1], store="旗舰店")
        for sale in sales(seed, 8, most_lines=1)
    ]
    made[1] = replace(made[1], word="卖家已发货，等待买家确认")
    made[3] = replace(made[3], word="等待买家付款", is_void=True)
    made[5] = replace(made[5], word="交易关闭", is_void=True)
    return made


def _taobao_cut_down(name: str, nothing: str) -> Made:
    """Seven columns, two with a blank behind: what is unpaid is told by a payment time that is not there."""
    made = [
        replace(sale, is_void=sale.is_void and place == 3, store="")
        for place, sale in enumerate(_taobao_sales("taobao cut"))
    ]
    made[6] = replace(made[6], returned=made[6].net)
    made[7] = replace(made[7], returned=300)
    header = VARIANTS["taobao_orders"][0]
    cells = {
        "订单付款时间 ": lambda sale, item, place: nothing if sale.is_void else f"{sale.at:%Y-%m-%d} 23:59:01",
        "总金额": lambda sale, item, place: money(sale.net + 500),
    }
    table = sold(
        {
            "订单编号": "receipt", "买家实际支付金额": "net_amount", "订单创建时间": "datetime",
            "退款金额": "refund_amount",
        },
        made, SHANGHAI, "taobao_orders", header=header, cells=cells, fill={"收货地址 ": "上海"},
    )  # fmt: skip
    quirks = ("refund_column", "header_padding", "cancelled_rows")
    return Made(name, delimited(table.rows), read(SHANGHAI, table.tab), quirks)


_HOUSE = {
    "单号": "receipt", "日期": "date", "时间": "time", "门店": "store", "收银员": "cashier", "会员卡号": "member_no",
    "手机号": "phone", "货号": "sku", "商品名称": "item", "类别": "category", "数量": "quantity", "单价": "unit_price",
    "折扣": "discount", "实收金额": "net_amount", "支付方式": "payment_method",
}  # fmt: skip


def house_table(seed: str, count: int = 8) -> Table:
    """The house's own layout in Chinese."""
    return sold(_HOUSE, sales(seed, count), SHANGHAI, "generic_zh")


def _house() -> Iterator[Made]:
    table = house_table("house chinese")
    yield Made("house-chinese.csv", delimited(table.rows, encoding="gb18030"), read(SHANGHAI, table.tab))
    made = sales("house returns", 6)
    back = [
        replace(
            sale, number=f"T{sale.number}", refund_of=sale.number, is_refund=True, word="退货", items=sale.items[:1]
        )
        for sale in made
    ]
    fields = {"单号": "receipt", "原单号": "refund_of", **_HOUSE, "类型": "status"}
    del fields["折扣"]
    table = sold(fields, back, SHANGHAI, "generic_zh", is_signed=False)
    yield Made("house-chinese-returns.xlsx", workbook({"退货": table.rows}), read(SHANGHAI, table.tab))
