"""Step 5, the folder that Vosk opens: am/, conf/ and graph/."""

from pathlib import Path

from tests.speech_model.recipe import kaldi_format
from tests.speech_model.recipe.acoustic_model import AcousticModel
from tests.speech_model.recipe.lexicon import Symbols
from tests.speech_model.recipe.workspace import MFCC, RECIPE

_ACOUSTIC_SCALE = 0.7

# One output per 30 ms: Vosk's times of words assume three frames of 10 ms.
MODEL_CONF = """\
--min-active=200
--max-active=3000
--beam=12.0
--lattice-beam=4.0
--acoustic-scale=1.0
--frame-subsampling-factor=3
--endpoint.silence-phones=1
--endpoint.rule2.min-trailing-silence=0.5
--endpoint.rule3.min-trailing-silence=1.0
--endpoint.rule4.min-trailing-silence=2.0
"""
MFCC_CONF = (
    "".join(f"--{name}={value}\n" for name, value in MFCC.items()) + "--allow-downsample=true\n--allow-upsample=true\n"
)


def write_folder(folder: Path, acoustic: AcousticModel, symbols: Symbols) -> Path:
    """Everything but the graph; returns where that one belongs."""
    for name in ("am", "conf", "graph/phones"):
        (folder / name).mkdir(parents=True)
    (folder / "am/final.mdl").write_bytes(final_model(acoustic, symbols))
    vocabulary = len(symbols.words) - 5  # without <eps>, [unk], #0, <s> and </s>
    texts = {
        "conf/model.conf": MODEL_CONF,
        "conf/mfcc.conf": MFCC_CONF,
        "graph/words.txt": _numbered(symbols.words),
        "graph/phones.txt": _numbered(symbols.phones),
        "graph/phones/word_boundary.int": symbols.word_boundaries(),
        "README.md": (RECIPE / "MODEL_README.md").read_text(encoding="utf-8").replace("@WORDS@", str(vocabulary)),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "graph/HCLG.fst"


def final_model(acoustic: AcousticModel, symbols: Symbols) -> bytes:
    """Priors and acoustic scale stand in the last layer: Vosk has options for neither in a folder like this."""
    states = symbols.hmm_states()
    stay = {phone: acoustic.stay(base) for phone, base in symbols.base_of().items()}
    return (
        b"\0B"
        + kaldi_format.transition_model(symbols.last_phone, states, stay)
        + kaldi_format.network(acoustic.hidden, acoustic.scaled_likelihoods(_ACOUSTIC_SCALE))
    )


def _numbered(symbols: dict[str, int]) -> str:
    return "".join(f"{symbol} {number}\n" for symbol, number in symbols.items())
