"""Steps run one by one, when the change that they wait for may have come."""

from __future__ import annotations

import asyncio

import pytest

from ccmail.delivery.steps import NEVER, StepRunner, Steps


class Bell:
    """An event that steps can wait for."""

    def __init__(self) -> None:
        self.has_rung = False
        self.overdue = 0

    def be_late(self) -> None:
        self.overdue += 1
        self.has_rung = True

    def wait(self, seconds: float = NEVER) -> Steps[str]:
        while not self.has_rung:
            yield seconds
        return "rung"


async def taken(runner: StepRunner, steps: Steps[str]) -> asyncio.Task[str]:
    task = asyncio.ensure_future(runner.run(steps))
    await asyncio.sleep(0)
    return task


class LoopTime:
    """The time of the running loop: it goes on when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        loop = asyncio.get_running_loop()
        self._now = loop.time()
        monkeypatch.setattr(loop, "time", lambda: self._now)

    async def go_on(self, seconds: float) -> None:
        self._now += seconds
        for _ in range(3):  # turns of the loop: it looks at its timers in each
            await asyncio.sleep(0)


async def test_a_step_is_taken_within_the_call_that_says_so() -> None:
    bell, said = Bell(), []
    runner = StepRunner(bell.be_late)

    def steps() -> Steps[str]:
        said.append((yield from bell.wait()))
        return "done"

    task = await taken(runner, steps())
    runner.resume()  # for nothing
    assert said == []
    bell.has_rung = True
    runner.resume()

    assert said == ["rung"]
    assert await task == "done"


async def test_what_a_step_raises_is_raised_to_who_takes_them() -> None:
    bell = Bell()
    runner = StepRunner(bell.be_late)

    def steps() -> Steps[str]:
        yield from bell.wait()
        raise LookupError

    task = await taken(runner, steps())
    bell.has_rung = True
    runner.resume()

    with pytest.raises(LookupError):
        await task


async def test_a_step_that_calls_for_the_next_one_does_not_stumble() -> None:
    bell = Bell()
    runner = StepRunner(bell.be_late)

    def steps() -> Steps[str]:
        runner.resume()
        yield NEVER
        runner.resume()
        return "done"

    task = await taken(runner, steps())
    runner.resume()

    assert await task == "done"


async def test_whoever_waits_too_long_is_called_once_even_if_waits_grow_shorter_and_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    time, bell = LoopTime(monkeypatch), Bell()

    def be_late() -> None:
        bell.be_late()
        runner.resume()

    runner = StepRunner(be_late)

    def steps() -> Steps[str]:
        yield 60  # the alarm that is set first
        yield 0.05
        yield 0.2  # rings early, and is set again
        return "done"

    task = await taken(runner, steps())
    runner.resume()
    runner.resume()

    await time.go_on(0.1)
    assert not task.done()
    await time.go_on(0.11)
    assert task.done()
    assert task.result() == "done"
    assert bell.overdue == 1


async def test_nothing_rings_when_nothing_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    time, bell = LoopTime(monkeypatch), Bell()
    runner = StepRunner(bell.be_late)
    task = await taken(runner, bell.wait(0.05))
    bell.has_rung = True
    runner.resume()
    await task

    await time.go_on(0.1)

    assert not bell.overdue


async def test_steps_that_nobody_waits_for_any_more_are_ended_where_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    time, bell, ended = LoopTime(monkeypatch), Bell(), []
    runner = StepRunner(bell.be_late)

    def steps() -> Steps[str]:
        try:
            return (yield from bell.wait(0.05))
        finally:
            ended.append(True)

    task = await taken(runner, steps())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    runner.resume()
    await time.go_on(0.1)

    assert ended == [True]
    assert not bell.overdue
