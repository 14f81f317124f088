"""Step 4, the graph: words, pronunciations and phone states in one transducer, as Vosk searches it (HCLG).

Theory of operation. G accepts sentences with the costs of the language model. L turns phones into words; words that
sound the same get a number (#1, #2, ...) at their end, or L o G could not be determinised. After that those numbers
become nothing again. Last, each phone becomes its state: in Kaldi's "reordered" form a phone is entered by its leaving
transition-id, and then stays 0 or more times. Costs are negative logs.
"""

import math
from collections import Counter, defaultdict

import pynini

from tests.speech_model.recipe.acoustic_model import AcousticModel
from tests.speech_model.recipe.language_model import END, START, History, LanguageModel
from tests.speech_model.recipe.lexicon import BACK_OFF, UNKNOWN, Pronunciation, Symbols
from tests.speech_model.recipe.workspace import SILENCE

_PAUSE_AFTER_WORD = 0.35  # chance
_EDGE_COST = 0.7  # of starting with or without silence
_UNKNOWN_WORD_COST, _UNKNOWN_PHONE_COST = 7.0, 2.0
_STAY_SCALE = 0.5  # how much the chances of staying and leaving count beside the sound


def make_graph(
    acoustic: AcousticModel, lexicon: list[Pronunciation], language: LanguageModel, symbols: Symbols
) -> pynini.Fst:
    """In: transition-ids (kaldi_format). Out: numbers of words."""
    sentences = _sentences(language, symbols)
    _tell("G", sentences)
    words = _words(lexicon, symbols)
    graph = pynini.determinize(pynini.compose(words.arcsort("olabel"), sentences.arcsort("ilabel")))
    _forget_helpers(graph, symbols)
    _minimise(graph)
    _tell("LG", graph)
    graph = _with_states(graph, acoustic, symbols)
    _tell("HCLG", graph)
    return graph


def _sentences(language: LanguageModel, symbols: Symbols) -> pynini.Fst:
    """G: one state per history; the arcs to a shorter history read #0."""
    graph = pynini.Fst()
    histories: dict[History, tuple[dict[str, float], float | None]] = {(): (language.unigram, None), **language.ngrams}
    states = {history: graph.add_state() for history in histories}

    def state_for(history: History) -> int:
        while history not in states:
            history = history[1:]
        return states[history]

    graph.set_start(state_for((START,)))
    for history, (chances, back_off) in histories.items():
        state = states[history]
        for word, chance in chances.items():
            if word == END:
                graph.set_final(state, _weight(-math.log(chance)))
            else:
                number = symbols.words[word]
                _arc(graph, state, number, number, -math.log(chance), state_for((*history, word)[-2:]))
        if back_off is not None:
            number = symbols.words[BACK_OFF]
            _arc(graph, state, number, number, -math.log(back_off), state_for(history[1:]))
    unknown = symbols.words[UNKNOWN]
    _arc(graph, states[()], unknown, unknown, _UNKNOWN_WORD_COST, states[()])
    return graph.connect()


def _words(lexicon: list[Pronunciation], symbols: Symbols) -> pynini.Fst:
    """L: any number of words with pauses between them. Helper symbols follow the phones: #0, one for [unk], #1 ..."""
    graph = pynini.Fst()
    between, after_word, start = graph.add_state(), graph.add_state(), graph.add_state()
    graph.set_start(start)
    graph.set_final(between)
    silence = symbols.phones[SILENCE]
    _arc(graph, start, 0, 0, _EDGE_COST, between)
    _arc(graph, start, silence, 0, _EDGE_COST, between)
    _arc(graph, after_word, 0, 0, -math.log(1 - _PAUSE_AFTER_WORD), between)
    _arc(graph, after_word, silence, 0, -math.log(_PAUSE_AFTER_WORD), between)

    back_off, unknown = symbols.last_phone + 1, symbols.last_phone + 2
    same_sound = Counter(pronunciation.phones for pronunciation in lexicon)
    used: Counter[tuple[str, ...]] = Counter()
    for pronunciation in lexicon:
        labels = symbols.in_word(pronunciation.phones)
        if same_sound[pronunciation.phones] > 1:
            used[pronunciation.phones] += 1
            labels.append(unknown + used[pronunciation.phones])
        _word(graph, labels, symbols.words[pronunciation.word], pronunciation.cost, (between, after_word))
    _unknown_word(graph, unknown, symbols, (between, after_word))
    _arc(graph, between, back_off, symbols.words[BACK_OFF], 0, between)
    return graph


