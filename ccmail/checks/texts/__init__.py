"""What the words of a campaign say against its facts: weekdays, dates, times, numbers, language, leftovers.

German and English are read; texts in other languages are only looked at where no language matters.
"""

from ccmail.checks.texts import counts, dates, language, links  # noqa: F401 - they register
