"""`run.sh [options]`, or `python -m tests.speech_model.recipe [options]` where requirements.txt is installed."""

import argparse
import os
import shutil
from pathlib import Path

from tests.speech_model.recipe.steps import Order, make_model
from tests.speech_model.recipe.workspace import RECIPE, SHIPPED_MODEL, Workspace


def main() -> None:
    options = _options()
    model: Path = options.out.resolve()
    if model.exists():
        raise SystemExit(f"{model} is already there, and is not written over. Move it away, or name another --out.")
    for path in (options.texts, options.measure):
        if path and not path.is_file():
            raise SystemExit(f"There is no file {path}. Name one with a JSON object a line: language, spoken.")
    if not _is_word_list(options.wordlist):
        raise SystemExit(f"There is no word list {options.wordlist}. Name a file with a word a line, or none.")
    work = model.with_name(f"{model.name}.work")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    os.nice(10)  # an hour of computing stands back for a person at the same machine
    os.environ["OMP_NUM_THREADS"] = "1"  # the speaking is spread over processes; the training sets its own
    make_model(Order(Workspace(work, model), options.minutes, options.wordlist, options.texts, options.measure))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="run.sh", description="Makes a small Dutch Vosk model from the speech of espeak-ng."
    )
    parser.add_argument(
        "--texts", type=Path, metavar="FILE", help="messages that the model may know (JSON lines: language, spoken)"
    )
    parser.add_argument(
        "--minutes",
        type=float,
        default=30,
        help="for everything, on about two processors (30)",
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", default=SHIPPED_MODEL.with_name("vosk-tiny-nl.new"), help="the new folder"
    )
    parser.add_argument("--wordlist", default="general_words.txt", help="general words: a file, or none")
    parser.add_argument("--measure", type=Path, metavar="FILE", help="messages that are only measured on")
    return parser.parse_args()


def _is_word_list(wordlist: str) -> bool:
    return wordlist == "none" or Path(wordlist).is_file() or (RECIPE / wordlist).is_file()


if __name__ == "__main__":
    main()
