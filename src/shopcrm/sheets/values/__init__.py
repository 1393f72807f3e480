"""Columns of one kind of value, decided from all their cells: dates, amounts, texts."""
