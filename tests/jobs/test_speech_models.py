"""The official model is fetched once, goes on where it broke off, and never lies half on the disk."""

import hashlib
import io
import time
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest
import respx

from ari_app.speech.model_fetch import FetchFailed, fetch
from ari_app.speech.models import NoModel, NotChosen, choose, in_use, list_models, other_languages
from ari_app.speech.sums import damaged

NAME = "vosk-model-small-nl-0.22"
BASE = "https://models.example"


def model_zip(folder: str = NAME) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        zipped.writestr(f"{folder}/am/final.mdl", bytes(range(256)) * 800)
        zipped.writestr(f"{folder}/conf/mfcc.conf", "--sample-frequency=8000\n")
    return packed.getvalue()


def model_folder(path: Path) -> Path:
    (path / "am").mkdir(parents=True)
    (path / "am" / "final.mdl").write_bytes(b"model")
    return path


class WithRanges(BaseHTTPRequestHandler):
    content = model_zip()
    asked: list[str | None] = []  # noqa: RUF012 - the fixture empties it for each test

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.asked.append(asked)
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        if start >= len(self.content):
            self.send_response(416)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(self.content) - start))
        self.end_headers()
        self.wfile.write(self.content[start:])

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


@pytest.fixture
def server() -> Iterator[str]:
    WithRanges.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), WithRanges) as http:
        thread = Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


@pytest.fixture
def web() -> Iterator[respx.MockRouter]:
    with respx.mock(using="httpcore2") as router:
        yield router


