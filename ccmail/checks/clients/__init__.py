"""The knowledge of the mail programs of a workspace's readers, by the tests of caniemail.com.

Styles in the elements (the base layer) and those in the head are judged apart: GMX and WEB.DE drop the head wholly, so
what stands in the elements has to be right alone, and what stands in the head may only make it nicer.
"""

from ccmail.checks.clients import unknown  # noqa: F401 - its rules register
