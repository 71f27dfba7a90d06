"""The public pages under load, while a sending writes into the same ledger: is anything lost, and who waits how long?

    .venv/bin/python bench/pages.py [--rate 200] [--seconds 20] [--people 4000] [--mails 8000] [--processes 2]

It sends an invitation to a receiver on this computer, then asks for the pages of its links: half of the requests look
(GET), half unsubscribe by one click (POST). Meanwhile another invitation goes to other people; its rate is compared
with that of a third one, which nobody disturbs. A request has its time: who is late waits, and that is measured, too.
At the end everybody who has unsubscribed must be suppressed. Exit code 1: somebody was lost.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import multiprocessing
import os
import queue
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from readers import readers, write_list
from receiver import Receiver, compiled
from workspace import BENCH, CAMPAIGN, ccmail, environment, make_workspace

from ccmail.ledger import open_ledger
from ccmail.messages.identity import LinkPurpose
from ccmail.messages.reader_links import reader_links
from ccmail.suppression.keep import find_entry
from ccmail.web import needed_serve
from ccmail.workspace import open_workspace
from ccmail.workspace.key import unsubscribe_key

HOST = "events.cities.example"
ONE_CLICK = b"List-Unsubscribe=One-Click"
FORM = {"Host": HOST, "Content-Type": "application/x-www-form-urlencoded"}
THREADS = 16  # of each process: a request that waits for the ledger must not keep the next one back
LOADED, ALONE = "loaded", "alone"


class Asked(NamedTuple):
    """One request: seconds from its time to its answer."""

    method: str
    status: int
    seconds: float


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, usual in (("rate", 200), ("seconds", 20), ("people", 4000), ("mails", 8000), ("processes", 2)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    asked = parser.parse_args()
    if asked.people < asked.rate * asked.seconds:
        parser.error("fewer people than requests")
    receiver = Receiver(compiled(BENCH / ".tools"))
    with receiver, tempfile.TemporaryDirectory() as folder:
        return measured(Path(folder), receiver.port, asked)


def measured(folder: Path, port: int, asked: argparse.Namespace) -> int:
    """Run all of it in a folder; return the exit code."""
    everybody = readers(asked.people + 2 * asked.mails)
    make_workspace(folder, itertools.islice(everybody, asked.people), port, 4)
    settings = folder / "ccmail.yaml"
    text = re.sub(r"(?m)^  url: .*\n", "", settings.read_text(encoding="utf-8"))
    settings.write_text(f"{text}\nserve: {{public_url: 'https://{HOST}'}}\n", encoding="utf-8")
    send(folder, CAMPAIGN, asked.people)
    for campaign in (ALONE, LOADED):
        text = (folder / "campaigns" / f"{CAMPAIGN}.yaml").read_text(encoding="utf-8")
        text = re.sub(r"(?m)^(\s*title: .*)$", rf"\1 {campaign}", text)
        (folder / "campaigns" / f"{campaign}.yaml").write_text(text, encoding="utf-8")
    links = paths(folder)
    write_list(folder / "recipients" / "all.csv", itertools.islice(everybody, asked.mails))
    alone = send(folder, ALONE, asked.mails)
    write_list(folder / "recipients" / "all.csv", everybody)
    with serving(folder) as (site, process), ThreadPoolExecutor(1) as beside:
        _, before = usage(process.pid)
        sending = beside.submit(send, folder, LOADED, asked.mails)
        answers = load(site, list(links.values()), asked.rate, asked.seconds, asked.processes)
        memory, after = usage(process.pid)
        loaded = sending.result()
    posted = [key for number, key in enumerate(links) if is_post(number) and number < asked.rate * asked.seconds]
    lost = sorted(set(posted) - suppressed(folder, posted))
    show(answers, asked, alone, loaded, (memory, after - before), len(posted), lost)
    return int(bool(lost))


def send(folder: Path, campaign: str, mails: int) -> dict[str, Any]:
    """Send a campaign; return the figures of its sending."""
    command = ccmail(folder, "--json", "send", campaign, "--untested", "--confirm", str(mails))
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    if done.returncode:
        raise SystemExit(f"{campaign} was not sent: {done.stdout[-600:]}{done.stderr[-600:]}")
    result: dict[str, Any] = json.loads(done.stdout)["result"]
    return result


def paths(folder: Path) -> dict[str, str]:
    """Return the paths of the links to unsubscribe, by address key, in the order of the list."""
    workspace = open_workspace(folder)
    link = reader_links(needed_serve(workspace), LinkPurpose.UNSUBSCRIBE, CAMPAIGN, unsubscribe_key(workspace))
    with open_ledger(workspace.ledger_file) as ledger:
        (sending,) = ledger.sendings(CAMPAIGN)
        return {key: link(key).partition(HOST)[2] for key in ledger.keys(sending)}


def suppressed(folder: Path, keys: Sequence[str]) -> set[str]:
    """Return who of some people gets no more mails."""
    workspace = open_workspace(folder)
    with open_ledger(workspace.ledger_file) as ledger:
        return {key for key in keys if find_entry(workspace, ledger, key)}


@contextmanager
def serving(folder: Path) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """Run `ccmail serve`; yield its port and its process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ccmail(folder, "serve", "--port", str(port))
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment()) as process:
        assert process.stderr is not None
        process.stderr.readline()
        yield port, process
        process.terminate()


