"""What a text that chooses customers means in a book: a condition over customers, and a sentence.

Values are bound, never written into a statement; rows of merged customers count for who answers for them, and facts
after the business date are not seen. `core/audience.py` is the door that everyone else uses.
"""
