"""Small facts by their cue words: the person, the mail address, how many people, since when, which device, how urgent.

Each function takes words in lower case and gives places, the end exclusive.
"""

from __future__ import annotations

from collections.abc import Sequence

from transcription.company import KINDS
from transcription.memo import Memo
from transcription.spoken_numbers import IS_NUMBER_WORD, Row

_NAME_CUES = (
    *(("mijn", "naam", "is"), ("u", "spreekt", "met"), ("je", "spreekt", "met"), ("hier", "is"), ("spreekt", "met")),
    *(("my", "name", "is"), ("name", "is"), ("this", "is"), ("met",)),
)
_CUES_BY_WORD = {first: [cue for cue in _NAME_CUES if cue[0] == first] for first in {cue[0] for cue in _NAME_CUES}}
_NO_NAME = frozenset(
    (
        *("de", "het", "een", "ons", "onze", "mijn", "zijn", "haar", "alle", "die", "deze", "dit", "name", "van", "ja"),
        *(
            "the",
            "a",
            "an",
            "my",
            "our",
            "about",
            "not",
            "just",
            "me",
            "uh",
            "uhm",
            "nog",
            "weer",
            "spoed",
            "u",
            "jullie",
        ),
        *("mevrouw", "meneer", "dokter", "zuster", "mister", "doctor"),
    )
)
_TITLES = frozenset({"mevrouw", "meneer", "mijnheer", "dokter", "zuster", "mister", "doctor", "mrs", "mr"})
_NAME_ENDS = frozenset({"van", "from", "bij", "of", "at", "hier", "here", "en", "and", "ik", "i", "met", "with", "dag"})

_AT = frozenset({"apenstaartje", "apestaartje", "apenstaart", "at"})
_DOT = frozenset({"punt", "dot"})
_JOINERS = {"punt": ".", "dot": ".", "streepje": "-", "dash": "-", "underscore": "_"}
_TOP_LEVELS = frozenset({"nl", "be", "com", "eu", "org", "net", "de", "info", "nu", "care", "shop", "amsterdam", "frl"})
_LONGEST_MAIL_NAME = 4

_PEOPLE = frozenset(
    (
        *("man", "mensen", "medewerkers", "collega's", "collegas", "personen", "werkplekken", "gebruikers", "planners"),
        *("artsen", "huisartsen", "specialisten", "makelaars", "advocaten", "chauffeurs", "verpleegkundigen"),
        *("behandelaars", "centralisten", "monteurs", "baliemedewerkers", "toestellen", "telefoons", "bedienden"),
        *("people", "colleagues", "staff", "agents", "users", "lawyers", "doctors", "nurses", "employees", "phones"),
    )
)
_WITH_ALL = frozenset({"zijn", "z'n", "ons", "hun"})
_COUNTED = {
    "tweeën": "2",
    "drieën": "3",
    "vieren": "4",
    "vijven": "5",
    "zessen": "6",
    "zevenen": "7",
    "achten": "8",
    "negenen": "9",
    "tienen": "10",
    "twaalven": "12",
}

_SINCE = frozenset({"sinds", "vanaf", "since"})
_DURATIONS = frozenset(
    (
        *("uur", "kwartier", "minuten", "dagen", "dag", "week", "weken", "maand", "maanden", "uren"),
        *("hour", "hours", "minutes", "days", "day", "weeks"),
    )
)
_LONGEST_SINCE = 5
_ARTICLES = frozenset({"de", "het", "een", "the", "a", "vorige", "last", "afgelopen"})

_DEVICES = (
    *("telefoon", "toestel", "headset", "handset", "centrale", "voicemail", "keuzemenu", "belgroep", "wachtrij"),
    *("intercom", "softphone", "display", "scherm", "lijn", "nummer", "internet", "wifi", "router", "basisstation"),
    *("phone", "line", "switchboard", "queue", "menu", "screen", "extension"),
)
_URGENT = frozenset(
    (
        *("spoed", "dringend", "urgent", "noodgeval", "direct", "onmiddellijk", "meteen", "calamiteit", "gevaarlijk"),
        *("levensgevaarlijk", "onverwijld", "urgently", "immediately", "emergency", "asap", "dangerous"),
    )
)
_DENIALS = frozenset({"geen", "niet", "no", "not", "isn't"})


def person_in(words: Sequence[str]) -> tuple[int, int] | None:
    """One or two words after "met" or "my name is", or a title with the word after it."""
    for place in [place for place, word in enumerate(words) if word in _CUES_BY_WORD]:
        for cue in _CUES_BY_WORD[words[place]]:
            after = place + len(cue)
            if after < len(words) and tuple(words[place:after]) == cue:
                found = _name_at(words, after)
                if found is not None:
                    return found
    return None


