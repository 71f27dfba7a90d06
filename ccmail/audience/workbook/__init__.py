"""The file of a list in Excel or Calc becomes rows, and what such a program shows of them.

`reading` is the way in. What the sheets look like (hidden, struck through, merged) is in `look`; `xlsx`, `ods` and `xls`
find it in the three formats, `said` puts it into words. The values themselves are read by python-calamine.
"""

from __future__ import annotations
