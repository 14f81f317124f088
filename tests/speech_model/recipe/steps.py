"""Each step in a process of its own, one after another, within a budget of minutes.

Own processes, because pynini and vosk hang when they live in one, and because espeak-ng allows one synthesiser a
process. So the libraries are imported inside the steps, and this file is all that the parent loads.
"""

import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec

from tests.speech_model.recipe.workspace import Workspace

Arguments = ParamSpec("Arguments")

_MOST_PROCESSES = 8
_SENTENCES_A_SECOND = 12  # that one processor speaks, by two voices each
_SHARE_OF_SPEAKING = 0.16  # of the budget


@dataclass(frozen=True)
class Order:
    """texts: messages that the model may know; measured: messages that it is only measured on."""

    space: Workspace
    minutes: float
    wordlist: str
    texts: Path | None = None
    measured: Path | None = None


def make_model(order: Order) -> None:
    began, processes = time.monotonic(), min(_MOST_PROCESSES, len(os.sched_getaffinity(0)))
    sentences = order.minutes * 60 * _SHARE_OF_SPEAKING * _SENTENCES_A_SECOND * processes
    _run(_corpus, order, int(min(6400, max(400, sentences))))
    with _pool(processes) as pool:
        parts = [pool.submit(_speech, order.space, part, processes) for part in range(processes)]
        for part in parts:
            part.result()
    _run(_pronunciations, order.space)
    _run(_recordings, order)
    passed = (time.monotonic() - began) / 60
    reserve = max(2, 0.2 * order.minutes)  # for the graph and the measuring
    _run(_training, order.space, max(0.3, order.minutes - passed - reserve), processes)
    _run(_graph, order.space)
    _run(_measure, order.space, int(8 * order.minutes))
    print(f"{order.space.model}: made in {(time.monotonic() - began) / 60:.1f} minutes")


def _run(step: Callable[Arguments, None], *arguments: Arguments.args, **named: Arguments.kwargs) -> None:
    with _pool(1) as pool:
        pool.submit(step, *arguments, **named).result()


def _pool(processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, mp_context=get_context("spawn"), max_tasks_per_child=1)


def _corpus(order: Order, sentences: int) -> None:
    from tests.speech_model.recipe.corpus import make_corpus

    make_corpus(order.space, order.texts, order.wordlist, sentences)


def _speech(space: Workspace, part: int, parts: int) -> None:
    from tests.speech_model.recipe.training_speech import speak_training_part

    speak_training_part(space, part, parts)


def _pronunciations(space: Workspace) -> None:
    from tests.speech_model.recipe.pronunciations import pronounce_vocabulary

    pronounce_vocabulary(space)


def _recordings(order: Order) -> None:
    from tests.speech_model.recipe.recordings import make_recordings

    messages = {"texts": order.texts, "measured": order.measured}
    make_recordings(order.space, {name: path for name, path in messages.items() if path})


def _training(space: Workspace, minutes: float, threads: int) -> None:
    from tests.speech_model.recipe.training import train

    train(space, minutes, threads)


def _graph(space: Workspace) -> None:
    from tests.speech_model.recipe.acoustic_model import load_acoustic_model
    from tests.speech_model.recipe.decoding_graph import make_graph
    from tests.speech_model.recipe.language_model import make_language_model
    from tests.speech_model.recipe.lexicon import make_lexicon, make_symbols
    from tests.speech_model.recipe.vosk_folder import write_folder

    acoustic = load_acoustic_model(space.acoustic_model)
    lexicon = make_lexicon(space, acoustic.phones[1:])
    vocabulary = sorted({pronunciation.word for pronunciation in lexicon})
    symbols = make_symbols(vocabulary, acoustic.phones)
    language = make_language_model(space, vocabulary)
    print(f"language model: {language.sizes()} words, pairs and triples")
    language.prune(1e-7)
    print(f"language model: {language.sizes()} after pruning")
    graph = make_graph(acoustic, lexicon, language, symbols)
    graph.write(str(write_folder(space.model, acoustic, symbols)))


def _measure(space: Workspace, most: int) -> None:
    from tests.speech_model.recipe.measure import measure

    measure(space, most)