def _name_at(words: Sequence[str], start: int) -> tuple[int, int] | None:
    if words[start] in _TITLES and start + 1 < len(words):
        return start, start + 2
    if words[start] in _NO_NAME or words[start] in KINDS or IS_NUMBER_WORD[words[start]] or len(words[start]) < 2:
        return None  # "met garage De Linde" names a company
    if start + 2 < len(words) and words[start + 2] in _NAME_ENDS and words[start + 1] not in _NAME_ENDS:
        return start, start + 2
    return start, start + 1


def mail_in(words: Sequence[str]) -> tuple[int, int, str] | None:
    """A spoken address, as written: "sanne apenstaartje tandwiel punt nl" is sanne@tandwiel.nl."""
    if _AT.isdisjoint(words) and "@" not in "".join(words):
        return None
    for place in [place for place, word in enumerate(words) if word in _AT or "@" in word]:
        if "@" in words[place]:
            return place, place + 1, words[place]
        if place > 0:
            end = _mail_end(words, place)
            if end is not None and _AT.isdisjoint(words[place + 1 : end]):
                start = _mail_start(words, place)
                return start, end, f"{_written(words[start:place])}@{_written(words[place + 1 : end])}"
    return None


def _mail_end(words: Sequence[str], at: int) -> int | None:
    """Behind the "punt nl" that follows; after "at" only what ends as addresses do: "call me at nine" is none."""
    for place in range(at + 1, min(len(words) - 1, at + 8)):
        if words[place] in _DOT and (words[place + 1] in _TOP_LEVELS or words[at] != "at"):
            return place + 2
    return None


def _mail_start(words: Sequence[str], at: int) -> int:
    start = at - 1
    while start > 0 and at - start < _LONGEST_MAIL_NAME and words[start - 1] in _JOINERS:
        start -= 2
    return max(0, start)


def _written(words: Sequence[str]) -> str:
    return "".join(_JOINERS.get(word, word) for word in words)


def people_in(rows: Sequence[Row], words: Sequence[str]) -> tuple[int, int, str] | None:
    """The largest count of people or of their phones: "dertig collega's", "met zijn negenen", "alle twintig"."""
    found: list[tuple[int, int, str]] = []
    for row in rows:
        following, before = words[row.end_word : row.end_word + 2], words[max(0, row.start_word - 1) : row.start_word]
        if len(row.parts) == 1 and (not _PEOPLE.isdisjoint(following) or before in (["alle"], ["all"])):
            end = row.end_word + next((n for n, word in enumerate(following, 1) if word in _PEOPLE), 0)
            found.append((row.start_word, end, row.digits))
    counted = (
        [] if _COUNTED.keys().isdisjoint(words) else [at for at, word in enumerate(words) if word in _COUNTED and at]
    )
    for place in counted:
        if words[place - 1] in _WITH_ALL:
            found.append((place - 1, place + 1, _COUNTED[words[place]]))
    whole = [one for one in found if one[2].isdigit() and 0 < int(one[2]) < 10_000]
    return max(whole, key=lambda one: int(one[2]), default=None)


def since_in(words: Sequence[str]) -> tuple[int, int] | None:
    """ "Sinds een uur of acht", or "al drie dagen"."""
    if _SINCE.isdisjoint(words) and "al" not in words:
        return None
    for place, word in enumerate(words):
        if word in _SINCE and place + 1 < len(words):
            end = _since_end(words, place + 1)
            return place, end
        if word == "al" and not _DURATIONS.isdisjoint(words[place + 1 : place + 4]):
            end = next(at for at in range(place + 1, place + 4) if words[at] in _DURATIONS)
            return place, end + 1
    return None


def _since_end(words: Sequence[str], start: int) -> int:
    """Behind the unit of time that a number or an article leads to, else behind one word."""
    if words[start] not in _ARTICLES and not IS_NUMBER_WORD[words[start]]:
        return start + 1
    for place in range(start, min(start + _LONGEST_SINCE, len(words))):
        if words[place] in _DURATIONS:
            return place + 1
    return min(len(words), start + 2)


def things_in(words: Sequence[str]) -> list[tuple[int, int]]:
    """Devices and services, each kind once."""
    first: dict[str, int] = {}
    for place, kind in enumerate([_KINDS[word] for word in words]):
        if kind is not None:
            first.setdefault(kind, place)
    return [(place, place + 1) for place in first.values()]


def _kind_of(word: str) -> str | None:
    return next((device for device in _DEVICES if word.startswith(device) or word.endswith(device)), None)


_KINDS = Memo(_kind_of)


def urgency_in(words: Sequence[str]) -> list[tuple[int, int]]:
    """Words that ask for haste and are not denied ("geen spoed")."""
    if _URGENT.isdisjoint(words):
        return []
    return [
        (place, place + 1)
        for place, word in enumerate(words)
        if word in _URGENT and _DENIALS.isdisjoint(words[max(0, place - 2) : place])
    ]
