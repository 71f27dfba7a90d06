"""The words of a campaign, compared with its facts: weekdays, dates, times, numbers, language, leftovers.

And what in them is no Markdown. German and English are read; texts in other languages are only looked at where no
language matters.
"""

from ccmail.checks.texts import counts, dates, language, links, markup, tables  # noqa: F401 - they register
