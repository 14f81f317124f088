"""The learned voice: small, readable, quick, and trained the same way each time."""

import json

import numpy as np
import pytest

from transcription.assessment import Ears, assess
from transcription.company import BEFORE, BEHIND, LEANING, SLOTS, position_features, slot_features
from transcription.features import message_features
from transcription.labelled import Message, cross_validated, judge, learn, read_messages
from transcription.learned_voice import COLUMNS, read_voice, write_voice
from transcription.memo import MOST, Memo
from transcription.phrases import PROPOSALS
from transcription.reading import company_spotter, ears, learned_voice
from transcription.scoring import score, suggestions

NEW = {
    "cat1": "mijn headset kraakt een beetje het is niet erg",
    "cat2": "op de receptie gaat de telefoon niet en klanten wachten",
    "cat3": "het hele bedrijf ligt plat niemand kan bellen in of uit",
    "service_request": "graag een offerte voor twee extra toestellen",
    "user_change": "wilt u een nieuwe collega aanmelden per maandag",
    "other": "uw pakket wordt vandaag bezorgd dit is een automatisch bericht",
    "unclear": "er is iets maar ik weet niet wat",
}


def messages(copies: int = 6) -> list[Message]:
    return [
        Message(f"{name}-{copy}", f"{text} {copy}", "nl", {"category": name, "calamity": name == "cat3" and copy > 1})
        for copy in range(copies)
        for name, text in NEW.items()
    ]


def test_the_file_reads_back_as_it_was_written() -> None:
    voice = learned_voice()

    again = read_voice(write_voice(voice))

    assert write_voice(again) == write_voice(voice)
    assert len(voice.weights) > 1000


