"""Who called and how to reach them, as far as the words say: enough to call a report complete, not to look it up."""

from __future__ import annotations

from collections.abc import Sequence

SHORTEST_PHONE_NUMBER = 9
SHORTEST_CUSTOMER_NUMBER = 4
#: Words inside a number that are no number: "nul zes, eh, twaalf", "vier en dertig".
_FILLERS = frozenset({"en", "and", "uh", "eh", "dat", "is", "dubbel", "double"})

_ONE_DIGIT = frozenset(
    (
        *("nul", "een", "één", "eén", "eens", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"),
        *("zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    )
)
_TEENS = frozenset(
    (
        *("tien", "elf", "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien"),
        *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
    )
)
_DUTCH_TENS = ("twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig")
_ENGLISH_TENS = frozenset(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"])

_MAIL_WORDS = frozenset({"apenstaartje", "apestaartje"})
_DOT_WORDS = frozenset({"punt", "dot"})
_CUSTOMER_NUMBER_WORDS = ("klantnummer", "klantennummer", "klantcode", "relatienummer")

_COMPANY_ENDINGS = (
    *("bedrijf", "bakkerij", "praktijk", "kantoor", "gemeente", "stichting", "handel", "fabriek", "winkel", "centrum"),
    *("school", "groep", "dienst", "vereniging", "hotel", "restaurant", "apotheek", "kliniek", "ziekenhuis", "garage"),
    *("techniek", "transport", "logistiek", "advies", "advocaten", "makelaars", "notaris", "verzekeringen", "camping"),
    *("brouwerij", "drukkerij", "uitgeverij", "kwekerij", "boerderij", "salon", "lyceum", "college", "universiteit"),
    *(
        "bouw",
        "zorg",
        "huis",
        "onderneming",
        "makelaardij",
        "administratie",
        "bibliotheek",
        "theater",
        "museum",
        "kerk",
    ),
    *("rederij", "slagerij", "bloemisterij", "schilders", "installatie", "tuincentrum", "koeriers", "bv", "holding"),
    *("supermarkten", "architecten", "accountants", "verpleeghuis", "kinderopvang", "firma", "clinic", "medical"),
    *("labs", "foods", "energy", "offices", "solutions", "logistics", "supplies", "hospital", "company", "trading"),
    *("institute", "research", "consulting", "services", "partners", "group", "studios", "bakery", "farm"),
)
_NOT_A_COMPANY = frozenset({"thuis", "kantoor", "winkel", "dienst", "groep", "centrum", "school", "zorg"})


def reachable(words: Sequence[str]) -> bool:
    """True when a whole phone number or a mail address is spoken. Words in lower case."""
    return _has_mail_address(words) or _longest_number(words) >= SHORTEST_PHONE_NUMBER


def names_company_or_number(words: Sequence[str]) -> bool:
    """True when a customer number or something that sounds like the name of an organisation is spoken."""
    return _has_customer_number(words) or any(_sounds_like_company(word) for word in words)


def _has_mail_address(words: Sequence[str]) -> bool:
    if any("@" in word for word in words):
        return True
    if not _DOT_WORDS.isdisjoint(words):
        return not _MAIL_WORDS.isdisjoint(words) or "at" in words
    return False


def _has_customer_number(words: Sequence[str]) -> bool:
    for index, word in enumerate(words):
        pair = word + (words[index + 1] if index + 1 < len(words) else "")
        if (word in _CUSTOMER_NUMBER_WORDS or pair in (*_CUSTOMER_NUMBER_WORDS, "customernumber")) and _longest_number(
            words[index + 1 : index + 9]
        ) >= SHORTEST_CUSTOMER_NUMBER:
            return True
    return False


def _sounds_like_company(word: str) -> bool:
    return word not in _NOT_A_COMPANY and word.endswith(_COMPANY_ENDINGS)


def _longest_number(words: Sequence[str]) -> int:
    """Digits in the longest row of spoken or written numbers; fillers neither count nor break it."""
    longest = current = 0
    for word in words:
        digits = _digits_in(word)
        if digits:
            current += digits
        elif word not in _FILLERS:
            current = 0
        longest = max(longest, current)
    return longest


def _digits_in(word: str) -> int:
    written = sum(letter.isdigit() for letter in word)
    if written:
        return written
    if word in _ONE_DIGIT:
        return 1
    if word in _TEENS or word in _ENGLISH_TENS or word.endswith(_DUTCH_TENS):
        return 2
    return 0
