"""Exports: workbooks one likes to open, made from what the sweeps left in the book."""

from shopcrm.features.exports.customers import export_customers
from shopcrm.features.exports.segments import export_segments
from shopcrm.features.exports.winback import export_winback
from shopcrm.features.exports.writing import Exported

__all__ = ["Exported", "export_customers", "export_segments", "export_winback"]