def is_post(number: int) -> bool:
    """Return whether a request unsubscribes: half of them do, in pairs, so that each of two processes has some."""
    return number % 4 < 2


def load(port: int, links: Sequence[str], rate: int, seconds: int, processes: int) -> list[Asked]:
    """Ask from several processes; return all answers."""
    begins = time.monotonic() + 1
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        parts = [(port, links, rate, rate * seconds, begins, part, processes) for part in range(processes)]
        return [each for answers in pool.starmap(ask, parts) for each in answers]


def ask(port: int, links: Sequence[str], rate: int, requests: int, begins: float, part: int, of: int) -> list[Asked]:
    """Ask what one process has to ask, each request at its time."""
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in range(part, requests, of):
        waiting.put(number)
    answers: list[Asked] = []

    def work() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            try:
                number = waiting.get_nowait()
            except queue.Empty:
                line.close()
                return
            at = begins + number / rate
            time.sleep(max(0.0, at - time.monotonic()))
            method, body = ("POST", ONE_CLICK) if is_post(number) else ("GET", None)
            line.request(method, links[number], body, FORM)
            answer = line.getresponse()
            answer.read()
            answers.append(Asked(method, answer.status, time.monotonic() - at))

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def usage(process: int) -> tuple[float, float]:
    """Return the memory that a process has now, in megabytes, and the seconds of processor time it has had (Linux)."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    used = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
    seconds = sum(map(int, used)) / os.sysconf("SC_CLK_TCK")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024, seconds


def show(
    answers: Sequence[Asked],
    asked: argparse.Namespace,
    alone: dict[str, Any],
    loaded: dict[str, Any],
    used: tuple[float, float],
    posted: int,
    lost: Sequence[str],
) -> None:
    """Print the figures."""
    each = used[1] / len(answers) * 1000
    print(f"{len(answers)} requests, {asked.rate} a second, from {asked.processes} processes")
    print(f"the pages: {used[0]:.0f} MB, {each:.1f} ms of processor time for a request")
    for method in ("GET", "POST"):
        times = sorted(each.seconds * 1000 for each in answers if each.method == method)
        statuses = dict(Counter(each.status for each in answers if each.method == method))
        shares = "  ".join(f"p{p} {times[min(len(times) - 1, len(times) * p // 100)]:.1f} ms" for p in (50, 99))
        print(f"{method:5} {shares}  longest {times[-1]:.1f} ms  {statuses}")
    print(f"{posted} people have unsubscribed, {len(lost)} of them are lost {lost[:5] or ''}".rstrip())
    rates = [asked.mails / each["wall"] for each in (alone, loaded)]
    print(f"the sending beside it: {rates[1]:.0f} mails/s in {loaded['wall']:.1f} s, alone {rates[0]:.0f}")


if __name__ == "__main__":
    sys.exit(main())
