"""What people do when their phone is called. Each works in the fake and in the real world."""

from tests.calls.scenario import BREATH, VOICE, Person, PhoneCall


async def ACCEPTS(call: PhoneCall) -> None:
    """Picks up, hears who calls, presses 1, and talks until the caller hangs up."""
    await _pick_up(call)
    if await call.listen_for("engineer-press-1"):
        await _accept_and_talk(call)


async def ACCEPTS_AND_ENDS_THE_TALK(call: PhoneCall) -> None:
    """As ACCEPTS, but is the one who hangs up."""
    await _pick_up(call)
    if await call.listen_for("engineer-press-1"):
        await _accept(call)
        await _talk_and_hang_up(call)


def ACCEPTS_AND_KEYS(*keys: str) -> Person:
    """As ACCEPTS, and presses keys once the caller is heard; the last one is followed by listening to the end."""

    async def person(call: PhoneCall) -> None:
        await _pick_up(call)
        if not await call.listen_for("engineer-press-1"):
            return
        await _accept(call)
        if await call.listen_for(VOICE):
            for key in keys:
                await call.press(key)
        await call.listen_on()

    return person


async def UNAVAILABLE(call: PhoneCall) -> None:
    """Switched off: 480."""
    await call.handset.reject(480)


async def SAYS_NOT_NOW(call: PhoneCall) -> None:
    """Picks up and presses 3."""
    await _pick_up(call)
    if await call.listen_for("engineer-press-1"):
        await call.press("3")
        await call.listen_on()


async def DECLINES(call: PhoneCall) -> None:
    """Picks up and presses 2."""
    await _pick_up(call)
    if await call.listen_for("engineer-press-1"):
        await call.press("2")
        await call.listen_on()


async def WRONG_KEY_THEN_ACCEPTS(call: PhoneCall) -> None:
    """Presses 5, hears the question once more, and then presses 1."""
    await _pick_up(call)
    if not await call.listen_for("engineer-announce"):
        return
    await call.press("5")
    if await call.listen_for("engineer-announce") and await call.listen_for("engineer-press-1"):
        await _accept_and_talk(call)


async def SILENT(call: PhoneCall) -> None:
    """Picks up and says and presses nothing."""
    await _pick_up(call)
    await call.listen_on()


async def VOICEMAIL_BOX(call: PhoneCall) -> None:
    """The mailbox of a mobile phone: picks up, talks, records whatever comes, and never presses a key."""
    await _pick_up(call)
    call.handset.speak()
    await call.listen_on()


async def PICKS_UP_AND_HANGS_UP(call: PhoneCall) -> None:
    """Picks up, hears what it is about, and hangs up."""
    await _pick_up(call)
    if await call.listen_for("engineer-announce"):
        await call.handset.hang_up()


async def NO_ANSWER(call: PhoneCall) -> None:
    """The phone rings and nobody comes."""
    await _ring(call)
    await call.listen_on()


async def DEAD(call: PhoneCall) -> None:
    """The phone does not even ring, and nothing comes back."""
    await call.listen_on()


async def BUSY(call: PhoneCall) -> None:
    await call.handset.reject(486)


async def REJECTS(call: PhoneCall) -> None:
    """Pushes the call away: 603."""
    await _ring(call)
    await call.handset.reject(603)


async def UNREACHABLE(call: PhoneCall) -> None:
    """No such number: 404."""
    await call.handset.reject(404)


async def REDIRECTS(call: PhoneCall) -> None:
    """Forwards the call to a number abroad: 302. Nobody may follow it."""
    await call.handset.redirect("0031900000000")


async def PICKS_UP(call: PhoneCall) -> None:
    """A desk phone: picks up and talks until the caller hangs up."""
    await _pick_up(call)
    call.handset.speak()
    await call.listen_on()


async def PICKS_UP_AND_ENDS_THE_TALK(call: PhoneCall) -> None:
    """A desk phone whose owner hangs up first."""
    await _pick_up(call)
    call.handset.speak()
    await _talk_and_hang_up(call)


async def _ring(call: PhoneCall) -> None:
    await call.handset.ring()
    call.moments.happened(f"{call.handset.name} rings")


async def _pick_up(call: PhoneCall) -> None:
    await _ring(call)
    await call.handset.pause(BREATH)
    if not call.handset.is_over:
        await call.handset.answer()


async def _accept(call: PhoneCall) -> None:
    call.handset.speak()
    await call.press("1")


async def _accept_and_talk(call: PhoneCall) -> None:
    await _accept(call)
    await call.listen_on()


async def _talk_and_hang_up(call: PhoneCall) -> None:
    other = await call.listen_for(VOICE)
    if other:
        await call.until(f"{other.removeprefix(VOICE)} hears {VOICE}{call.handset.name}")
        await call.handset.hang_up()
