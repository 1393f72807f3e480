"""Knows again who was erased, by keyed hashes of what named them; asks nothing of a book in which nobody was."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Date, select

from shopcrm.core.book import Book
from shopcrm.core.errors import CustomerErased, IdentityErased
from shopcrm.core.identities import KIND_WORDS
from shopcrm.core.language import translate
from shopcrm.core.masking import mask
from shopcrm.core.schema.bare import bare
from shopcrm.core.schema.people import customer

_erasure = bare("erasure", "customer_id", on=Date)
_secret = bare("erasure_secret", "secret")
_identity = bare("erased_identity", "digest", "customer_id")
_OF_SOURCE = ("till_id", "name")  # these identify only within the source that wrote them


class Erased:
    """The identities of everyone who was erased."""

    def __init__(self, secrets: list[str], digests: dict[str, int | None]) -> None:
        self._secrets, self._digests = secrets, digests

    def knows(self, kind: str, value: str, source: str = "") -> bool:
        """Whether an identity, in its kept form, is one of somebody who was erased."""
        return any(digest in self._digests for digest in self._each(kind, value, source))

    def digests_of(self, kind: str, value: str, source: str = "") -> list[str]:
        """Every hash by which the identity may stand on the list."""
        return list(self._each(kind, value, source))

    def _each(self, kind: str, value: str, source: str) -> Iterator[str]:
        return (digest_of(secret, kind, value, source) for secret in self._secrets)


def refuse_erased(book: Book, identities: Iterable[tuple[str, str]], *, is_again: bool = False) -> None:
    """Raises IdentityErased for an identity of somebody who was erased; where they come again, forgets that it is."""
    erased = load_erased(book)
    for kind, value in identities if erased else ():
        if erased and erased.knows(kind, value):
            if not is_again:
                raise IdentityErased(identity=f"{translate(KIND_WORDS[kind])} {mask(kind, value)}")
            _forget(book, erased.digests_of(kind, value))


def refuse_erased_code(book: Book, code: str) -> None:
    """Raises CustomerErased for the code of a customer who was erased."""
    wanted = select(customer.c.code, _erasure.c.on).join(_erasure, _erasure.c.customer_id == customer.c.id)
    row = book.connection.execute(wanted.where(customer.c.code == code)).one_or_none()
    if row:
        raise CustomerErased(customer=row[0], on=row[1])


def erased_ids(book: Book) -> frozenset[int]:
    """The row keys of everyone who was erased: their sales count, and nobody is there to be written to."""
    return frozenset(book.connection.scalars(select(_erasure.c.customer_id)))


def load_erased(book: Book) -> Erased | None:
    """Everyone who was erased; None where nobody was."""
    if __name__ not in book.known:
        secrets = list(book.connection.scalars(select(_secret.c.secret)))
        rows = book.connection.execute(select(_identity.c.digest, _identity.c.customer_id)) if secrets else ()
        digests = {row[0]: row[1] for row in rows}
        book.known[__name__] = Erased(secrets, digests) if digests else None
    found: Erased | None = book.known[__name__]
    return found


def _forget(book: Book, digests: Sequence[str]) -> None:
    book.connection.execute(_identity.delete().where(_identity.c.digest.in_(digests)))
    book.known.pop(__name__, None)


def digest_of(secret: str, kind: str, value: str, source: str) -> str:
    """The keyed hash of an identity (HMAC-SHA256): without the key nobody tries all phones against it."""
    import hmac

    said = "\x1f".join((kind, value, source if kind in _OF_SOURCE else ""))
    return hmac.digest(bytes.fromhex(secret), said.encode(), "sha256").hex()