@pytest.mark.parametrize(
    ("text", "named"), [("{", "no JSON"), ('{"format": 9}', "format 9"), ('{"format": 1, "columns": []}', "columns")]
)
def test_a_file_of_another_version_is_refused_with_what_to_do(text: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        read_voice(text)


def test_the_same_messages_give_the_same_voice() -> None:
    first, second = (learn(messages(), ears) for _ in range(2))

    assert first.learned is not None
    assert second.learned is not None
    assert write_voice(first.learned) == write_voice(second.learned)


def test_a_voice_learns_what_it_is_told() -> None:
    learned = learn(messages(), ears)

    judged = judge(messages(1), lambda _language: learned)

    assert all(one.is_right for one in judged)


def test_a_category_without_messages_is_named() -> None:
    with pytest.raises(ValueError, match="unclear"):
        learn([one for one in messages() if one.truth["category"] != "unclear"], ears)


def test_in_cross_validation_no_message_is_judged_by_a_voice_that_learned_it() -> None:
    secret = [
        Message(f"{one.number}", f"{one.text} wachtwoord{place}", "nl", one.truth)
        for place, one in enumerate(messages())
    ]

    judged = cross_validated(secret, [], ears)

    assert [one.number for one in judged] == [one.number for one in secret]
    assert score(judged)["messages"] == len(secret)


def test_a_message_is_heard_with_the_weights_of_the_file() -> None:
    voice = learned_voice()
    words, ideas = (
        ["op", "de", "balie", "doet", "de", "telefoon", "het", "niet", "op", "de", "balie"],
        ["something fails", "something fails", "!broken"],
    )

    heard = voice.hear(words, ideas)

    known = {name: value for name, value in message_features(words, ideas).items() if name in voice.weights}
    scores = voice.intercept + sum(voice.weights[name] * value for name, value in known.items())
    powers, heads = np.exp(scores[: len(PROPOSALS)]), scores[len(PROPOSALS) :]
    assert {"i:something fails", "again:something fails", "i:!broken", "w:balie", "c:bali", "p:doet de"} <= known.keys()
    assert list(heard.chances.values()) == pytest.approx(powers / powers.sum())
    assert list(heard.heads.values()) == pytest.approx(1 / (1 + np.exp(-heads)))


def test_a_company_is_found_with_the_weights_of_the_file() -> None:
    spotter = company_spotter()
    words = ["goedemorgen", "met", "jolien", "van", "drukkerij", "molenwiek", "het", "toestel", "doet", "niks"]

    spot = spotter.spot(words)

    assert spot is not None
    start, end, sure = spot
    assert {"drukkerij", "molenwiek"} <= set(words[start:end])
    padded = {place: word for place, word in enumerate(words)}
    names = [
        name
        for place in range(start, end)
        for name in (
            *position_features(place, len(words)),
            *(
                name
                for slot in SLOTS
                for word in [padded.get(place + slot, BEFORE if place + slot < 0 else BEHIND)]
                for name in slot_features(word, slot, word in spotter.common)
            ),
        )
    ]
    score = (spotter.intercept + LEANING) + sum(spotter.weights.get(name, 0.0) for name in names) / (end - start)
    assert sure == pytest.approx(1 / (1 + np.exp(-score)))


def test_the_words_of_the_learned_voice_are_shown_as_its_reason() -> None:
    text = "op de balie doet de telefoon het niet klanten kunnen ons niet bereiken"

    because = assess(text, ears("nl")).because

    learned = [one for one in because if one.voice == "learned"]
    assert learned
    assert all(one.text == " ".join(text.split()[one.start_word : one.end_word]) for one in learned)


def test_voices_that_differ_ask_for_a_person() -> None:
    phrases = ears("nl").phrases
    text = "wilt u een nieuwe collega aanmelden zij begint per maandag en onze oude collega is uit dienst"
    contrary = learn(
        [Message(one.number, one.text, "nl", one.truth | {"category": _turned(one)}) for one in messages()], ears
    ).learned

    assessment = assess(text, Ears(phrases, contrary, phrases_share=0.0))

    assert assessment.voices["phrases"] == "user_change"
    assert assessment.category == "service_request"
    assert any("the phrases alone say user_change" in doubt for doubt in assessment.doubts)


def _turned(one: Message) -> str:
    swapped = {"user_change": "service_request", "service_request": "user_change"}
    category: str = one.truth["category"]
    return swapped.get(category, category)


def test_every_mistake_of_a_labelled_file_is_told_with_its_line() -> None:
    lines = ["{}", json.dumps({"text": "hallo", "category": "cat9"}), "nonsense"]

    with pytest.raises(ValueError, match="line 1") as mistakes:
        read_messages(lines)

    assert "cat9" in str(mistakes.value)
    assert "line 3" in str(mistakes.value)


def test_figures_are_counted_from_what_people_say() -> None:
    told = [
        Message("1", NEW["cat3"], "nl", {"category": "cat3", "callback": None}),
        Message("2", NEW["cat1"], "nl", {"category": "cat3", "callback": "0612345678"}),
    ]

    figures = score(judge(told, lambda language: Ears(ears(language).phrases)))

    assert figures["accuracy"] == 0.5
    assert figures["by_category"]["cat3"]["recall"] == 0.5
    assert figures["by_category"]["cat3"]["precision"] == 1.0
    assert figures["confusion"] == {"cat3": {"cat1": 1, "cat3": 1}}
    assert figures["spoken"]["callback"] == {"messages": 1, "exact": 0.0, "invented": 0.0}


def test_how_sure_it_is_and_how_often_right_is_told_for_voices_that_agree_and_that_differ() -> None:
    phrases = ears("nl").phrases
    contrary = learn(
        [Message(one.number, one.text, "nl", one.truth | {"category": _turned(one)}) for one in messages()], ears
    ).learned
    told = [Message(name, NEW[name], "nl", {"category": name}) for name in ("cat3", "user_change")]

    figures = score(judge(told, lambda _language: Ears(phrases, contrary, phrases_share=0.0)))["by_agreement"]

    assert [(one["messages"], one["right"]) for one in figures["agree"]] == [(1, 1.0)]
    assert [(one["messages"], one["right"]) for one in figures["differ"]] == [(1, 0.0)]


def test_words_of_misjudged_messages_are_suggested_as_phrases() -> None:
    told = [Message(str(at), f"{NEW['cat1']} de koelcel piept", "nl", {"category": "cat2"}) for at in range(3)]

    suggested = suggestions(judge(told, lambda language: Ears(ears(language).phrases)))

    assert "de koelcel piept" in {one["phrase"] for one in suggested}


def test_columns_are_the_categories_and_the_marks() -> None:
    assert COLUMNS[:3] == ("cat1", "cat2", "cat3")


def test_an_answer_about_a_word_is_worked_out_once_and_memory_stays_flat() -> None:
    asked: list[str] = []
    memo = Memo(lambda word: asked.append(word) or len(word))  # type: ignore[func-returns-value]

    assert [memo["a"], memo["bb"], memo["a"]] == [1, 2, 1]
    for number in range(MOST):
        assert memo[f"word {number}"] == len(f"word {number}")
    assert asked[:2] == ["a", "bb"]
    assert len(memo) <= MOST
    assert memo["bb"] == 2
