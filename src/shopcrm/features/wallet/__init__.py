"""Stored value: paid in ahead with a bonus on top, spent at the counter, given back, and explained in a statement.

Nothing is loaded here: a payment at the counter must not pay for what only the nights need.
"""
