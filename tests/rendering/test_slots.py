"""A template may use a reader in any way: the filled mail equals a full render."""

from __future__ import annotations

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from ccmail.rendering.environment import MailEnvironment
from ccmail.rendering.slots import FieldSlot, FieldTracker, Slotted, UnsafeLink, Use, filler_of, tracker_of, wrap_text

MACROS = """
{%- macro bold(x) %}<b>{{ x }}</b>{% endmacro %}
{%- macro twice(x) %}{{ caller(x) }}{{ caller(x) }}{% endmacro %}
"""
ENVIRONMENT = MailEnvironment(jinja2.DictLoader({"macros.html": MACROS}), autoescape=True)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)

# (template, the fields that it uses for a="x<&y", b="")
TEMPLATES = [
    ("{{ a }}", []),
    ("{{ a }} and {{ b }} and {{ a }}", []),
    ("{{ [a, b][0] }}", []),
    ("{{ {'k': a}.k }}", []),
    ("{% for x in [a, b] %}{{ loop.index }}{{ x }}{% endfor %}", []),
    ("{% set x = a %}{{ x }}", []),
    ("{% with x = a %}{{ x }}{% endwith %}", []),
    ("{% set c %}[{{ a }}]{% endset %}{{ c }}", []),
    ("{% import 'macros.html' as m %}{{ m.bold(a) }}", []),
    ("{% import 'macros.html' as m %}{% call(x) m.twice(a) %}{{ x }}!{% endcall %}", []),
    ("{{ a | urlencode }}", []),
    ("{{ a if 1 else b }}", []),
    ("{{ a | upper }}", ["a"]),
    ("{{ a.upper() }}{{ a[0:1] }}{{ a[:-1] }}", ["a"]),
    ("{% if a == 'x' %}1{% else %}{{ b }}{% endif %}", ["a"]),
    ("{% if b %}1{% endif %}{{ a }}", ["b"]),
    ("{% if not b %}1{% endif %}", ["b"]),
    ("{{ a or b }}", ["a"]),
    ("{{ b and a }}", ["b"]),
    ("{{ a ~ '-' ~ b }}", ["a", "b"]),
    ("{{ a + 'z' }}{{ '%s' % b }}", ["a", "b"]),
    ("{{ '%s %s' | format(a, b) }}{{ '{0}'.format(a) }}", ["a", "b"]),
    ("{{ [a, b] | join(', ') }}", ["a", "b"]),
    ("{{ [a, b] | map('upper') | join }}", ["a", "b"]),
    ("{% for x in [a, b] | sort %}{{ x }}{% endfor %}", ["a", "b"]),
    ("{% for c in a %}{{ c }}-{% endfor %}", ["a"]),
    ("{% for x in [1, 2] if a %}{{ x }}{% endfor %}", ["a"]),
    ("{{ a | length + 1 }}{{ a is string }}{{ a in ['x', b] }}", ["a", "b"]),
    ("{{ a | default('z') }}{{ nothing | default('z') }}{{ a is defined }}", ["a"]),
    ("{% set c %}{{ b }}{% endset %}{% if c %}full{% else %}empty{% endif %}", ["b"]),
    ("{% set c %}{{ a }}{% endset %}{{ c | length }}{{ c.lower() }}", ["a"]),
    ("{% set c | upper %}{{ a }}{% endset %}{{ c }}", ["a"]),
    ("{% filter upper %}x{{ a }}{% endfilter %}", ["a"]),
    ("{% import 'macros.html' as m %}{{ m.bold(a) | upper }}{{ m.bold(b) == '<b></b>' }}", ["a", "b"]),
    ("{% set n = namespace(v=a) %}{{ n.v }}{{ dict(x=b).x }}", ["a", "b"]),
    ("{{ (a, b) | first }}", ["a", "b"]),
]


def _rendered(source: str, fields: dict[str, str]) -> tuple[str, str, list[str]]:
    tracker, naive = FieldTracker(fields), FieldTracker(fields, compiled=False)
    template = ENVIRONMENT.from_string(source)
    with tracker_of(tracker):
        slotted = template.render(tracker.slots())
    with tracker_of(naive):
        full = naive.finish(Markup(template.render(naive.slots())))  # noqa: S704  # as render does
    filled = "".join(p if isinstance(p, str) else str(escape(p.filler()(fields))) for p in tracker.pieces(slotted))
    return filled, str(full), list(tracker.used)


