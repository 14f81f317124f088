"""The audio of the phone without a network: A-law, packets, what is sent each 20 ms, what is heard, judging it."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.sip_phone import alaw, rtp
from ari_app.sip_phone.ear import Ear
from ari_app.sip_phone.listening import contains, level_of, tone
from ari_app.sip_phone.mouth import Key, Mouth, Speech
from ari_app.sip_phone.stream import Pacer, Stream

SECOND = 50  # packets


def noise(seconds: float, seed: int = 1) -> alaw.Pcm:
    return np.random.default_rng(seed).integers(-8000, 8000, round(seconds * 8000)).astype(np.int16)


def spoken(mouth: Mouth, steps: int, dtmf_type: int | None = 101) -> list[rtp.Packet]:
    return [rtp.read(packet) for _ in range(steps) for packet in mouth.step(dtmf_type)]


def heard_by_an_ear(packets: list[tuple[float, rtp.Packet]]) -> alaw.Pcm:
    ear = Ear()
    ear.listen_from(100.0)
    for seconds, packet in packets:
        ear.take(packet, 100.0 + seconds, 101)
    return ear.pcm()


# G.711


def test_every_a_law_code_survives_decoding_and_encoding() -> None:
    codes = bytes(range(256))

    assert alaw.encode(alaw.decode(codes)) == codes


@pytest.mark.parametrize(("code", "sample"), [(0xD5, 8), (0x55, -8), (0xAA, 32256), (0x2A, -32256), (0x80, 5504)])
def test_a_law_codes_mean_what_the_standard_says(code: int, sample: int) -> None:
    assert alaw.decode(bytes([code])) == [sample]


def test_speech_keeps_its_shape_in_a_law() -> None:
    loud = tone(440, 1, 20000)

    error = alaw.decode(alaw.encode(loud)).astype(float) - loud

    assert 10 * np.log10(np.mean(loud.astype(float) ** 2) / np.mean(error**2)) > 35  # dB


def test_the_loudest_samples_do_not_turn_over() -> None:
    extremes = np.array([32767, -32768], dtype=np.int16)

    assert list(alaw.decode(alaw.encode(extremes))) == [32256, -32256]


def test_audio_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="mono int16"):
        alaw.encode(np.zeros(8, dtype=np.float64))


# packets


def test_a_packet_survives_being_sent() -> None:
    packet = rtp.Packet(8, 65535, 4294967295, 12345, b"sound", marked=True)

    assert rtp.read(packet.encode()) == packet


def test_header_extensions_contributors_and_padding_are_not_heard() -> None:
    plain = rtp.Packet(8, 1, 2, 3, b"").encode()
    dressed = bytes([plain[0] | 0x31]) + plain[1:] + b"CSRC" + b"\x00\x01\x00\x01" + b"EXT." + b"sound" + b"\x00\x02"

    assert rtp.read(dressed).payload == b"sound"


@given(st.binary(max_size=40))
def test_no_packet_does_more_harm_than_being_refused(datagram: bytes) -> None:
    with suppress(ValueError):  # anything else that is raised fails the test
        packet = rtp.read(datagram)
        assert len(packet.payload) <= len(datagram) - 12


# what is sent


def test_who_has_nothing_to_say_sends_silence_in_an_unbroken_row() -> None:
    packets = spoken(Mouth(), 3)

    assert [packet.payload for packet in packets] == [b"\xd5" * 160] * 3
    assert [packet.sequence - packets[0].sequence for packet in packets] == [0, 1, 2]
    assert [packet.timestamp - packets[0].timestamp for packet in packets] == [0, 160, 320]
    assert [packet.marked for packet in packets] == [True, False, False]


def test_speech_is_sent_whole_and_its_last_packet_is_filled_with_silence() -> None:
    mouth, done = Mouth(), []
    mouth.say(Speech(noise(0.05), lambda: done.append("said")))

    packets = spoken(mouth, 2)
    assert done == []
    packets += spoken(mouth, 1)

    assert done == ["said"]
    assert b"".join(packet.payload for packet in packets) == alaw.encode(noise(0.05)) + b"\xd5" * 80


def test_a_key_is_one_event_that_grows_and_ends_three_times() -> None:
    mouth, done = Mouth(), []
    mouth.press(Key("#", 3, lambda: done.append("#")))

    packets = [packet for packet in spoken(mouth, 3 + 5) if packet.payload_type == 101]

    assert len({packet.timestamp for packet in packets}) == 1
    assert [packet.marked for packet in packets] == [True, False, False, False, False]
    assert [int.from_bytes(packet.payload[2:], "big") for packet in packets] == [160, 320, 480, 480, 480]
    assert [packet.payload[1] >> 7 for packet in packets] == [0, 0, 1, 1, 1]
    assert {packet.payload[0] for packet in packets} == {11}
    assert done == ["#"]


def test_speech_waits_while_a_key_is_pressed_and_then_goes_on() -> None:
    mouth = Mouth()
    mouth.say(Speech(noise(0.04), lambda: None))
    before = spoken(mouth, 1)
    mouth.press(Key("1", 2, lambda: None))

    after = [packet for packet in spoken(mouth, 3) if packet.payload_type == 8]

    assert b"".join(packet.payload for packet in before + after) == alaw.encode(noise(0.04))
    assert after[0].timestamp - before[0].timestamp == 3 * 160


def test_an_endless_sound_waits_behind_speech_and_can_be_stopped() -> None:
    mouth = Mouth()
    mouth.say_forever(noise(0.04, seed=2))
    first = spoken(mouth, 3)
    mouth.say(Speech(noise(0.02), lambda: None))
    spoken_over_it = spoken(mouth, 1)
    mouth.say_forever(None)
    stopped = spoken(mouth, 1)

    assert first[0].payload == first[2].payload != first[1].payload
    assert spoken_over_it[0].payload == alaw.encode(noise(0.02))
    assert stopped[0].payload == b"\xd5" * 160


def test_a_pause_shows_in_the_timestamps_and_loses_no_speech() -> None:
    mouth = Mouth()
    mouth.say(Speech(noise(0.04), lambda: None))

    before = spoken(mouth, 1)
    mouth.skip(10)
    after = spoken(mouth, 1)

    assert after[0].timestamp - before[0].timestamp == 11 * 160
    assert after[0].sequence - before[0].sequence == 1
    assert after[0].marked
    assert b"".join(packet.payload for packet in before + after) == alaw.encode(noise(0.04))


# what is heard


def row_of_packets(
    pcm: alaw.Pcm, source: int = 1, timestamp: int = 2**32 - 320, sequence: int = 65534
) -> list[rtp.Packet]:
    """From just before the counters turn over."""
    codes = alaw.encode(pcm)
    return [
        rtp.Packet(8, (sequence + i) % 2**16, (timestamp + i * 160) % 2**32, source, codes[i * 160 : (i + 1) * 160])
        for i in range(len(codes) // 160)
    ]


def test_packets_that_come_late_doubled_and_in_disorder_are_heard_in_order() -> None:
    row = row_of_packets(noise(0.2))
    order = [0, 2, 1, 1, 3, 5, 4, 6, 7, 9, 8]

    pcm = heard_by_an_ear([(0.01 * place, row[number]) for place, number in enumerate(order)])

    assert np.array_equal(pcm, alaw.decode(alaw.encode(noise(0.2))))


def test_a_lost_packet_is_a_gap_of_silence() -> None:
    row = row_of_packets(noise(0.1))

    pcm = heard_by_an_ear([(0.02 * number, row[number]) for number in (0, 1, 3, 4)])

    assert set(pcm[320:480]) == {8}
    assert np.array_equal(pcm[480:], alaw.decode(alaw.encode(noise(0.1)[480:])))


def test_what_begins_a_second_after_the_answer_is_heard_a_second_after_the_answer() -> None:
    pcm = heard_by_an_ear([(1.0 + 0.02 * i, packet) for i, packet in enumerate(row_of_packets(noise(0.1)))])

    assert contains(pcm, noise(0.1)).at == pytest.approx(1.0, abs=0.001)


def test_an_unbroken_row_that_comes_in_a_late_burst_is_not_torn_apart() -> None:
    row = row_of_packets(noise(2))
    on_time = [(0.02 * i, packet) for i, packet in enumerate(row[:50])]
    burst = [(2.5, packet) for packet in row[50:]]

    assert np.array_equal(heard_by_an_ear(on_time + burst), alaw.decode(alaw.encode(noise(2))))


@pytest.mark.parametrize(("source", "timestamp"), [(2, 77), (1, 99_999_999)])
def test_a_sender_that_begins_to_count_anew_is_placed_by_its_arrival(source: int, timestamp: int) -> None:
    first = [(0.02 * i, packet) for i, packet in enumerate(row_of_packets(noise(0.5)))]
    second = row_of_packets(noise(0.5, seed=2), source, timestamp, sequence=500)

    pcm = heard_by_an_ear(first + [(3 + 0.02 * i, packet) for i, packet in enumerate(second)])

    assert contains(pcm, noise(0.5)).at == 0
    assert contains(pcm, noise(0.5, seed=2)).at == pytest.approx(3.0, abs=0.001)


@pytest.mark.parametrize(("source", "timestamp"), [(2, 77), (1, 99_999_999)])
def test_a_row_that_begins_anew_lies_behind_one_whose_begin_came_late(source: int, timestamp: int) -> None:
    late = [(0.4 + 0.02 * i, packet) for i, packet in enumerate(row_of_packets(noise(0.5)))]
    second = row_of_packets(noise(0.5, seed=2), source, timestamp, sequence=500)

    pcm = heard_by_an_ear(late + [(0.5 + 0.02 * i, packet) for i, packet in enumerate(second)])

    assert contains(pcm, noise(0.5)).score > 0.99
    assert contains(pcm, noise(0.5, seed=2)).at == pytest.approx(0.9, abs=0.001)


def test_keys_are_heard_once_each_even_when_one_is_pressed_twice() -> None:
    mouth, ear = Mouth(), Ear()
    ear.listen_from(0.0)
    for key in "11#A":
        mouth.press(Key(key, 3, lambda: None))

    for step in range(4 * (3 + 5)):
        for packet in mouth.step(101):
            ear.take(rtp.read(packet), step * 0.02, 101)

    assert ear.digits == "11#A"


def test_nothing_is_heard_before_the_answer() -> None:
    ear = Ear()

    ear.take(row_of_packets(noise(0.02))[0], 1.0, 101)

    assert len(ear.pcm()) == 0


# the beat


class StoppedLoop:
    """A loop whose clock is moved by the test."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.due: list[tuple[float, object]] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: object) -> object:
        self.due.append((when, callback))

        class Handle:
            def cancel(_) -> None:
                self.due.clear()

        return Handle()

    def run_until(self, now: float, delay: float) -> None:
        """Every timer fires `delay` seconds late."""
        while self.due and self.due[0][0] <= now:
            when, callback = self.due.pop(0)
            self.now = max(self.now, when + delay)
            callback()  # type: ignore[operator]


