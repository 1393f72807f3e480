"""Codes as squares of dots (QR), of the sturdiest kind that is no larger: a smudge costs nothing."""

from io import BytesIO

import segno


def make_code(text: str) -> segno.QRCode:
    """The square that a phone reads as the text."""
    return segno.make_qr(text, error="m", boost_error=True)


def as_svg(text: str) -> str:
    """The square as an element of a page, as large as its place."""
    return make_code(text).svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None)


def as_png(text: str) -> bytes:
    """The square as a picture of two colours, ten points a dot."""
    picture = BytesIO()
    make_code(text).save(picture, kind="png", border=2, scale=10)
    return picture.getvalue()
