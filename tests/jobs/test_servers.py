"""Reports are served beside Dagster's pages, to this machine only."""

from __future__ import annotations

import json
import os
import re
import socket
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from jobs.servers import HOST, ServerError, refuse_taken, report_server
from perf_pipeline.home import Home
from perf_pipeline.measure.ports import free_port


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with two reports, of which the second was written last."""
    found = Home(tmp_path / "home")
    for age_s, campaign in ((100, "tiny-vm-2026-11-19-1"), (0, "tiny-vm-2026-11-20-1")):
        page = found.reports / campaign / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"<h1>{campaign}</h1>", encoding="utf-8")
        moment = time.time() - age_s
        os.utime(page, (moment, moment))
    return found


@pytest.fixture
def address(home: Home) -> Iterator[str]:
    """Where they are served."""
    with report_server(home, 0) as found:
        yield found


def test_a_report_is_served(address: str) -> None:
    """Under the name of its campaign."""
    answer = httpx.get(f"{address}/tiny-vm-2026-11-19-1/index.html")
    assert answer.text == "<h1>tiny-vm-2026-11-19-1</h1>"


@pytest.mark.parametrize("path", ["/latest", "/latest/"])
def test_latest_leads_to_the_newest(address: str, path: str) -> None:
    """Asked for with GET or HEAD, and again for each night."""
    for method in ("GET", "HEAD"):
        answer = httpx.request(method, f"{address}{path}", follow_redirects=True)
        assert answer.status_code == 200
        assert answer.url.path == "/tiny-vm-2026-11-20-1/index.html"


def test_the_root_leads_to_every_report(address: str, home: Home) -> None:
    """The newest first, with its night and verdict; one without figures is there all the same."""
    figures = {
        "campaign": {"night": "2026-11-20"},
        "verdict": {"sentence": "Nothing got worse."},
    }
    report = home.reports / "tiny-vm-2026-11-20-1" / "report.json"
    report.write_text(json.dumps(figures), encoding="utf-8")
    answer = httpx.get(f"{address}/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    links = re.findall(r'href="(.*?)"', answer.text)
    assert links == [
        "/latest",
        "/tiny-vm-2026-11-20-1/index.html",
        "/tiny-vm-2026-11-19-1/index.html",
    ]
    assert "night 2026-11-20: Nothing got worse." in answer.text
    for link in links:
        assert httpx.get(f"{address}{link}", follow_redirects=True).status_code == 200
    head = httpx.head(f"{address}/")
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) == len(answer.content)


def test_what_a_report_says_is_shown_and_never_interpreted(address: str, home: Home) -> None:
    """Neither the sentence nor the name of a folder."""
    campaign = 'a"><script>alert(1)<script>&#39;'
    evil = {"campaign": {"night": "<b>1</b>"}, "verdict": {"sentence": "<img src=x onerror=1>"}}
    folder = home.reports / campaign
    folder.mkdir()
    (folder / "index.html").write_text("here", encoding="utf-8")
    (folder / "report.json").write_text(json.dumps(evil), encoding="utf-8")
    text = httpx.get(f"{address}/").text
    for tag in ("<script", "<b>", "<img"):
        assert tag not in text
    assert "&lt;img src=x onerror=1&gt;" in text
    (link,) = [link for link in re.findall(r'href="(.*?)"', text) if "script" in link]
    assert httpx.get(f"{address}{unescape(link)}").text == "here"
    assert httpx.get(f"{address}/latest", follow_redirects=True).text == "here"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"campaign": null}', '{"verdict": {}}'])
def test_a_report_without_readable_figures_is_listed(address: str, home: Home, text: str) -> None:
    """A page that was written by hand, or half a file."""
    (home.reports / "tiny-vm-2026-11-20-1" / "report.json").write_text(text, encoding="utf-8")
    answer = httpx.get(f"{address}/")
    assert answer.status_code == 200
    assert "/tiny-vm-2026-11-20-1/index.html" in answer.text


def test_comparisons_are_listed_below_the_reports(address: str, home: Home) -> None:
    """With both sides and the verdict; the newest report is still that of a campaign."""
    figures = {"a": {"label": "4f0c2d1"}, "b": {"label": "<b>tree"}, "sentence": "1 got slower."}
    folder = home.reports / "tiny-vm-2026-11-21-1"
    folder.mkdir()
    (folder / "compare.html").write_text("compared", encoding="utf-8")
    (folder / "compare.json").write_text(json.dumps(figures), encoding="utf-8")
    text = httpx.get(f"{address}/").text
    assert "4f0c2d1 and &lt;b&gt;tree: 1 got slower." in text
    assert text.index("tiny-vm-2026-11-20-1") < text.index("Comparisons") < text.index("4f0c2d1")
    assert httpx.get(f"{address}/tiny-vm-2026-11-21-1/compare.html").text == "compared"
    latest = httpx.get(f"{address}/latest", follow_redirects=True)
    assert latest.url.path == "/tiny-vm-2026-11-20-1/index.html"


def test_the_root_without_a_report(tmp_path: Path) -> None:
    """A sentence, and no link that leads nowhere."""
    with report_server(Home(tmp_path / "empty"), 0) as address:
        answer = httpx.get(f"{address}/")
    assert answer.status_code == 200
    assert "There is no report yet." in answer.text
    assert "href" not in answer.text


def test_folders_are_not_listed(address: str, home: Home) -> None:
    """What a report keeps beside its page is reached from the page."""
    (home.reports / "tiny-vm-2026-11-20-1" / "profiles").mkdir()
    (home.reports / "tiny-vm-2026-11-20-1" / "profiles" / "secret.svg").touch()
    answer = httpx.get(f"{address}/tiny-vm-2026-11-20-1/profiles/")
    assert answer.status_code == 404
    assert "secret" not in answer.text
    found = httpx.get(f"{address}/tiny-vm-2026-11-20-1/profiles/secret.svg")
    assert found.status_code == 200


def test_without_a_report_there_is_no_latest(tmp_path: Path) -> None:
    """It says so."""
    with report_server(Home(tmp_path / "empty"), 0) as address:
        answer = httpx.get(f"{address}/latest")
    assert answer.status_code == 404
    assert "There is no report yet" in answer.text


def test_nothing_beside_the_reports_is_served(address: str, home: Home) -> None:
    """Neither what lies above them nor anything else of the home."""
    (home.root / "suites.yaml").write_text("secret", encoding="utf-8")
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"GET /../suites.yaml HTTP/1.0\r\n\r\n")
        answer = connection.makefile("rb").read()
    assert b"404" in answer.splitlines()[0]
    assert b"secret" not in answer


def test_it_listens_to_this_machine_only(address: str) -> None:
    """And no longer than the block."""
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)


def test_a_taken_port_is_named() -> None:
    """With the option that names another one; a free one is no matter."""
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ServerError, match=f"Port {port} of {HOST} is taken") as refusal:
            refuse_taken(port, "--port")
    assert refusal.value.todo.endswith("--port N")
    refuse_taken(free_port(), "--port")


def test_a_freed_port_can_be_used_at_once(home: Home) -> None:
    """Whoever starts the UI again need not wait."""
    port = free_port()
    for _ in range(2):
        refuse_taken(port, "--reports-port")
        with report_server(home, port) as address:
            assert httpx.get(f"{address}/latest", follow_redirects=True).status_code == 200