class CountingStream:
    def __init__(self) -> None:
        self.beats = 0
        self.skipped = 0
        self.mouth = self

    def beat(self) -> None:
        self.beats += 1

    def skip(self, steps: int) -> None:
        self.skipped += steps


def beaten(seconds: float, delay: float) -> CountingStream:
    loop, stream = StoppedLoop(), CountingStream()
    pacer = Pacer(loop)  # type: ignore[arg-type]
    pacer.add(stream)  # type: ignore[arg-type]
    loop.run_until(1000.0 + seconds - 0.001, delay)
    pacer.remove(stream)  # type: ignore[arg-type]
    assert loop.due == []
    return stream


@pytest.mark.parametrize("delay", [0.0, 0.003, 0.015, 0.1, 0.9])
def test_late_timers_do_not_add_up_to_a_drift(delay: float) -> None:
    assert beaten(60, delay).beats == 60 * SECOND


def test_after_a_long_standstill_there_is_a_pause_instead_of_a_burst() -> None:
    loop, stream = StoppedLoop(), CountingStream()
    pacer = Pacer(loop)  # type: ignore[arg-type]
    pacer.add(stream)  # type: ignore[arg-type]
    loop.run_until(1000.0, 0)

    loop.now = 1003.0
    loop.run_until(1003.0, 0)

    assert stream.beats + stream.skipped == pytest.approx(3 * SECOND, abs=2)
    assert stream.beats < 5


