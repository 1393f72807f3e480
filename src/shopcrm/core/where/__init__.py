"""The language that customers are chosen in, as a text and as a tree: `tier = gold and recency_days > 60`.

Nothing here knows a book; what a tree means in one is worked out in `core/choosing`.
"""
