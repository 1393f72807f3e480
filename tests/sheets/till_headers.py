"""The header rows of real exports, whole, as their tills write them."""


def columns(text: str, delimiter: str = ",") -> list[str]:
    """The headers of a line."""
    return text.replace("\n", "").split(delimiter)


HEADERS = {
    "square_items": columns(
        "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,"
        "Net Sales,Tax,"
        "Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,Customer ID,"
        "Customer Name,"
        "Customer Reference ID,Unit,Count,GTIN,Itemization Type,Commission,Employee,Fulfillment Note,Channel,Token,"
        "Card Brand,PAN Suffix"
    ),
    "square_transactions": columns(
        "Date,Time,Time Zone,Gross Sales,Discounts,Service Charges,Net Sales,Gift Card Sales,Tax,Tip,Partial Refunds,"
        "Total Collected,Source,Card,Card Entry Methods,Cash,Square Gift Card,Other Tender,Other Tender Type,"
        "Tender Note,"
        "Fees,Net Total,Transaction ID,Payment ID,Card Brand,PAN Suffix,Device Name,Staff Name,Staff ID,Details,"
        "Description,Event Type,Location,Dining Option,Customer ID,Customer Name,Customer Reference ID,"
        "Device Nickname,"
        "Third Party Fees,Deposit ID,Deposit Date,Deposit Details,Fee Percentage Rate,Fee Fixed Rate,Refund Reason,"
        "Discount Name,Transaction Status,Cash App,Order Reference ID,Fulfillment Note,Free Processing Applied,"
        "Channel,"
        "Unattributed Tips,Table Info,International Fee"
    ),
    "square_customers": columns(
        "Reference ID,First Name,Last Name,Email Address,Phone Number,Nickname,Company Name,Street Address 1,"
        "Street Address 2,City,State,Postal Code,Birthday,Memo,Square Customer ID,Creation Source,First Visit,"
        "Last Visit,"
        "Transaction Count,Lifetime Spend,Email Subscription Status,Instant Profile,Blocked from online booking"
    ),
    "shopify_customers": columns(
        "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,"
        "Default Address Address1,"
        "Default Address Address2,Default Address City,Default Address Province Code,Default Address Country Code,"
        "Default Address Zip,Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,"
        "Tax Exempt,Tags"
    ),
    "shopify_orders": columns(
        "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,"
        "Shipping,"
        "Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,"
        "Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,"
        "Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,"
        "Billing City,Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,"
        "Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,Shipping Province,"
        "Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,"
        "Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,"
        "Lineitem discount,Tax 1 Name,Tax 1 Value,Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,"
        "Tax 4 Value,"
        "Tax 5 Name,Tax 5 Value,Phone,Receipt Number,Duties,Billing Province Name,Shipping Province Name,Payment ID,"
        "Payment Terms Name,Next Payment Due At,Payment References"
    ),
    "loyverse_items": columns(
        "Date,Receipt number,Receipt type,Category,SKU,Item,Variant,Modifiers applied,Quantity,Gross sales,Discounts,"
        "Net sales,Cost of goods,Gross profit,Taxes,POS,Store,Cashier name,Customer name,Customer contacts,Comment,"
        "Status"
    ),
    "loyverse_receipts": columns(
        "Date,Receipt number,Receipt type,Gross sales,Discounts,Net sales,Taxes,Total collected,Cost of goods,"
        "Gross profit,Payment type,Description,Dining option,POS,Store,Cashier name,Customer name,"
        "Customer contacts,Status"
    ),
    "loyverse_customers": columns(
        "Customer ID,Customer name,Email,Phone,First visit,Last visit,Total visits,Total spent,Address"
    ),
    "woocommerce_customers": columns(
        "Name,Username,Last Active,Sign Up,Email,Orders,Total Spend,AOV,Country / Region,City,Region,Postal Code,"
        "Billing Phone,Shipping Phone,Role"
    ),
    "prestashop_customers": columns(
        "Customer ID;Active (0/1);Titles ID (Mr = 1, Ms = 2, else 0);Email *;Password *;Birthday (yyyy-mm-dd);"
        "Last Name *;First Name *;Newsletter (0/1);Opt-in (0/1);Registration date (yyyy-mm-dd);Groups (x,y,z...);"
        "Default group ID",
        ";",
    ),
    "toast_items": columns(
        "Location,Order Id,Order #,Sent Date,Order Date,Check Id,Server,Table,Dining Area,Service,Dining Option,"
        "Item Selection Id,Item Id,Master Id,SKU,PLU,Menu Item,Menu Subgroup(s),Menu Group,Menu,Sales Category,"
        "Gross Price,Discount,Net Price,Qty,Tax,Void?,Deferred,Tax Exempt,Tax Inclusion Option,Dining Option Tax,"
        "Tab Name"
    ),
    "youzan_customers": columns(
        "客户姓名,客户昵称,客户手机号,客户生日,客户性别,标签,是否会员,成长值,免费等级,付费等级,权益卡,客户积分,"
        "客户储值余额,消费次数,"
        "消费金额,累计退款金额,累计退款订单数,笔单价,上次消费时间,分销员,导购员,企微好友,来源渠道,来源方式,"
        "成为客户时间,成为会员时间,"
        "成为会员店铺,公众号,公众号关注时间,最近浏览时间,微信地域,所属区域,指定时间消费次数,指定时间消费金额,"
    ),
    "youzan_orders": columns(
        "订单号,销售渠道,归属店铺,订单类型,订单状态,推广方式,订单来源,订单创建时间,买家付款时间,交易成功时间,"
        "付款方式,支付流水号,"
        "商品金额合计,运费,店铺优惠合计,应收订单金额,订单实付金额,支付优惠合计,订单实收金额,订单抵用积分数,"
        "店铺优惠方式,支付优惠方式,"
        "全部商品名称,商品种类数,订单配送方式,同城送达时间/提货时间,收货人省份,收货人城市,收货人地区,"
        "详细收货地址/提货地址,"
        "收货人/提货人,收货人手机号/提货人手机号,买家备注,订单星级,买家昵称,买家是否会员,买家手机号,下单网点,"
        "收银员,分销员,销售导购,"
        "专属导购,订单退款状态,订单已退款金额,商家订单备注,桌号,挂账主体,挂账手机号,团长订单,订单风险标签,分销员,"
        "分销员手机号"
    ),
    "youzan_lines": columns(
        "订单号,商品名称,订单创建时间,运费,订单实付金额,买家姓名,买家手机号,商家订单备注,订单商品状态,商品类型,"
        "商品类目,商品规格,"
        "商品编码,商品单价,商品数量,商品留言,商品发货物流公司,商品发货物流单号,商品退款状态,商品已退款金额"
    ),
    "pospal_members": columns(
        "会员号,姓名,手机号,折扣,积分,余额,会员等级,生日,会员生日类型 (0=农历 1=公历),性别,开卡日期,备注"
    ),
    "pospal_sales": columns("流水号,会员,日期,类型,商品名称,商品分类,销售数量,单价,实收金额,支付方式,收银员,备注"),
    "meituan_orders": columns(
        "营业日期,订单号,经营模式,订单来源,用餐方式,下单时间,结账时间,桌牌号,桌台区域,用餐人数,订单金额（元）,"
        "顾客应付（元）,"
        "支付合计（元）,订单优惠（元）,订单收入（元）,结账方式,订单状态,整单备注"
    ),
    "meituan_lines": columns(
        "订单编号,取餐号,桌牌号,菜品编码,菜品名称,规格,做法,加料,销售数量,单位,金额合计（元）,菜品优惠（元）,"
        "菜品收入（元）,备注"
    ),
    "taobao_orders": columns(
        "订单编号,买家会员名,买家支付宝账号,买家应付货款,买家应付邮费,买家支付积分,总金额,返点积分,"
        "买家实际支付金额,买家实际支付积分,"
        "订单状态,买家留言,收货人姓名,收货地址,运送方式,联系电话,联系手机,订单创建时间,订单付款时间,宝贝标题,"
        "宝贝种类,物流单号,"
        "物流公司,订单备注,宝贝总数量,店铺Id,店铺名称,订单关闭原因,卖家服务费,买家服务费,发票抬头,是否手机订单,"
        "分阶段订单信息,"
        "定金排名,修改后的sku,修改后的收货地址,异常信息"
    ),
    "generic_en": columns(
        "receipt,date,time,store,cashier,member_no,phone,sku,item,category,quantity,unit_price,discount,net_amount,"
        "payment_method"
    ),
    "generic_zh": columns(
        "单号,日期,时间,门店,收银员,会员卡号,手机号,货号,商品名称,类别,数量,单价,折扣,实收金额,支付方式"
    ),
    "online_retail": columns("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"),
}

