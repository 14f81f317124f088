"""Code of others that the pages serve: the version that the document names, unchanged, with its licence, under our policy."""

import hashlib
import json
import re
from html import unescape
from pathlib import Path

import pytest

import ari_app.web

STATIC = Path(ari_app.web.__file__).parent / "static"
DOCUMENT = Path(__file__).parents[2] / "docs" / "third-party.md"
ROW = re.compile(r"^\| `(\S+)` \| (\S+), `\S+` \| ([\d.]+) \| (\S+), `(\S+)` \| `([0-9a-f]{64})` \|$", re.MULTILINE)
ROWS = ROW.findall(DOCUMENT.read_text("utf-8"))


@pytest.mark.parametrize(
    ("name", "package", "version", "licence", "text", "digest"), ROWS, ids=[row[0] for row in ROWS]
)
def test_a_vendored_file_is_the_published_one_with_its_licence(name, package, version, licence, text, digest):
    assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest
    assert "Permission to use, copy, modify" in (STATIC / text).read_text("utf-8")


def test_every_minified_file_is_named_in_the_document():
    assert {path.name for path in STATIC.glob("*.min.js")} == {row[0] for row in ROWS}


def test_htmx_is_the_second_version_and_says_so():
    assert 'version:"2.0.11"' in (STATIC / "htmx.min.js").read_text("utf-8")


async def test_htmx_may_not_make_code_of_text_nor_style_and_keeps_no_page(visitor):
    html = await (await visitor.get("/")).text()

    (content,) = re.findall(r'<meta name="htmx-config" content="([^"]*)">', html)
    config = json.loads(unescape(content))
    assert config["allowEval"] is False
    assert config["includeIndicatorStyles"] is False
    assert config["historyCacheSize"] == 0
    assert config["selfRequestsOnly"] is True
