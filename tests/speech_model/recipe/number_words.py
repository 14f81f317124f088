"""Dutch numbers as words, one token each, as people write them."""

from tests.speech_model.recipe.workspace import word_list

DIGITS = ["nul", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"]
TEENS = ["tien", "elf", "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien"]
TENS = ["twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig"]

# Words that numbers and addresses need and that the grammar does not make.
LARGE_AND_ORDINAL = word_list("number_words.txt")


def below_hundred(number: int) -> str:
    """0 to 99, both included: 21 -> "eenentwintig"."""
    if number < 10:
        return DIGITS[number]
    if number < 20:
        return TEENS[number - 10]
    tens, unit = TENS[number // 10 - 2], number % 10
    if unit == 0:
        return tens
    word = "een" if unit == 1 else DIGITS[unit]
    return word + ("ën" if word.endswith("e") else "en") + tens


def spoken_number(digits: str) -> list[str]:
    """How a written number is read: "45" as one word, "1500" as "vijftienhonderd", "0612" digit by digit."""
    leading_zero = digits[0] == "0" and len(digits) > 1
    round_or_short = len(digits) <= 2 or (len(digits) <= 4 and digits.endswith("00"))
    if leading_zero or not round_or_short:
        return [DIGITS[int(digit)] for digit in digits]
    number = int(digits)
    if number < 100:
        return [below_hundred(number)]
    size, unit = (1000, "duizend") if number % 1000 == 0 else (100, "honderd")
    count = number // size
    return [unit if count == 1 else below_hundred(count) + unit]
