from __future__ import annotations

import pytest

from ccmail.delivery.outcome import TABLE, Fault, Phase, Reply, ReplyClass, outcome_of, reply_class
from ccmail.ledger import State, StateChange


@pytest.mark.parametrize(
    ("phase", "code", "answer"),
    [
        (Phase.MAIL, 250, ReplyClass.YES),
        (Phase.RCPT, 251, ReplyClass.YES),
        (Phase.DATA, 354, ReplyClass.YES),
        (Phase.DATA, 250, ReplyClass.LOST),
        (Phase.END, 354, ReplyClass.LOST),
        (Phase.END, 250, ReplyClass.YES),
        (Phase.RCPT, 450, ReplyClass.LATER),
        (Phase.RCPT, 421, ReplyClass.CLOSING),
        (Phase.RCPT, 550, ReplyClass.NEVER),
        (Phase.RCPT, 999, ReplyClass.LOST),
        (Phase.RCPT, 7, ReplyClass.LOST),
    ],
)
def test_a_code_is_read_in_its_phase(phase: Phase, code: int, answer: ReplyClass) -> None:
    assert reply_class(phase, code) is answer


def test_a_doubt_comes_only_from_a_lost_answer_after_the_dot() -> None:
    doubts = [how for how, (state, _) in TABLE.items() if state is State.IN_DOUBT]

    assert doubts == [(Phase.END, ReplyClass.LOST)]


def test_nobody_is_refused_without_a_clear_no() -> None:
    answers = {answer for (_, answer), (state, _) in TABLE.items() if state is State.REFUSED}

    assert answers == {ReplyClass.NEVER}


@pytest.mark.parametrize("phase", [Phase.MAIL, Phase.RCPT, Phase.DATA, Phase.END])
@pytest.mark.parametrize("answer", [ReplyClass.LATER, ReplyClass.NEVER, ReplyClass.CLOSING, ReplyClass.LOST])
def test_the_table_has_an_outcome_for_every_no(phase: Phase, answer: ReplyClass) -> None:
    assert (phase, answer) in TABLE


@pytest.mark.parametrize(
    ("text", "enhanced", "said"),
    [
        ("5.1.1 no such user", "5.1.1", "550 5.1.1 no such user"),
        ("5.7.1 spam\n5.7.1 see https://x.example", "5.7.1", "550 5.7.1 spam see https://x.example"),
        ("no such user", "", "550 no such user"),
        ("5.1.1", "5.1.1", "550 5.1.1"),
        ("5.1.1 \x1b]8;;evil\x07click\x1b[2J", "5.1.1", "550 5.1.1 ]8;;evil click [2J"),
        ("", "", "550"),
    ],
)
def test_the_words_of_a_server_become_one_printable_line(text: str, enhanced: str, said: str) -> None:
    outcome = outcome_of(Phase.RCPT, ReplyClass.NEVER, Reply(550, text), "mail.test:25")

    assert (outcome.enhanced, outcome.said) == (enhanced, said)


def test_endless_words_are_cut() -> None:
    assert len(outcome_of(Phase.RCPT, ReplyClass.NEVER, Reply(550, "x" * 9999), "").text) == 500


def test_an_outcome_is_a_change_of_its_row() -> None:
    outcome = outcome_of(Phase.RCPT, ReplyClass.NEVER, Reply(550, "5.1.1 gone"), "mail.test:25")

    assert outcome.fault is Fault.RECIPIENT
    assert outcome.change(7) == StateChange(7, State.REFUSED, "rcpt", 550, "5.1.1", "gone", "mail.test:25")
