"""What is handed to a partnership: the board report, its tables as a workbook, and a child's chronology as a page."""
