"""What a sale keeps of its points while parts of it are given back."""

from fractions import Fraction

from shopcrm.features.points.worth import Lines


class Share:
    """The points of one sale, and what of it refunds have given back so far; to be told of them in their order.

    A refund takes back in proportion to what it gives back of the part that earned (`base_minor`), so that it goes by
    its lines where it has some; the one that gives back the last of the sale takes the exact remainder.
    """

    def __init__(self, points: int, sold_minor: int, base_minor: int, excluded_minor: int) -> None:
        self._points, self._sold_minor, self._base_minor = points, sold_minor, base_minor
        self._earning_minor = sold_minor - excluded_minor
        self._returned_minor = 0
        self._returned: Fraction | int = 0  # of the base; whole as long as it can be: fractions cost ten times as much

    def after(self, refund_minor: int, own: Lines) -> int:
        """The points that the sale keeps after one more refund, whose amount is below zero."""
        base_minor = self._base_minor
        self._returned_minor -= refund_minor
        if own.has_lines:
            self._returned -= _part(refund_minor - own.excluded_minor, base_minor, self._earning_minor)
        else:
            self._returned -= _part(refund_minor, base_minor, self._sold_minor)
        if self._returned_minor >= self._sold_minor or base_minor <= 0:
            return 0
        return int(self._points * max(0, base_minor - self._returned) // base_minor)

    def inputs(self, refund_minor: int, sold_revision: int, left: int) -> dict[str, object]:
        """What the clawback of the refund told of last was worked out from; `left` points were there before it.

        Where earlier refunds count along, what came back with them; where it goes by lines, what of that had earned.
        """
        said: dict[str, object] = {"net_minor": refund_minor, "sale_minor": self._sold_minor}
        said |= {"sale_points": self._points, "sale_revision": sold_revision}
        if self._base_minor != self._sold_minor:
            said["sale_base_minor"] = self._base_minor
        if left != self._points:
            said["left_points"] = left
        if self._returned_minor != -refund_minor:
            said["returned_minor"] = self._returned_minor
        if self._returned * self._sold_minor != self._returned_minor * self._base_minor:
            said["returned_base_minor"] = self._returned if isinstance(self._returned, int) else str(self._returned)
        return said


def clawback_key(refund_id: int, refund_revision: int, sold_revision: int) -> str:
    """The key under which a refund takes back; it names all that it was worked out from."""
    return f"reverse:refund:{refund_id}:{refund_revision}:{sold_revision}"


def _part(minor: int, numerator: int, denominator: int) -> Fraction | int:
    """That part of an amount; all of it where there is nothing to divide by."""
    return Fraction(minor * numerator, denominator) if denominator and numerator != denominator else minor
