"""Ratios against raw floors that are measured in the same run: `make bench`."""