def test_a_model_is_fetched_and_unpacked(server: str, tmp_path: Path) -> None:
    steps: list[tuple[int, int | None]] = []

    model = fetch(tmp_path, base_url=server, progress=lambda there, total: steps.append((there, total)))

    assert (model.name, model.language, model.licence, model.warning) == (NAME, "nl", "Apache-2.0", None)
    assert steps[-1] == (len(WithRanges.content), len(WithRanges.content))
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_a_download_that_broke_off_goes_on_where_it_was(server: str, tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.zip.part").write_bytes(WithRanges.content[:500])

    fetch(tmp_path, base_url=server)

    assert WithRanges.asked == ["bytes=500-"]
    assert list_models(tmp_path)[0].path == tmp_path / NAME


def test_a_download_that_was_complete_is_only_unpacked(server: str, tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.zip.part").write_bytes(WithRanges.content)

    assert fetch(tmp_path, base_url=server).name == NAME


def test_a_model_that_is_there_is_not_fetched_again(server: str, tmp_path: Path) -> None:
    model_folder(tmp_path / NAME)

    fetch(tmp_path, base_url=server)

    assert WithRanges.asked == []


def test_a_server_that_knows_no_ranges_starts_again(web: respx.MockRouter, tmp_path: Path) -> None:
    web.get(f"{BASE}/{NAME}.zip").mock(httpx.Response(200, content=model_zip()))
    (tmp_path / f"{NAME}.zip.part").write_bytes(b"half of something old")

    assert fetch(tmp_path, base_url=BASE).name == NAME


def test_a_model_that_does_not_exist_says_how_to_get_one_by_hand(web: respx.MockRouter, tmp_path: Path) -> None:
    web.get(f"{BASE}/{NAME}.zip").mock(httpx.Response(404))

    with pytest.raises(FetchFailed, match=r"404.*by hand") as failed:
        fetch(tmp_path, base_url=BASE)

    assert str(tmp_path / NAME) in str(failed.value)


@pytest.mark.parametrize("content", [b"<html>not a model</html>", model_zip()[:5000], model_zip("another-model")])
def test_a_damaged_archive_leaves_nothing_behind(web: respx.MockRouter, tmp_path: Path, content: bytes) -> None:
    web.get(f"{BASE}/{NAME}.zip").mock(httpx.Response(200, content=content))

    with pytest.raises(FetchFailed):
        fetch(tmp_path, base_url=BASE)

    assert list(tmp_path.iterdir()) == []


def test_without_a_network_it_fails_in_seconds(tmp_path: Path) -> None:
    started = time.monotonic()

    with pytest.raises(FetchFailed, match="by hand"):
        fetch(tmp_path, base_url="http://127.0.0.1:9")

    assert time.monotonic() - started < 30


def test_a_name_can_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match="no name of a model"):
        fetch(tmp_path, "../elsewhere")


def test_the_official_model_goes_before_the_demo_model(tmp_path: Path) -> None:
    bundled = model_folder(tmp_path / "bundled" / "vosk-tiny-nl")

    demo = in_use(tmp_path / "models", bundled)
    model_folder(tmp_path / "models" / NAME)
    official = in_use(tmp_path / "models", bundled)

    assert demo.is_demo_model
    assert "not fit for real callers" in (demo.warning or "")
    assert (official.name, official.is_demo_model, official.warning) == (NAME, False, None)


def test_without_any_model_it_says_where_one_belongs(tmp_path: Path) -> None:
    with pytest.raises(NoModel, match=NAME):
        in_use(tmp_path / "models", tmp_path / "none")


def test_each_language_has_a_model_of_its_own(tmp_path: Path) -> None:
    dutch, english = (model_folder(tmp_path / name).name for name in (NAME, "vosk-model-small-en-us-0.15"))

    assert in_use(tmp_path, tmp_path / "none").name == dutch
    assert in_use(tmp_path, tmp_path / "none", language="en").name == english
    assert other_languages(tmp_path, "nl") == ["en"]


def test_a_language_without_a_model_is_told_and_never_heard_by_another(tmp_path: Path) -> None:
    bundled = model_folder(tmp_path / "bundled" / "vosk-tiny-nl")

    with pytest.raises(NoModel, match=r"'en'.*meldlijn model fetch vosk-model-small-en-us-0\.15"):
        in_use(tmp_path / "models", bundled, language="en")


def test_a_person_chooses_the_model_that_listens(tmp_path: Path) -> None:
    for name in (NAME, "vosk-model-nl-spraakherkenning-0.6", "vosk-model-small-en-us-0.15"):
        model_folder(tmp_path / name)

    choose(tmp_path, "vosk-model-nl-spraakherkenning-0.6")

    assert in_use(tmp_path, tmp_path / "none").name == "vosk-model-nl-spraakherkenning-0.6"
    assert in_use(tmp_path, tmp_path / "none", name=NAME).name == NAME
    assert in_use(tmp_path, tmp_path / "none", language="en").name == "vosk-model-small-en-us-0.15"


def test_a_model_that_is_not_there_can_not_be_chosen(tmp_path: Path) -> None:
    with pytest.raises(NotChosen, match=f"meldlijn model fetch {NAME}"):
        choose(tmp_path, NAME)


def test_choices_that_can_not_be_read_are_named(tmp_path: Path) -> None:
    model_folder(tmp_path / NAME)
    (tmp_path / "chosen.json").write_text("{")

    with pytest.raises(NoModel, match=r"chosen\.json.*remove it"):
        in_use(tmp_path, tmp_path / "none")


def test_an_archive_with_another_sum_is_refused(server: str, tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match="SHA-256"):
        fetch(tmp_path, base_url=server, sha256="0" * 64)

    assert list(tmp_path.iterdir()) == []


def test_an_archive_with_the_right_sum_is_taken(server: str, tmp_path: Path) -> None:
    right = hashlib.sha256(WithRanges.content).hexdigest().upper()

    assert fetch(tmp_path, base_url=server, sha256=right).name == NAME


def test_a_file_that_changed_since_the_model_came_is_found(server: str, tmp_path: Path) -> None:
    model = fetch(tmp_path, base_url=server).path
    whole = damaged(model)

    (model / "am" / "final.mdl").write_bytes(b"rotten")
    (model / "conf" / "mfcc.conf").unlink()

    assert whole == []
    assert damaged(model) == ["am/final.mdl", "conf/mfcc.conf"]


def test_a_model_that_was_unpacked_by_hand_has_no_sums(tmp_path: Path) -> None:
    assert damaged(model_folder(tmp_path / NAME)) is None


def test_the_shipped_model_is_whole() -> None:
    assert damaged(Path(__file__).parents[1] / "speech_model" / "vosk-tiny-nl") == []
