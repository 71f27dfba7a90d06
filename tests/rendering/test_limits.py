"""Templates can neither exhaust the computer nor see more than the mail (S1 to S9 of the threat list)."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ccmail.audience import Contact
from ccmail.calendar import Method, Revision
from ccmail.messages import Assembler, MailStamp
from ccmail.problems import CcmailError, InputError, Problem
from ccmail.rendering import LoadedCampaign, limits
from tests.messages.conftest import SENT_AT, loaded_of, variant_of

__all__ = ["loaded_of"]

LoadedOf = Callable[..., LoadedCampaign]
CANARY = "swordfish-4711"
HEAD = "type: review\nevent: {date: 12.3.2021}\nde:\n  title: Rückblick\n  text: |\n    "
LOOP, END = "{% for _ in range(99999) %}", "{% endfor %}"
LOOPS = LOOP * 3 + END * 3
IN_ONE_STEP = (
    "{{ 2 ** (2 ** 40) }}",
    "{% set n = namespace(x=7) %}{% for _ in range(99) %}{% set n.x = n.x * n.x %}{% endfor %}{{ n.x > 0 }}",
    "{{ 'a' * 10 ** 10 }}",
    "{{ 10 ** 10 * [1] }}",
    "{% set n = namespace(x='ab') %}{% for _ in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}{{ n.x | length }}",
    "{% set n = namespace(x='ab') %}{% for _ in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}{{ n.x | length }}",
    "{% set n = namespace(x='ab') %}{% for _ in range(99) %}{% set x %}{{ n.x }}{{ n.x }}{% endset %}{% set n.x = x %}"
    "{% endfor %}{{ n.x | length }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '%*d' % (10 ** 9, 1) }}",
    "{{ '%.999999999f' | format(1) }}",
    "{{ '{:>999999999}'.format('x') }}",
    "{{ '{:{}}'.format('x', 10 ** 9) }}",
    "{{ 'x'.center(10 ** 9) }}",
    "{{ 'x'['ljust'](10 ** 9) }}",
    "{{ ('\\t' * 1000).expandtabs(10 ** 7) }}",
    "{{ ('x' * 10 ** 6).replace('', 'x' * 10 ** 6) }}",
    "{{ ('x' * 10 ** 6).join(range(10 ** 5) | map('string') | list) }}",
    "{{ 'xx'.translate({120: 'x' * 4000000}) }}",
    "{{ (5).to_bytes(10 ** 9, 'big') | length }}",
    "{{ 'x' | center(1000000000) }}",
    "{{ ['x'] | map('center', 10 ** 9) | list }}",
    "{{ [1] | batch(10 ** 9, 'x') | list }}",
    "{{ [1] | slice(10 ** 9) | list }}",
    "{{ ('\\n' * 1000) | indent(10 ** 7, first=true, blank=true) }}",
    "{{ 1.5 | round(10 ** 9, 'ceil') }}",
    "{{ ('x' * 10 ** 6) | replace('', 'x' * 10 ** 6) }}",
    "{{ (['x' * 10 ** 6] * 100) | join }}",
    "{{ (['x'] * 10 ** 5) | join('x' * 10 ** 6) }}",
    "{{ ('x ' * 10 ** 5) | wordwrap(1, wrapstring='x' * 10 ** 6) }}",
    "{{ ([[1]] * 10 ** 5) | sum(start=[]) }}",
)
HUGE = (
    "{% set a = ['a' * 10 ** 8] %}{% for n in range(20) %}{% set _ = a[0] * 10 %}{{ _ }}{% endfor %}",
    "{{ [[['x' * 10 ** 6] * 99] * 99] * 99 }}",
)
REACHING = (
    "{{ ''.__class__.__mro__ }}",
    "{{ cycler.__init__.__globals__.os.environ }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ ''|attr('__class__') }}",
    "{{ '{0.__class__}'.format(first_name) }}",
    "{% set f = '{0.__class__}'.format %}{{ f(first_name) }}",
    "{{ [first_name]|map(attribute='__class__')|list }}",
    "{{ [first_name]|groupby('__class__') }}",
    "{{ self.__init__.__globals__ }}",
    "{{ range.__self__ }}",
    "{% include '../ccmail.yaml' %}",
    "{% include '/etc/passwd' %}",
    "{{ config }}",
    "{{ settings.smtp.password }}",
    "{{ environ }}",
)


def mail_of(loaded: LoadedCampaign, reader: Contact) -> str:
    assembler = Assembler(loaded, MailStamp(SENT_AT, Revision(0, SENT_AT, Method.PUBLISH), "test"))
    return assembler.assemble(reader, variant_of(loaded.campaign)).as_bytes().decode()


def problem_of(loaded: LoadedCampaign, reader: Contact) -> Problem:
    with pytest.raises(InputError) as refused:
        mail_of(loaded, reader)
    return refused.value.problems[0]


@pytest.fixture
def jana() -> Contact:
    return Contact(email="jana@bonn.example", first_name="Jana", last_name="Müller", city="Bonn", country="DE")


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="POSIX")
def test_an_endless_text_is_stopped_with_its_line(
    loaded_of: LoadedOf, jana: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SECONDS", 0.3)
    loaded = loaded_of(f"{HEAD}Erste Zeile.\n    {LOOPS}\n")

    problem = problem_of(loaded, jana)

    assert (problem.code, problem.message) == ("H108", "this text takes more than 0.3 seconds")
    assert problem.place is not None
    assert problem.place.line == 7


def test_an_endless_text_is_stopped_in_a_thread_too(
    loaded_of: LoadedOf, jana: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SECONDS", 1.0)  # of the wall clock: also a busy computer comes as far as the text
    loaded = loaded_of(f"{HEAD}Erste Zeile.\n    {LOOPS}\n")

    with ThreadPoolExecutor(1) as threads:
        problem = threads.submit(problem_of, loaded, jana).result(timeout=240)
        after = threads.submit(sum, range(100_000)).result()

    assert (problem.code, after) == ("H108", 4999950000)
    assert problem.place is not None
    assert problem.place.line == 7


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="POSIX")
def test_an_endless_template_is_stopped_with_its_line(
    loaded_of: LoadedOf, jana: Contact, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(limits, "SECONDS", 0.3)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "review.html.j2").write_text(f"<!DOCTYPE html>\n{LOOPS}", encoding="utf-8")
    loaded = loaded_of(HEAD + "Text.\n")

    problem = problem_of(loaded, jana)

    assert (problem.code, str(problem.place)) == ("H108", "templates/review.html.j2:2:1")


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is held on Linux")
@pytest.mark.parametrize("text", HUGE)
def test_a_huge_text_is_stopped(loaded_of: LoadedOf, jana: Contact, text: str) -> None:
    problem = problem_of(loaded_of(f"{HEAD}{text}\n"), jana)

    assert problem.code == "H108"


@pytest.mark.parametrize("text", IN_ONE_STEP)
def test_what_would_be_huge_in_one_step_is_refused_before_it_is_made(
    loaded_of: LoadedOf, jana: Contact, text: str
) -> None:
    problem = problem_of(loaded_of(f"{HEAD}Erste Zeile.\n    {text}\n"), jana)

    assert problem.code == "H108", problem
    assert problem.place is not None
    assert problem.place.line == 7


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("{{ 2 ** 10 }} {{ 3 * 4 }} {{ 17 % 5 }} {{ 1 + 2 }}", "1024 12 2 3"),
        ("{{ '%05.1f' % 3.14 }} {{ '%s von %d' | format('drei', 20000) }}", "003.1 drei von 20000"),
        ("{{ '{:>5}|{}'.format('x', 'y') }} {{ 'x'.center(5) | trim }}", "x|y x"),
        ("{{ [1, 2, 3] | batch(2, 'x') | map('join', '-') | join(',') }} {{ [1, 2] | sum }}", "1-2,3-x 3"),
        ("{{ 'a-b' | replace('-', '+') }} {{ 3.14159 | round(2) }} {{ 'a' ~ 1 ~ 'b' }}", "a+b 3.14 a1b"),
    ],
)
def test_what_stays_small_is_computed_as_ever(loaded_of: LoadedOf, jana: Contact, text: str, printed: str) -> None:
    found = mail_of(loaded_of(f"{HEAD}({text})\n"), jana)

    assert f"({printed})" in found.replace("=\r\n", "").replace("=20", " ").replace("  ", "")


def test_a_large_text_is_no_mail(loaded_of: LoadedOf, jana: Contact, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LARGEST", 1000)

    problem = problem_of(loaded_of(f"{HEAD}{{{{ 'wort ' * 300 }}}}\n"), jana)

    assert problem.code == "H108"


def test_the_limits_are_gone_when_a_mail_is_rendered(loaded_of: LoadedOf, jana: Contact) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_AS), signal.getsignal(signal.SIGPROF)

    mail_of(loaded_of(HEAD + "Text.\n"), jana)

    assert (resource.getrlimit(resource.RLIMIT_AS), signal.getsignal(signal.SIGPROF)) == before
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)


@pytest.mark.parametrize("text", REACHING)
def test_a_text_reaches_nothing_behind_the_mail(
    loaded_of: LoadedOf, jana: Contact, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("CCMAIL_SMTP_PASSWORD", CANARY)
    loaded = loaded_of(f"{HEAD}Vorher.\n    {text}\n")

    try:
        mail = mail_of(loaded, jana)
    except CcmailError as refused:
        mail = repr(getattr(refused, "problems", refused))

    for secret in (CANARY, "root:x:", "<class", "environ({", "uid="):
        assert secret not in mail


@pytest.mark.parametrize("value", ["{{ 7 * 7 }}", "{% raw %}", "<script>alert(1)</script>", '"><img src=x onerror=1>'])
def test_a_readers_data_are_never_a_template_and_never_markup(loaded_of: LoadedOf, value: str) -> None:
    loaded = loaded_of(f"{HEAD}Guten Tag {{{{ first_name }}}}!\n")
    reader = Contact(email="jana@bonn.example", first_name=value, last_name="Müller")

    found = mail_of(loaded, reader).replace("=\r\n", "").replace("=3D", "=").replace("=20", " ")

    html = found.partition("text/html")[2]
    assert "49" not in html.partition("Guten Tag")[2].partition("</p>")[0]
    assert "<script" not in html
    assert "<img src=x" not in html


def test_a_limit_in_a_thread_leaves_python_as_it_was() -> None:
    code = (
        "import sys, threading; from ccmail.rendering import limits\n"
        "def step(): pass\n"
        "def work():\n"
        "    with limits.limited(): pass\n"
        "    sys.setprofile(lambda *_: None)\n"  # hangs where Python still looks for an exception at every step
        "    step()\n"
        "    sys.setprofile(None)\n"
        "thread = threading.Thread(target=work); thread.start(); thread.join(); print('well')"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout == "well\n"
