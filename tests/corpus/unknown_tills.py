"""Exports of tills that no profile knows: headers as their owners have shown them, read by their words alone."""

from collections.abc import Iterator
from dataclasses import replace

from corpus.facts import CHICAGO, LONDON, SHANGHAI, Facts, Made, refused
from corpus.quirks_shape import made_of
from corpus.shop_data import Sale, buyers, sales
from corpus.tables import SaleCell, listed, money, sold
from corpus.writing import workbook
from sheets.till_headers import columns

_MEMBERS: dict[str, tuple[str, dict[str, str]]] = {
    "members-with-mail.csv": (
        "会员姓名,会员卡号,性别,生日,会员积分,手机号,常用邮箱,省份,城市,地区,注册时间",
        {
            "会员姓名": "name", "会员卡号": "member_no", "性别": "gender", "生日": "birthday",
            "会员积分": "points_balance",
            "手机号": "phone", "常用邮箱": "email", "注册时间": "joined_on",
        },
    ),
    "members-with-everything.csv": (
        ("会员ID,会员卡号,会员姓名,拼音简写,身份证号,联系电话,联系地址,Email,会员类型,会员状态,当前余额,当前积分,"
        "备注,门店,创建日期,操作日期"),
        {
            "会员卡号": "member_no", "会员姓名": "name", "联系电话": "phone", "Email": "email", "会员类型": "tags",
            "当前余额": "wallet_principal", "当前积分": "points_balance", "创建日期": "joined_on",
        },
    ),
    "members-of-wechat.csv": (
        "手机,姓名,性别,会员等级,累计积分,可用积分,微信关注状态,备注",
        {"手机": "phone", "姓名": "name", "性别": "gender", "会员等级": "tags", "可用积分": "points_balance"},
    ),
    "members-of-a-bar.csv": (
        "姓名,性别,手机号,存酒,积分,储值余额,本金余额,赠送余额,会员等级,备注",
        {
            "姓名": "name", "性别": "gender", "手机号": "phone", "积分": "points_balance",
            "本金余额": "wallet_principal",
            "赠送余额": "wallet_bonus", "会员等级": "tags",
        },
    ),
    "members-with-totals.csv": (
        "姓名,手机号,性别,生日,等级,储值余额,累计消费,消费次数,标签",
        {
            "姓名": "name", "手机号": "phone", "性别": "gender", "生日": "birthday", "储值余额": "wallet_principal",
            "标签": "tags",
        },
    ),
    "members-with-states.csv": (
        "会员编号,会员姓名,性别,联系方式,会员级别,状态,积分",
        {
            "会员编号": "member_no", "会员姓名": "name", "性别": "gender", "联系方式": "phone", "会员级别": "tags",
            "积分": "points_balance",
        },
    ),
}  # fmt: skip
_ENGLISH_MEMBERS: dict[str, tuple[str, dict[str, str]]] = {
    "customers-magento.csv": (
        "ID,Name,Email,Group,Phone,ZIP,Country,State/Province,Customer Since,Date of Birth,Tax VAT Number,Gender",
        {
            "Name": "name", "Email": "email", "Group": "tags", "Phone": "phone", "Customer Since": "joined_on",
            "Date of Birth": "birthday", "Gender": "gender",
        },
    ),
    "customers-easystore.csv": (
        "First_Name,Last_Name,Phone,Birthdate,Gender,Credit_Balance,Point_Balance,Total Spent,Total Orders",
        {
            "First_Name": "first_name", "Last_Name": "last_name", "Phone": "phone", "Birthdate": "birthday",
            "Gender": "gender", "Credit_Balance": "wallet_principal", "Point_Balance": "points_balance",
        },
    ),
    "customers-epos.csv": (
        ("full_name,email,date_of_birth (DD/MM/YY),gender,mobile_number,lookup_id,membership_tier,membership_point,"
        "credit_balance"),
        {
            "full_name": "name", "email": "email", "date_of_birth (DD/MM/YY)": "birthday", "gender": "gender",
            "mobile_number": "phone", "lookup_id": "member_no", "membership_tier": "tags",
            "membership_point": "points_balance", "credit_balance": "wallet_principal",
        },
    ),
    "customers-lightspeed.csv": (
        "Internal ID,Registered,Language,Firstname,LastnamePreposition,Lastname,E-Mail,Phone,Customer type,Company",
        {
            "Internal ID": "till_id", "Registered": "joined_on", "Firstname": "first_name", "Lastname": "last_name",
            "E-Mail": "email", "Phone": "phone", "Customer type": "tags",
        },
    ),
}  # fmt: skip
_FILL = {
    "累计积分": "99999",
    "累计消费": "8888.00",
    "消费次数": "77",
    "微信关注状态": "已关注",
    "身份证号": "",
    "状态": "正常",
    "ID": "17",
}


def sheets() -> Iterator[Made]:
    """Every sheet."""
    yield from _lists()
    yield from _bills()
    yield from _sales()
    yield from _reports()