def _word(graph: pynini.Fst, labels: list[int], word: int, cost: float, ends: tuple[int, int]) -> None:
    """A chain of arcs between two states; the first one says the word and bears its cost."""
    state, last = ends
    for index, label in enumerate(labels):
        target = last if index == len(labels) - 1 else graph.add_state()
        _arc(graph, state, label, 0 if index else word, 0 if index else cost, target)
        state = target


def _unknown_word(graph: pynini.Fst, helper: int, symbols: Symbols, ends: tuple[int, int]) -> None:
    """[unk]: two or more phones of any kind."""
    first, inside = graph.add_state(), graph.add_state()
    cost = math.log(len(symbols.base_phones)) + _UNKNOWN_PHONE_COST
    _arc(graph, ends[0], helper, symbols.words[UNKNOWN], 0, first)
    for phone in symbols.base_phones[1:]:
        _arc(graph, first, symbols.phones[f"{phone}_B"], 0, cost, inside)
        _arc(graph, inside, symbols.phones[f"{phone}_I"], 0, cost, inside)
        _arc(graph, inside, symbols.phones[f"{phone}_E"], 0, cost, ends[1])


def _forget_helpers(graph: pynini.Fst, symbols: Symbols) -> None:
    """Helper symbols were needed to determinise only: they become nothing, in and out."""
    for state in graph.states():
        arcs = graph.mutable_arcs(state)
        while not arcs.done():
            arc = arcs.value()
            if arc.ilabel > symbols.last_phone or arc.olabel == symbols.words[BACK_OFF]:
                arc.ilabel = 0 if arc.ilabel > symbols.last_phone else arc.ilabel
                arc.olabel = 0 if arc.olabel == symbols.words[BACK_OFF] else arc.olabel
                arcs.set_value(arc)
            arcs.next()


def _minimise(graph: pynini.Fst) -> None:
    labels = pynini.EncodeMapper("standard", encode_labels=True)
    graph.encode(labels)
    graph.minimize(allow_nondet=True)
    graph.decode(labels)
    graph.connect()


def _with_states(graph: pynini.Fst, acoustic: AcousticModel, symbols: Symbols) -> pynini.Fst:
    """H: every phone's arc becomes its leaving transition-id, and leads to a state that may stay in the phone."""
    bases = symbols.base_of()
    stay = {phone: acoustic.stay(base) for phone, base in bases.items()}
    ids = {state.phone: (2 * index + 1, 2 * index + 2) for index, state in enumerate(symbols.hmm_states())}
    arriving = _arriving(graph)
    result = pynini.Fst()
    result.add_states(graph.num_states())
    result.set_start(graph.start())
    staying: dict[tuple[int, int], int] = {}

    def staying_in(phone: int, state: int) -> int:
        """Where phones differ on their way to `state`, each gets a state of its own before it."""
        if (phone, state) not in staying:
            own = state if arriving[state] == {phone} else result.add_state()
            _arc(result, own, ids[phone][0], 0, -math.log(stay[phone]) * _STAY_SCALE, own)
            if own != state:
                _arc(result, own, 0, 0, 0, state)
            staying[phone, state] = own
        return staying[phone, state]

    for state in graph.states():
        result.set_final(state, graph.final(state))
        for arc in graph.arcs(state):
            cost, phone = float(arc.weight), arc.ilabel
            if phone == 0:
                _arc(result, state, 0, arc.olabel, cost, arc.nextstate)
                continue
            leaving = cost - math.log(1 - stay[phone]) * _STAY_SCALE
            _arc(result, state, ids[phone][1], arc.olabel, leaving, staying_in(phone, arc.nextstate))
    return result.arcsort("ilabel")


def _arriving(graph: pynini.Fst) -> dict[int, set[int]]:
    """State -> the phones (0: none) by which it is reached."""
    arriving: dict[int, set[int]] = defaultdict(set)
    arriving[graph.start()].add(0)
    for state in graph.states():
        for arc in graph.arcs(state):
            arriving[arc.nextstate].add(arc.ilabel)
    return arriving


def _arc(graph: pynini.Fst, state: int, read: int, say: int, cost: float, target: int) -> None:
    graph.add_arc(state, pynini.Arc(read, say, _weight(cost), target))


def _weight(cost: float) -> pynini.Weight:
    return pynini.Weight("tropical", cost)


def _tell(name: str, graph: pynini.Fst) -> None:
    arcs = sum(graph.num_arcs(state) for state in graph.states())
    print(f"graph: {name} has {graph.num_states()} states and {arcs} arcs", flush=True)