# What the same tills wrote in other years, languages and versions.
VARIANTS = {
    "square_items": [HEADERS["square_items"][:24]],
    "square_transactions": [
        [cell for cell in HEADERS["square_transactions"][:44] if cell != "Tender Note"] + ["Other Tender Note"]
    ],
    "shopify_customers": [
        columns(
            "First Name,Last Name,Email,Accepts Email Marketing,Company,Address1,Address2,City,Province,"
            "Province Code,"
            "Country,Country Code,Zip,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Tags,Note,Tax Exempt"
        )
    ],
    "loyverse_items": [
        columns(
            "Tanggal;Nomor struk;Jenis struk;Kategori;SKU;Barang;Varian;Pemodifikasi diterapkan;Kuantitas;"
            "Penjualan Kotor;"
            "Diskon;Penjualan bersih;Harga pokok;Laba kotor;Pajak;Jenis pesanan;POS;Toko;Nama Kasir;Nama Pelanggan;"
            "Kontak Pelanggan;Komentar;Keadaan",
            ";",
        )
    ],
    "prestashop_customers": [[cell for cell in HEADERS["prestashop_customers"] if not cell.startswith("Registration")]],
    "toast_items": [
        columns(
            "Location,Order Id,Order #,Sent Date,Order Date,Check Id,Server,Table,Dining Area,Service,Dining Option,"
            "Menu Item,Menu Group,Sales Category,Gross Price,Discnt,Net Price,Qty,Tax,Void?"
        )
    ],
    "pospal_members": [columns("会员号,手机号,折扣,积分,余额")],
    "pospal_sales": [columns("会员,日期,类型,实收金额")],
    "taobao_orders": [columns("订单编号,总金额,买家实际支付金额,收货地址 ,订单创建时间,订单付款时间 ,退款金额")],
    "generic_zh": [
        columns(
            "单号,原单号,日期,时间,门店,收银员,会员卡号,手机号,类型,货号,商品名称,类别,数量,单价,实收金额,支付方式,"
            "退货原因"
        )
    ],
    "online_retail": [columns("Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country")],
}