@pytest.mark.parametrize(("source", "looked_at"), TEMPLATES)
def test_filling_equals_rendering_and_only_what_is_used_is_looked_at(source: str, looked_at: list[str]) -> None:
    filled, full, seen = _rendered(source, {"a": "x<&y", "b": ""})

    assert filled == full
    assert seen == looked_at


@pytest.mark.parametrize("source", [source for source, _ in TEMPLATES])
@given(a=WORDS, b=WORDS)
def test_filling_equals_rendering_for_any_reader(source: str, a: str, b: str) -> None:
    filled, full, _ = _rendered(source, {"a": a, "b": b})

    assert filled == full


def test_readers_with_the_same_looked_at_values_share_a_rendering() -> None:
    source = "{% if a == 'x' %}{{ b }}{% endif %}"
    tracker = FieldTracker({"a": "x", "b": "one"})

    with tracker_of(tracker):
        slotted = ENVIRONMENT.from_string(source).render(tracker.slots())

    assert tracker.used == {"a": "x"}
    assert filler_of(tracker.pieces(slotted))({"a": "x", "b": "two"}) == "two"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "", "https://a b", "//x"])
def test_a_field_that_is_no_link_is_refused_where_a_whole_link_is_wanted(address: str) -> None:
    with pytest.raises(UnsafeLink):
        Slotted(FieldSlot("link"), Use.WHOLE_URL).filler()({"link": address})


def test_a_paragraph_with_slots_is_wrapped_when_they_are_filled() -> None:
    name = "Wolfeschlegelsteinhausenbergerdorff " * 4
    tracker = FieldTracker({"name": ""})

    text = tracker.wrap(f"Guten Tag {tracker.mark_field('name')}, wie schön", "- ", "  ")
    filled = filler_of(tracker.pieces(text))({"name": name})

    assert filled == wrap_text(f"Guten Tag {name}, wie schön", "- ", "  ")
    assert max(map(len, filled.split("\n"))) <= 76


@given(
    before=st.lists(
        st.sampled_from(["Wir", "laden", "Veranstaltung", "x" * 80, " ", "\n", "\xa0", "(", "–"]), max_size=40
    ),
    values=st.tuples(WORDS, WORDS),
    hanging=st.sampled_from(["", "  "]),
)
def test_the_lines_before_the_first_slot_are_set_as_they_would_be_with_the_rest(
    before: list[str], values: tuple[str, str], hanging: str
) -> None:
    begun = " ".join(before)
    tracker = FieldTracker({"a": "", "b": ""})

    text = tracker.wrap(f"{begun}{tracker.mark_field('a')} und {tracker.mark_field('b')}", "", hanging)
    filled = filler_of(tracker.pieces(text))({"a": values[0], "b": values[1]})

    assert filled == wrap_text(f"{begun}{values[0]} und {values[1]}", "", hanging)


def test_a_readers_value_that_looks_like_a_marker_stays_text() -> None:
    tracker = FieldTracker({"a": "", "b": "B"})
    forged = tracker.mark_field("b")

    filled = filler_of(tracker.pieces(tracker.mark_field("a")))({"a": forged, "b": "B"})

    assert filled == forged


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ cycler.__init__.__globals__.os.environ }}",
        "{{ lipsum.__globals__['os'].popen('id').read() }}",
        "{{ ''|attr('__class__') }}",
        "{{ '{0.__class__}'.format(a) }}",
        "{% set f='{0.__class__}'.format %}{{ f(a) }}",
        "{{ [a]|map(attribute='__class__')|first }}",
        "{{ a.__class__ }}",
        "{{ words.delete() }}",
        "{{ a.marker() }}",
    ],
)
def test_a_template_cannot_leave_its_sandbox(attack: str) -> None:
    class Words:
        def delete(self) -> str:
            return "deleted"

    tracker = FieldTracker({"a": "x"})

    with tracker_of(tracker), pytest.raises(jinja2.TemplateError):
        ENVIRONMENT.from_string(attack).render({**tracker.slots(), "words": Words()})
