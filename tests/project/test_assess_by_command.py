"""`meldlijn assess` and `meldlijn evaluate`, as people and programs call them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ari_app.cli import app

DEAD = "met fenna van bakkerij de testbol het hele bedrijf ligt plat niemand kan bellen of gebeld worden"
NUMBER = "bel nul zes twaalf vierendertig zesenvijftig achtenzeventig"
FIELDS = {
    *("id", "category", "calamity", "third_party", "customer_caused", "complete", "needs_review", "sure", "because"),
    *("company", "customer_number", "callback"),
}


@pytest.fixture
def run(tmp_path: Path) -> CliRunner:
    return CliRunner(env={"MELDLIJN_HOME": str(tmp_path / "home")})


def test_a_text_gives_its_category_and_the_words_that_led_to_it(run: CliRunner) -> None:
    told = run.invoke(app, ["assess", f"{DEAD} {NUMBER}", "--json"])

    found = json.loads(told.stdout)
    assert (found["category"], found["calamity"], found["callback"]) == ("cat3", True, "0612345678")
    assert found["because"]


def test_a_batch_gives_a_line_for_each_message_and_a_bad_line_stops_nothing(run: CliRunner) -> None:
    lines = [json.dumps({"id": "a", "text": DEAD}), "nonsense", json.dumps({"id": "c", "text": 3}), "[1]"]
    lines += [json.dumps({"id": "e", "text": "hi", "language": "fr"}), json.dumps({"id": "f", "text": ""})]

    told = run.invoke(app, ["assess", "--batch", "-"], input="\n".join(lines))

    answers = [json.loads(line) for line in told.stdout.splitlines()]
    assert told.exit_code == 0
    assert [answer["id"] for answer in answers] == ["a", None, "c", None, "e", "f"]
    assert [("error" in answer) for answer in answers] == [False, True, True, True, True, False]
    assert set(answers[0]) == FIELDS
    assert (answers[5]["category"], answers[5]["needs_review"]) == ("unclear", True)


def test_a_file_that_is_not_there_is_named(run: CliRunner, tmp_path: Path) -> None:
    told = run.invoke(app, ["assess", "--batch", str(tmp_path / "nowhere.jsonl")])

    assert told.exit_code == 1
    assert "nowhere.jsonl can't be read" in told.stderr


def labelled(folder: Path, category: str = "cat3") -> Path:
    file = folder / "labelled.jsonl"
    file.write_text(json.dumps({"id": "1", "asr": DEAD, "language": "nl", "category": category}) + "\n")
    return file


def test_labelled_messages_are_evaluated(run: CliRunner, tmp_path: Path) -> None:
    told = run.invoke(app, ["evaluate", str(labelled(tmp_path)), "--json"])

    assert json.loads(told.stdout)["by_category"]["cat3"]["recall"] == 1.0


def test_a_changed_list_shows_what_it_would_do_and_saves_nothing(run: CliRunner, tmp_path: Path) -> None:
    own = tmp_path / "phrases_nl.toml"
    own.write_text('language = "nl"\n[[group]]\nname = "own"\nweights = { other = 9.0 }\nphrases = ["fenna"]\n')

    command = ["evaluate", str(labelled(tmp_path)), "--voice", "phrases", "--try", str(own), "--json"]
    told = run.invoke(app, command)

    found = json.loads(told.stdout)
    assert found["changed"] == [{"id": "1", "is": "cat3", "was": "cat3", "would_be": "other"}]
    assert (found["before"]["accuracy"], found["after"]["accuracy"]) == (1.0, 0.0)
    assert not (tmp_path / "home" / "phrases_nl.toml").exists()


def test_mistakes_in_labels_are_told_with_their_line(run: CliRunner, tmp_path: Path) -> None:
    told = run.invoke(app, ["evaluate", str(labelled(tmp_path, category="cat9"))])

    assert told.exit_code == 1
    assert "line 1" in told.stderr


def test_a_trained_voice_stands_in_the_home_of_the_line(run: CliRunner, tmp_path: Path) -> None:
    categories = ("cat1", "cat2", "cat3", "service_request", "user_change", "other", "unclear")
    file = tmp_path / "many.jsonl"
    file.write_text(
        "\n".join(
            json.dumps({"id": f"{at}", "asr": f"{name} woorden van {name} {at}", "category": name, "company": None})
            for at, name in enumerate(categories * 4)
        )
    )

    told = run.invoke(app, ["assess", "train", str(file), "--out", str(tmp_path / "out")])

    assert told.exit_code == 0, told.stderr
    assert json.loads((tmp_path / "out" / "learned_voice.json").read_text())["about"]["messages"] == 28


def test_each_part_of_a_set_has_figures_of_its_own(run: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "parts.jsonl"
    truths = [("read", "cat3"), ("unread", "cat1")]
    file.write_text(
        "\n".join(json.dumps({"id": part, "part": part, "asr": DEAD, "category": is_}) for part, is_ in truths)
    )

    told = run.invoke(app, ["evaluate", str(file), "--json"])

    parts = json.loads(told.stdout)["by_part"]
    assert {name: one["accuracy"] for name, one in parts.items()} == {"read": 1.0, "unread": 0.0}
    assert (parts["read"]["cat3_recall"], parts["unread"]["cat3_precision"]) == (1.0, 0.0)


def test_a_set_can_be_judged_by_a_voice_that_learned_other_messages_alone(run: CliRunner, tmp_path: Path) -> None:
    categories = ("cat1", "cat2", "cat3", "service_request", "user_change", "other", "unclear")
    others, tested = tmp_path / "others.jsonl", tmp_path / "tested.jsonl"
    others.write_text(
        "\n".join(
            json.dumps({"id": f"{at}", "asr": f"hier zeggen wij zus{name} vandaag {at}", "category": name})
            for at, name in enumerate(categories * 4)
        )
    )
    tested.write_text(json.dumps({"id": "1", "asr": "hier zeggen wij zusother vandaag", "category": "other"}))

    told = run.invoke(app, ["evaluate", str(tested), "--also", str(others), "--voice", "learned", "--json"])

    assert told.exit_code == 0, told.stderr
    assert json.loads(told.stdout)["accuracy"] == 1.0