def _lists() -> Iterator[Made]:
    for name, (header, fields) in _MEMBERS.items():
        people = buyers(name, 6)
        fill = {**_FILL, "会员ID": "1"}
        hides = ("member_no",) if "会员ID" in header else ()
        table = listed(fields, people, header=columns(header), fill=fill, hides=hides)
        if hides:  # the first of two numbers that are as good is taken; a constant shows which
            for person in table.tab.people:
                del person["member_no"]
        yield made_of(name, table, "unknown_till", encoding="gb18030")
    for name, (header, fields) in _ENGLISH_MEMBERS.items():
        table = listed(fields, buyers(name, 6, english=True), header=columns(header), fill=_FILL)
        if name == "customers-epos.csv":
            place = columns(header).index("date_of_birth (DD/MM/YY)")
            for row, buyer in zip(table.rows[1:], buyers(name, 6, english=True), strict=True):
                row[place] = f"{buyer.born:%d/%m/%y}"
        yield made_of(name, table, "unknown_till", shop=LONDON)


_WECHAT = """\
微信支付账单明细
微信昵称：[小店]
起始时间：[2026-03-01 00:00:00] 终止时间：[2026-04-30 23:59:59]
导出类型：[全部]
导出时间：[2026-05-01 10:00:00]

共8笔记录
收入：7笔 1000.00元
支出：0笔 0.00元
中性交易：1笔 5.00元
注：
1. 充值/提现/理财通购买/零钱通存取/信用卡还款等交易，将计入中性交易
2. 本明细仅展示当前账单中的交易
3. 本明细仅供个人对账使用

----------------------微信支付账单明细列表--------------------"""
_ALIPAY = """\
支付宝交易记录明细查询
账号:[shop@example.com]
起始日期:[2026-03-01 00:00:00]    终止日期:[2026-05-01 00:00:00]
---------------------------------交易记录明细列表------------------------------------"""
_ALIPAY_NAMES = {
    "交易号": "receipt", "付款时间": "datetime", "商品名称": "item", "金额（元）": "net_amount", "收/支": "status",
    "成功退款（元）": "refund_amount",
}  # fmt: skip


def _bills() -> Iterator[Made]:
    """What payment services write of a shop: many rows of title, 收/支, refunds as a column, neutral rows."""
    header = columns("交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注")
    made = [replace(sale, word="收入", buyer=None) for sale in sales("wechat bill", 8, most_lines=1)]
    made[3] = replace(made[3], word="/", is_void=True)
    fields = {
        "交易时间": "datetime", "收/支": "status", "金额(元)": "net_amount", "支付方式": "payment_method",
        "交易单号": "receipt", "商品": "item",
    }  # fmt: skip
    cells: dict[str, SaleCell] = {
        "金额(元)": lambda sale, item, place: f"¥{money(sale.net)}",
        "交易单号": lambda sale, item, place: f"{sale.number}\t",
    }
    table = sold(
        fields, made, SHANGHAI, header=header, cells=cells, above=[[line] for line in _WECHAT.splitlines()],
        fill={"当前状态": "支付成功", "交易类型": "商户消费", "交易对方": "/"},
    )  # fmt: skip
    yield made_of("bill-of-wechat.csv", table, "title_rows", "neutral_rows", "footer_above", encoding="utf-8-sig")
    header = [f"{title:<12}" for title in columns("交易号,商家订单号,交易创建时间,付款时间,类型,交易对方,商品名称")]
    header += [f"{title:<8}" for title in columns("金额（元）,收/支,交易状态,成功退款（元）,备注,")]
    fields = {title: name for title in header if (name := _ALIPAY_NAMES.get(title.strip()))}
    made = [replace(sale, word="收入", buyer=None) for sale in sales("alipay bill", 8, most_lines=1)]
    made[2] = replace(made[2], returned=100)
    made[5] = replace(made[5], word="不计收支", is_void=True)
    table = sold(
        fields, made, SHANGHAI, header=header, cells={title: _padded(name) for title, name in fields.items()},
        above=[[line] for line in _ALIPAY.splitlines()], fill={header[9]: "交易成功    ", header[4]: "即时到账交易"},
    )  # fmt: skip
    table.rows += [["-" * 60], ["共8笔记录"], ["导出时间:[2026-05-01 10:00:00]    用户:店主"]]
    yield made_of(
        "bill-of-alipay.csv", table, "title_rows", "column_padding", "refund_column", "footer_total", encoding="gb18030"
    )


def _padded(name: str) -> SaleCell:
    return lambda sale, item, place: f"{_cell(sale, name):<20}"


def _cell(sale: Sale, name: str) -> str:
    return {
        "receipt": sale.number,
        "datetime": f"{sale.at:%Y-%m-%d %H:%M:%S}",
        "item": sale.items[0].name,
        "net_amount": money(sale.net),
        "status": sale.word,
        "refund_amount": money(sale.returned),
    }[name]


