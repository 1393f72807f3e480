"""Points: earned by sales in a sweep, spent and corrected at the counter, explained in a statement.

Nothing is loaded here: a look at a statement at the counter must not pay for the sweep over all sales.
"""
