"""shopcrm keeps a small shop's customers: see README.md."""

__version__ = "0.1.0"