_SALES: dict[str, tuple[Facts, str, dict[str, str]]] = {
    "sales-keruyun.csv": (
        SHANGHAI,
        "订单号,桌号,就餐人数,下单时间,会员卡号,菜品名称,菜品分类,菜品单价,销售数量,优惠金额,实收金额,支付方式",
        {
            "订单号": "receipt", "下单时间": "datetime", "会员卡号": "member_no", "菜品名称": "item",
            "菜品分类": "category",
            "菜品单价": "unit_price", "销售数量": "quantity", "优惠金额": "discount", "实收金额": "net_amount",
            "支付方式": "payment_method",
        },
    ),
    "sales-erweihuo.csv": (
        SHANGHAI,
        "流水号,点餐时间,门店名称,会员卡号,商品名称,数量,标价,总金额,折扣后,付款方式,班次/市段",
        {
            "流水号": "receipt", "点餐时间": "datetime", "门店名称": "store", "会员卡号": "member_no",
            "商品名称": "item",
            "数量": "quantity", "总金额": "gross", "折扣后": "net_amount", "付款方式": "payment_method",
        },
    ),
    "sales-salon.csv": (
        SHANGHAI,
        "记录日期,流水号,身份ID,客户/会员姓名,消费项目名细,核算单价,数量,折扣率,实收合计",
        {
            "记录日期": "date", "流水号": "receipt", "身份ID": "member_no", "客户/会员姓名": "name",
            "消费项目名细": "item",
            "核算单价": "unit_price", "数量": "quantity", "实收合计": "net_amount",
        },
    ),
    "sales-coffee-house.csv": (
        CHICAGO,
        ("transaction_id,transaction_date,transaction_time,sales_outlet_id,customer_id,product_id,product,quantity,"
        "line_item_amount,unit_price"),
        {
            "transaction_id": "receipt", "transaction_date": "date", "transaction_time": "time",
            "sales_outlet_id": "store",
            "customer_id": "member_no", "product_id": "sku", "product": "item", "quantity": "quantity",
            "line_item_amount": "net_amount", "unit_price": "unit_price",
        },
    ),
    "sales-clover.csv": (
        CHICAGO,
        "Payment Date,Order ID,Order Date,Order Employee Name,Tender,Currency,Amount,Customer Name,Result",
        {
            "Order ID": "receipt", "Order Date": "datetime", "Order Employee Name": "cashier",
            "Tender": "payment_method",
            "Amount": "net_amount", "Customer Name": "name",
        },
    ),
}  # fmt: skip


def _sales() -> Iterator[Made]:
    for name, (shop, header, fields) in _SALES.items():
        made = sales(name, 7, english=shop is CHICAGO)
        fill = {"Currency": "USD", "Result": "SUCCESS", "Payment Date": "2026-03-02", "就餐人数": "2", "折扣率": "1"}
        table = sold(fields, made, shop, header=columns(header), fill=fill)
        yield made_of(name, table, "unknown_till", shop=shop)
    made = [
        replace(sale, buyer=sale.buyer and replace(sale.buyer, member_no="0"))
        for sale in sales("nobody is 0", 7, english=True)
    ]
    fields = {
        "transaction_id": "receipt",
        "transaction_date": "date",
        "customer_id": "member_no",
        "line_item_amount": "net_amount",
    }
    table = sold(fields, made, CHICAGO, hides=("member_no",))
    yield made_of("sales-of-customer-0.csv", table, "walk_in", shop=CHICAGO)
    words = ("散客", "-", "佚名", "匿名", "", "--", "非会员")
    made = [replace(sale, buyer=None) for sale in sales("walk-ins", 7)]
    fields = {"单号": "receipt", "日期": "date", "会员": "name", "实收金额": "net_amount"}
    table = sold(fields, made, SHANGHAI)
    for row, word in zip(table.rows[1:], words, strict=True):
        row[2] = word
    yield made_of("sales-to-nobody.csv", table, "walk_in")


def _reports() -> Iterator[Made]:
    """Sums of a day or of an article are no receipts: they are not to be taken for sales."""
    header = columns(
        "门店名称,商品分类,收入分组,商品编码,商品名称,规格,商品类型,点单方式,单卖数量(不含套餐子商品),"
        "数量(含套餐子商品),"
        "退货数量(不含套餐子商品),单位,销售单价,销售金额,折后金额,分摊优惠,实退金额,实收"
    )
    rows: list[list[object]] = [["商品销量报表"], ["门店名称:一店"], ["查询条件:2026-03-01 至 2026-03-31"], [*header]]
    amounts = ["3", "4", "0", "杯", "12.00", "36.00", "36.00", "0.00", "0.00", "36.00"]
    rows += [["一店", "饮品", "堂食", f"0{at}", f"奶茶{at}", "中", "普通", "扫码", *amounts] for at in range(10, 18)]
    rows.append(["合计", *[""] * 16, "288.00"])
    refusal = refused(SHANGHAI, "field_missing")
    yield Made("report-of-articles.xlsx", workbook({"报表": rows}), refusal, ("title_rows", "no_receipts"))
    rows = [["综合营业统计"], [], ["营业日期", "营业额", "", "订单数", ""], ["", "应收", "实收", "堂食", "外卖"]]
    rows += [[f"2026-03-{day:02}", "1200.00", "1100.00", "30", "12"] for day in range(1, 13)]
    yield Made("report-of-days.xlsx", workbook({"统计": rows}), refusal, ("merged_header", "no_receipts"))