# judging


def test_a_tone_has_its_level_at_its_own_frequency_only() -> None:
    heard = tone(440, 1, 8000)

    assert level_of(heard, 440) == pytest.approx(8000, rel=0.001)
    assert level_of(heard, 700) < 20
    assert level_of(heard[:0], 440) == 0


def test_a_prompt_is_found_where_it_was_heard_softer_and_among_other_sounds() -> None:
    prompt = noise(1)
    heard = np.concatenate([tone(440, 2), (prompt * 0.1).astype(np.int16), tone(700, 1)])

    match = contains(heard, prompt)

    assert match.score > 0.99
    assert match.at == pytest.approx(2.0, abs=0.001)


def test_another_prompt_is_not_found() -> None:
    assert contains(noise(10, seed=2), noise(1)).score < 0.2


def test_half_a_prompt_is_half_found() -> None:
    assert 0.6 < contains(noise(1)[:4000], noise(1)).score < 0.8


def test_a_message_that_was_cut_off_just_before_its_end_is_found() -> None:
    match = contains(np.concatenate([tone(440, 0.1), noise(2)[:-160]]), noise(2))

    assert match.score > 0.99
    assert match.at == pytest.approx(0.1, abs=0.001)


def test_a_message_whose_start_was_missed_is_found_before_the_beginning() -> None:
    match = contains(noise(1)[800:], noise(1))

    assert match.score > 0.9
    assert match.at == pytest.approx(-0.1, abs=0.001)


def test_nothing_heard_contains_nothing() -> None:
    assert contains(noise(1)[:0], noise(1)).score == 0


def test_silence_contains_nothing() -> None:
    assert contains(alaw.decode(b"\xd5" * 16000), noise(1)).score == 0


def test_a_silent_reference_is_refused_since_it_fits_everywhere() -> None:
    with pytest.raises(ValueError, match="silent"):
        contains(noise(1), alaw.decode(b"\xd5" * 800))


async def test_what_comes_from_a_strange_address_is_not_heard() -> None:
    stream = await Stream.open("127.0.0.2")
    stream.peer = ("127.0.0.3", 4000)
    stream.ear.listen_from(0.0)
    packet = row_of_packets(noise(0.02))[0].encode()

    stream.datagram_received(packet, ("127.0.0.3", 4001))
    stream.datagram_received(b"not RTP", ("127.0.0.3", 4000))
    dropped = len(stream.ear.pcm())
    stream.datagram_received(packet, ("127.0.0.3", 4000))
    stream.close()

    assert dropped == 0
    assert stream.strange_packets == 2
    assert len(stream.ear.pcm()) > 0
