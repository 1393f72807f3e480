"""Taking a batch back: as if it had never come, points and all; or a refusal that names what depends on it."""

from shop import Shop
from shopcrm.core import wallet
from shopcrm.core.schema import every_table
from shopcrm.features import imports

HEAD = "receipt,date,phone,name,item,amount,original receipt\n"
ANA, BO = "13800138000", "13900139000"
SALE = f"R-1,2026-01-05,{ANA},Ana,Hat,100.00,\n"


def undo(shop: Shop, batch: int) -> imports.Undone:
    with shop.writing() as book:
        return imports.undo(book, batch)


def balances(shop: Shop) -> dict[str, int]:
    """Points by phone, of who has any."""
    return dict(
        shop.rows(
            "SELECT value, sum(points) FROM points_entry JOIN identity USING (customer_id)"
            " WHERE identity.kind = 'phone' GROUP BY value HAVING sum(points) <> 0"
        )
    )


def lots(shop: Shop) -> list[tuple[int, int]]:
    """(lot, points left) of every lot with something left."""
    return shop.rows(
        "SELECT id, points - coalesce((SELECT sum(points) FROM points_draw WHERE lot_id = id), 0) AS rest"
        " FROM points_lot WHERE rest <> 0 ORDER BY id"
    )


def test_what_a_batch_added_goes_and_what_it_changed_is_as_before(shop: Shop) -> None:
    shop.import_text(HEAD + SALE + f"R-2,2026-01-06,{BO},Bo,Hat,20.00,\n")
    before = shop.dump()
    changing = f"R-1,2026-01-05,{ANA},Ana,Silk dress,70.00,\nR-1,2026-01-05,{ANA},Ana,Belt,5.00,\n"
    shop.import_text(HEAD + changing + "R-3,2026-01-07,13700137000,Cai,Hat,30.00,\n")

    undone = undo(shop, 2)

    assert shop.dump() == before
    assert (undone.receipts_removed, undone.receipts_restored, undone.customers_removed) == (1, 1, 1)
    assert (undone.receipts_withdrawn, undone.customers_kept, undone.entries) == (0, 0, 0)
    assert shop.check().items


def test_a_customer_sheet_taken_back_leaves_names_and_birthdays_as_they_were(shop: Shop) -> None:
    head = "member no,name,phone,birthday,e-mail,tags\n"
    shop.import_text(head + f"M-1,Ana,{ANA},1990-03-04,,\n", "members.csv")
    before = shop.dump()
    shop.import_text(head + f"M-1,Anna,{ANA},1990-03-05,ana@example.com,vip\nM-2,Bo,{BO},,,\n", "members.csv")
    assert shop.dump() != before

    undone = undo(shop, 2)

    assert shop.dump() == before
    assert (undone.customers_removed, undone.customers_restored) == (1, 1)


def test_points_are_reversed_on_the_day_of_their_sale_and_are_not_earned_again(shop: Shop) -> None:
    shop.import_text(HEAD + SALE)
    shop.accrue()
    shop.import_text(HEAD + f"R-2,2026-02-05,{ANA},Ana,Hat,50.00,\nR-3,2026-02-06,{BO},Bo,Hat,30.00,\n")
    shop.accrue()

    undone = undo(shop, 2)

    assert (undone.points, undone.entries, undone.receipts_withdrawn) == (-80, 2, 2)
    assert undone.kept == ("C-0002",)
    assert balances(shop) == {f"+86{ANA}": 100}
    assert shop.rows('SELECT DISTINCT "on" FROM points_entry WHERE points < 0 ORDER BY "on"') == [
        ("2026-02-05",),
        ("2026-02-06",),
    ]
    assert shop.accrue().entries == 0
    assert shop.check().items


def test_a_sheet_that_was_taken_back_can_be_imported_again(shop: Shop) -> None:
    text = HEAD + SALE + f"R-2,2026-02-05,{BO},Bo,Hat,50.00,\nR-3,2026-02-06,{BO},Bo,Hat,-20.00,R-2\n"
    shop.import_text(text)
    shop.accrue()
    as_first = balances(shop)
    undo(shop, 1)
    assert balances(shop) == {}

    shop.import_text(text)
    shop.accrue()

    assert balances(shop) == as_first == {f"+86{ANA}": 100, f"+86{BO}": 30}
    assert shop.rows("SELECT count(*) FROM customer") == [(2,)]
    assert shop.check().items


def test_what_a_refund_took_goes_back_into_the_lots_it_came_from(shop: Shop) -> None:
    shop.import_text(HEAD + SALE + f"R-2,2026-01-09,{ANA},Ana,Hat,40.00,\n")
    shop.accrue()
    before = lots(shop)
    shop.import_text(HEAD + f"R-8,2026-01-20,{ANA},Ana,Hat,-60.00,R-1\n")
    assert shop.accrue().reversed_points == 60

    undone = undo(shop, 2)

    assert undone.points == 60
    assert lots(shop) == before == [(1, 100), (2, 40)]
    assert shop.accrue().entries == 0
    assert shop.check().items


