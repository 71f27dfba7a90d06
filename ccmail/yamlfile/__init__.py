"""Stage 0: a YAML file becomes nodes with line and column; nodes become a pydantic model, or all Problems at once.

The public verbs are `read_document` and `bind`. Nothing else in ccmail imports yaml. Every scalar is read as
text: the model decides its type. The field types for models have modules of their own, named by nouns.
"""

from __future__ import annotations

from ccmail.yamlfile.addresses import MailAddress, WebLink
from ccmail.yamlfile.binding import bind
from ccmail.yamlfile.document import Document, parse_document, read_document
from ccmail.yamlfile.lines import Line, Prose
from ccmail.yamlfile.localized import Localized
from ccmail.yamlfile.models import nearest_field
from ccmail.yamlfile.nodes import Field, FieldsNode, ListNode, Node, TextNode
from ccmail.yamlfile.paths import FilePath
from ccmail.yamlfile.reading import FromText, ReadContext, ValueProblem, Written, remark
from ccmail.yamlfile.salvage import STOPGAP, salvage
from ccmail.yamlfile.text import SourceText
from ccmail.yamlfile.zones import Zone

__all__ = [
    "STOPGAP",
    "Document",
    "Field",
    "FieldsNode",
    "FilePath",
    "FromText",
    "Line",
    "ListNode",
    "Localized",
    "MailAddress",
    "Node",
    "Prose",
    "ReadContext",
    "SourceText",
    "TextNode",
    "ValueProblem",
    "WebLink",
    "Written",
    "Zone",
    "bind",
    "nearest_field",
    "parse_document",
    "read_document",
    "remark",
    "salvage",
]
