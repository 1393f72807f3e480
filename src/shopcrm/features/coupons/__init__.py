"""Coupons: given out, checked, redeemed, changed and traced; each command loads its own module alone."""
