"""Listening: in pieces as a player asks, only what lies in the folder, and every play is written down."""

from datetime import timedelta

import pytest
from sqlmodel import select

from ari_app.store.tables import AccessEntryRow, VoicemailRow


async def plays(store) -> list[AccessEntryRow]:
    async with store.reading() as session:
        return list((await session.exec(select(AccessEntryRow))).all())


async def test_a_player_gets_the_piece_that_it_asks_for(visitor, caller):
    number = await caller.leaves_message(seconds=2)

    answer = await visitor.get(f"/recordings/{number}", headers={"Range": "bytes=44-1043"})

    assert answer.status == 206
    assert answer.headers["Content-Range"] == f"bytes 44-1043/{44 + 2 * 8000 * 2}"
    assert len(await answer.read()) == 1000
    assert answer.content_type == "audio/wav"
    assert answer.headers["Cache-Control"] == "no-store"


async def test_without_a_range_the_whole_recording_comes(visitor, caller):
    number = await caller.leaves_message(seconds=1)

    answer = await visitor.get(f"/recordings/{number}")

    assert answer.status == 200
    assert (await answer.read())[:4] == b"RIFF"


async def test_one_play_in_many_pieces_is_one_access_entry_with_name_and_time(visitor, caller, web_store, clock):
    """R-114"""
    number = await caller.leaves_message()

    for start in (0, 5000, 90000, 0):
        await visitor.get(f"/recordings/{number}", headers={"Range": f"bytes={start}-"})
        clock.move(timedelta(minutes=1))

    (entry,) = await plays(web_store)
    assert (entry.account, entry.at) == ("ilse", clock.now() - timedelta(minutes=4))


async def test_a_play_that_starts_halfway_is_written_down_too(visitor, caller, web_store):
    number = await caller.leaves_message()

    await visitor.get(f"/recordings/{number}", headers={"Range": "bytes=5000-"})

    assert len(await plays(web_store)) == 1


async def test_listening_again_later_is_a_second_entry(visitor, caller, web_store, clock):
    number = await caller.leaves_message()

    await visitor.get(f"/recordings/{number}")
    clock.move(timedelta(minutes=16))
    await visitor.get(f"/recordings/{number}")

    assert len(await plays(web_store)) == 2


async def test_asking_only_for_the_length_is_no_play(visitor, caller, web_store):
    number = await caller.leaves_message()

    answer = await visitor.head(f"/recordings/{number}")

    assert answer.status == 200
    assert await plays(web_store) == []


async def test_without_an_access_entry_there_is_no_sound(visitor, caller, desk, monkeypatch):
    number = await caller.leaves_message()

    async def fails(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(desk, "log_play", fails)
    answer = await visitor.get(f"/recordings/{number}")

    assert answer.status == 500
    assert answer.content_type == "text/html"


@pytest.mark.parametrize("name", ["../secret.wav", "call/../../secret.wav", "{root}/secret.wav", "link.wav", "call"])
async def test_nothing_outside_the_recordings_folder_is_ever_sent(visitor, caller, web_store, line, name):
    number = await caller.leaves_message()
    secret = line.recordings.parent / "secret.wav"
    secret.write_bytes(b"RIFF secret")
    (line.recordings / "link.wav").symlink_to(secret)
    async with web_store.session() as session:
        row = (await session.exec(select(VoicemailRow))).one()
        row.recording = name.format(root=line.recordings.parent)
        session.add(row)

    answer = await visitor.get(f"/recordings/{number}")

    assert answer.status == 404
    assert b"secret" not in await answer.read()


@pytest.mark.parametrize(
    "address", ["/recordings/T-9999", "/recordings/..%2F..%2Fpages.db", "/recordings/T-1001%00", "/static/..%2Fapp.py"]
)
async def test_an_address_that_was_made_up_finds_nothing(visitor, caller, address):
    await caller.hangs_up()

    assert (await visitor.get(address)).status == 404


async def test_a_recording_whose_file_is_gone_is_a_page_that_says_so(visitor, caller, line):
    number = await caller.leaves_message()
    next((line.recordings / "call").iterdir()).unlink()

    assert (await visitor.get(f"/recordings/{number}")).status == 404


@pytest.mark.parametrize(
    ("kind", "media_type", "begins"), [("mp3", "audio/mpeg", b"\xff"), ("opus", "audio/ogg", b"OggS")]
)
async def test_a_browser_gets_a_small_rendition_that_counts_as_a_play(
    visitor, caller, web_store, kind, media_type, begins
):
    number = await caller.leaves_message(seconds=3)

    answer = await visitor.get(f"/recordings/{number}?as={kind}")

    sound = await answer.read()
    assert (answer.status, answer.content_type, answer.headers["Cache-Control"]) == (200, media_type, "no-store")
    assert begins in sound[:300]
    assert len(sound) < 3 * 16000
    assert len(await plays(web_store)) == 1


async def test_an_unknown_rendition_is_refused_and_is_no_play(visitor, caller, web_store):
    number = await caller.leaves_message()

    answer = await visitor.get(f"/recordings/{number}?as=aiff")

    assert answer.status == 400
    assert await plays(web_store) == []
