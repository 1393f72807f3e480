"""What staff write down about a customer: notes, why somebody did not buy, and what somebody prefers."""
