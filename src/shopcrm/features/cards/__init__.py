"""Visit cards: ten haircuts paid for ahead, used one by one, and never more often than were paid for.

Nothing is loaded here: a visit at the counter must not pay for what only the nights need.
"""
