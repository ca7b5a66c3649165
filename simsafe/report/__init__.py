"""What is handed to a partnership: the board report, its tables as a workbook, and a child's chronology as a page."""

from simsafe.report.board import FIGURES, figure, write_report
from simsafe.report.workbook import write_workbook

__all__ = ["FIGURES", "figure", "write_report", "write_workbook"]