def test_a_refund_waits_again_where_the_sale_it_found_is_taken_back(shop: Shop) -> None:
    shop.import_text(HEAD + "R-8,2026-01-20,,,Hat,-60.00,R-1\n")
    before = shop.dump()
    shop.import_text(HEAD + SALE)
    assert shop.rows("SELECT refund_of_id IS NOT NULL, customer_id FROM sale WHERE kind = 'refund'") == [(1, 1)]

    undo(shop, 2)

    assert shop.dump() == before


def test_a_changed_receipt_has_the_points_of_what_it_said_before(shop: Shop) -> None:
    shop.import_text(HEAD + SALE)
    shop.accrue()
    shop.import_text(HEAD + SALE.replace("100.00", "250.00"))
    shop.accrue()
    assert balances(shop) == {f"+86{ANA}": 250}

    assert undo(shop, 2).points == -150

    assert balances(shop) == {f"+86{ANA}": 100}
    assert shop.accrue().entries == 0
    assert shop.check().items


def test_a_refund_of_a_changed_receipt_takes_again_what_it_took_before(shop: Shop) -> None:
    refund = "R-8,2026-01-20,,,Hat,-30.00,R-1\n"
    walked_in = SALE.replace(ANA, "").replace("Ana", "")
    shop.import_text(HEAD + walked_in + refund)
    shop.accrue()
    shop.import_text(HEAD + SALE)  # the till knows by now who that was
    shop.accrue()
    assert balances(shop) == {f"+86{ANA}": 70}

    assert undo(shop, 2).points == -70

    assert balances(shop) == {}
    assert shop.accrue().entries == 0
    assert shop.check().items


def test_a_receipt_that_is_withdrawn_by_undoing_is_settled_with_it(shop: Shop) -> None:
    shop.import_text(HEAD + SALE)
    shop.accrue()

    undo(shop, 1)

    settled = "SELECT count(*) FROM points_entry JOIN sale ON sale.id = sale_id WHERE sale_revision = revision"
    assert shop.rows(settled) == [(1,)]


def test_points_that_a_changed_receipt_never_had_before_come_with_the_next_accrual(shop: Shop) -> None:
    shop.import_text(HEAD + SALE)
    shop.import_text(HEAD + SALE.replace("100.00", "250.00"))
    shop.accrue()

    undo(shop, 2)
    shop.accrue()

    assert balances(shop) == {f"+86{ANA}": 100}


def test_a_customer_who_reached_a_tier_stays_without_sales(boutique: Shop) -> None:
    boutique.import_text(HEAD + SALE.replace("100.00", "5000.00"))
    boutique.assign_tiers()

    undone = undo(boutique, 1)

    assert (undone.kept, undone.customers_removed, undone.receipts_removed) == (("C-0001",), 0, 1)
    assert boutique.rows("SELECT count(*) FROM customer") == [(1,)]


def test_segments_of_customers_who_go_go_with_them(shop: Shop) -> None:
    shop.import_text(HEAD + SALE)
    shop.refresh_segments()

    assert undo(shop, 1).customers_removed == 1

    assert shop.rows("SELECT count(*) FROM segment_snapshot") == [(0,)]
    assert shop.check().items


def test_what_a_stock_sheet_put_on_the_shelf_goes_and_what_it_changed_is_as_before(shop: Shop) -> None:
    head = "sku,item,quantity,price\n"
    shop.import_text(head + "A-1,Hat,5,100.00\n", "stock.csv", kind="stock")
    before = shop.dump()
    shop.import_text(head + "A-1,Hat,3,90.00\nA-2,Scarf,7,\n", "stock.csv", kind="stock")

    undone = undo(shop, 2)

    assert (undone.stock_removed, undone.stock_restored) == (1, 1)
    assert shop.dump() == before


def test_opening_balances_are_taken_back_and_can_be_opened_again(shop: Shop) -> None:
    open_balances(shop)
    assert (balances(shop), in_wallet(shop)) == ({f"+86{ANA}": 300}, (5000, 800))

    undone = undo(shop, 1)

    assert (undone.openings, undone.kept) == (2, ("C-0001",))
    assert (balances(shop), in_wallet(shop)) == ({}, (0, 0))
    assert shop.check().items

    open_balances(shop)
    assert (balances(shop), in_wallet(shop)) == ({f"+86{ANA}": 300}, (5000, 800))
    assert shop.rows("SELECT code FROM customer") == [("C-0001",)]
    assert shop.check().items


def in_wallet(shop: Shop) -> tuple[int, int]:
    """Principal and bonus of everybody together."""
    with shop.reading() as book:
        return wallet.balances(book, [1], until=None)[1]


def open_balances(shop: Shop) -> None:
    sheet = shop.path.parent / "members.csv"
    sheet.write_text(f"name,phone,points balance,wallet principal,wallet bonus\nAna,{ANA},300,50.00,8.00\n")
    with shop.reading() as book:
        staged = imports.stage(book, [sheet])
    with shop.writing() as book:
        imports.take_in(book, staged, opens_balances=True)


def test_a_receipt_withdrawn_by_hand_stays_withdrawn(shop: Shop) -> None:
    shop.import_text(HEAD + SALE)
    with shop.writing() as book:
        sale = every_table().tables["sale"]
        book.connection.execute(sale.update().values(withdrawn="hand", revision=2))

    assert undo(shop, 1).receipts_withdrawn == 1

    assert shop.rows("SELECT withdrawn FROM sale") == [("hand",)]
