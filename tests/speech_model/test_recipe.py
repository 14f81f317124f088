"""The recipe of the shipped model, as far as it needs no synthesiser and no torch: it still says what was shipped."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from tests.speech_model.recipe.grammar import Grammar
from tests.speech_model.recipe.kaldi_format import quantised_matrix
from tests.speech_model.recipe.number_words import below_hundred, spoken_number
from tests.speech_model.recipe.spoken_tokens import tokens
from tests.speech_model.recipe.vosk_folder import MFCC_CONF, MODEL_CONF
from tests.speech_model.recipe.workspace import RECIPE, SHIPPED_MODEL, word_list


@pytest.fixture(scope="module")
def shipped_words() -> set[str]:
    lines = (SHIPPED_MODEL / "graph/words.txt").read_text(encoding="utf-8").splitlines()
    return {line.split()[0] for line in lines}


@pytest.mark.parametrize(("name", "written"), [("mfcc.conf", MFCC_CONF), ("model.conf", MODEL_CONF)])
def test_the_recipe_writes_the_settings_that_the_shipped_model_has(name: str, written: str) -> None:
    shipped = (SHIPPED_MODEL / "conf" / name).read_text(encoding="utf-8")

    assert written == shipped


@pytest.mark.parametrize("name", ["general_words", "names", "places", "extra_words", "number_words"])
def test_the_shipped_model_knows_every_word_of_the_recipes_lists(name: str, shipped_words: set[str]) -> None:
    words = word_list(f"{name}.txt")

    assert set(words) <= shipped_words


def test_the_shipped_model_knows_every_word_of_the_first_sentences_of_the_grammar(shipped_words: set[str]) -> None:
    sentences = list(islice(Grammar().sentences(), 500))

    assert {word for sentence in sentences for word in sentence.split()} - {","} <= shipped_words


def test_a_seed_of_the_grammar_always_gives_the_same_sentences() -> None:
    first, second = (list(islice(Grammar(seed=7).sentences(), 20)) for _ in range(2))

    assert first == second


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("7", "zeven"),
        ("21", "eenentwintig"),
        ("32", "tweeëndertig"),
        ("1500", "vijftienhonderd"),
        ("2000", "tweeduizend"),
    ],
)
def test_a_number_is_read_as_people_read_it(written: str, spoken: str) -> None:
    assert spoken_number(written) == [spoken]


def test_a_phone_number_is_read_digit_by_digit() -> None:
    assert spoken_number("0612345678") == [below_hundred(int(digit)) for digit in "0612345678"]


def test_a_message_becomes_words_and_pauses_without_the_sounds_in_brackets() -> None:
    heard = tokens("[piep] Hallo, 't is 3 uur. Mail naar Fenna@voorbeeld.nl!")

    assert " ".join(heard) == "hallo , het is drie uur , mail naar fenna apenstaartje voorbeeld punt nl"


def test_a_quantised_matrix_keeps_its_numbers_to_a_65535th_of_their_range() -> None:
    values = np.array([[-1.0, 0.25], [0.5, 3.0]])

    data = quantised_matrix(values)

    lowest, width = np.frombuffer(data[4:12], "<f4")
    steps = np.frombuffer(data[20:], "<u2").reshape(2, 2)
    assert data[:4] == b"CM2 "
    assert np.allclose(lowest + width * steps / 65535, values, atol=4 / 65535)


def test_the_packages_of_the_recipe_are_pinned_and_name_no_host() -> None:
    lines = Path(RECIPE / "requirements.txt").read_text(encoding="utf-8").splitlines()

    assert all("==" in line and "/" not in line for line in lines)
