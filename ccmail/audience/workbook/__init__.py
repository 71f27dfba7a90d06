"""The file of a list in Excel or Calc becomes rows, with the problems of what such a program shows of them.

The public function is `reading.read_workbook`. `look` is how a sheet looks (hidden, struck through, merged); `xlsx`,
`ods` and `xls` find it in the three formats, `said` makes problems of it. python-calamine reads the values.
"""

from __future__ import annotations
