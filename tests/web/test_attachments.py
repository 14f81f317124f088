"""Files with a ticket: what is taken, what is refused and by which name, and how they come out again."""

import io
import zipfile

import pytest
from aiohttp import FormData
from sqlmodel import select

from ari_app.desk.attachment_types import LARGEST, NotTaken, file_type
from ari_app.desk.attachments import MOST_PER_TICKET, plain_name
from ari_app.store.attachment_tables import AttachmentRow
from ari_app.store.database import Store
from ari_app.store.seed_demo import seed_demo
from ari_app.store.tables import AccessEntryRow

OWN = {"Sec-Fetch-Site": "same-origin"}
PDF = b"%PDF-1.7\n%storing"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture
async def web_store(store: Store, clock) -> Store:
    await seed_demo(store, clock.now())
    return store


def sent(name: str, content: bytes) -> FormData:
    form = FormData()
    form.add_field("file", content, filename=name, content_type="application/octet-stream")
    return form


def packed(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


async def test_a_file_lies_under_a_name_that_tells_nothing_and_comes_out_as_a_download(
    visitor, caller, line, web_store
):
    number = await caller.leaves_message()

    page = await (
        await visitor.post(f"/tickets/{number}/attachments", data=sent("storing.pdf", PDF), headers=OWN)
    ).text()
    async with web_store.reading() as session:
        (row,) = (await session.exec(select(AttachmentRow))).all()
    answer = await visitor.get(f"/tickets/{number}/attachments/{row.id}")

    assert "storing.pdf</a>" in page
    assert "Bijlage toegevoegd" in page
    (file,) = line.attachments.iterdir()
    assert (file.name, file.stat().st_mode & 0o777) == (row.stored, 0o600)
    assert "storing" not in str(file.relative_to(line.home))
    assert await answer.read() == PDF
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''storing.pdf"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_each_download_is_an_access_entry_with_who_and_what(visitor, caller, web_store):
    """R-113, R-114"""
    number = await caller.leaves_message()
    await visitor.post(f"/tickets/{number}/attachments", data=sent("storing.pdf", PDF), headers=OWN)

    await visitor.get(f"/tickets/{number}/attachments/1")

    async with web_store.reading() as session:
        (entry,) = (await session.exec(select(AccessEntryRow))).all()
    assert (entry.account, entry.purpose, entry.path) == ("ilse", "downloaded", "storing.pdf")
    page = await (await visitor.get(f"/tickets/{number}?toon=toegang")).text()
    assert "Bijlage gedownload" in page


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("install.exe", b"MZ\x90\x00\x03", "install.exe is geen bestand dat hier mag. Wel: pdf, png,"),
        ("factuur.pdf", b"MZ\x90\x00\x03", "factuur.pdf is geen bestand dat hier mag."),
        ("pagina.html", b"<script>alert(1)</script>", "pagina.html heet anders dan de inhoud is"),
        ("foto.pdf", PNG, "foto.pdf heet anders dan de inhoud is: geef het de naam van een png-bestand"),
        ("leeg.txt", b"", "leeg.txt is leeg. Kies een ander bestand."),
        ("brief.docm", packed("word/document.xml", "word/vbaProject.bin"), "heeft macro&#39;s en mag daarom niet"),
        ("alles.zip", packed("readme"), "alles.zip is geen bestand dat hier mag."),
    ],
)
async def test_what_is_refused_is_named_and_nothing_is_kept(visitor, caller, line, name, content, sentence):
    number = await caller.leaves_message()

    answer = await visitor.post(f"/tickets/{number}/attachments", data=sent(name, content), headers=OWN)

    assert answer.status == 422
    text = await answer.text()
    assert "Niet bewaard." in text
    assert sentence in text
    assert not line.attachments.exists() or not list(line.attachments.iterdir())


async def test_a_file_that_is_too_large_is_named_with_its_size(visitor, caller, line):
    number, form = await caller.leaves_message(), FormData()
    form.add_field("file", io.BytesIO(PDF + bytes(LARGEST)), filename="groot.pdf")

    answer = await visitor.post(f"/tickets/{number}/attachments", data=form, headers=OWN)

    assert answer.status == 422
    is_named = "groot.pdf is 10 MB en dat is te groot." in await answer.text()
    assert is_named
    assert not line.attachments.exists()


async def test_no_file_at_all_asks_for_one(visitor, caller):
    number = await caller.leaves_message()

    for data in ({}, sent("", b"")):
        answer = await visitor.post(f"/tickets/{number}/attachments", data=data, headers=OWN)
        assert (answer.status, "Kies eerst een bestand." in await answer.text()) == (422, True)


async def test_a_file_of_another_ticket_is_not_there(visitor, caller):
    one, other = await caller.leaves_message(), await caller.leaves_message()
    await visitor.post(f"/tickets/{one}/attachments", data=sent("storing.pdf", PDF), headers=OWN)

    assert (await visitor.get(f"/tickets/{other}/attachments/1")).status == 404
    assert (await visitor.get(f"/tickets/{one}/attachments/2")).status == 404


async def test_a_ticket_that_does_not_exist_keeps_nothing(visitor, line):
    answer = await visitor.post("/tickets/T-9999/attachments", data=sent("storing.pdf", PDF), headers=OWN)

    assert answer.status == 404
    assert not list(line.attachments.iterdir())


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.PDF", PDF, "application/pdf"),
        ("a.png", PNG, "image/png"),
        ("a.jpeg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.log", "één regel\r\n".encode(), "text/plain"),
        ("a.docx", packed("[Content_Types].xml", "word/document.xml"),
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.xlsx", packed("xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)  # fmt: skip
def test_the_kind_of_a_file_is_told_by_its_content(name, content, media_type):
    assert file_type(name, content).media_type == media_type


@pytest.mark.parametrize("content", [b"tekst\x00met nul", b"\xff\xfegeen utf-8", b"PK\x03\x04kapot"])
def test_what_is_no_text_and_no_known_kind_is_not_taken(content):
    with pytest.raises(NotTaken, match="is geen bestand dat hier mag"):
        file_type("a.txt", content)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\piet\\storing.pdf", "storing.pdf"),
        ("sto\x00ring\n.pdf", "storing.pdf"),
        ("..", "bestand"),
        ("", "bestand"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_is_never_a_path(name, plain):
    assert plain_name(name) == plain


async def test_a_ticket_has_a_limit_of_files(visitor, caller, web_store, clock):
    number = await caller.leaves_message()
    async with web_store.session() as session:
        session.add_all(
            AttachmentRow(ticket_id=1, name="a.txt", media_type="text/plain", size=1, stored=f"s{n}", added_by="ilse",
                          added_at=clock.now())
            for n in range(MOST_PER_TICKET)
        )  # fmt: skip

    answer = await visitor.post(f"/tickets/{number}/attachments", data=sent("storing.pdf", PDF), headers=OWN)

    assert "storing.pdf past er niet bij: een melding heeft hoogstens 50 bijlagen." in await answer.text()
