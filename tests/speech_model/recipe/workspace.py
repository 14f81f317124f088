"""Where a run keeps its files, and the facts of the front-end that training and decoding share."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

RECIPE = Path(__file__).parent
SHIPPED_MODEL = RECIPE.parent / "vosk-tiny-nl"

#: Hertz; everything after the synthesiser is mono at this rate.
SAMPLE_RATE = 8000
#: Seconds between two feature frames, and between two outputs of the network.
FRAME, STEP = 0.01, 0.03
#: A pause in a text. It is spoken, and is no word of the language model.
PAUSE = ","
SILENCE = "SIL"

# The options of Kaldi's MFCC front-end: written to conf/mfcc.conf, and used for the features of the training.
MFCC = {
    "sample-frequency": SAMPLE_RATE,
    "use-energy": "false",
    "num-mel-bins": 40,
    "num-ceps": 40,
    "low-freq": 40,
    "high-freq": -200,
    "dither": 0.0,
}


@dataclass(frozen=True)
class Workspace:
    """`work` holds the files between the steps and may be thrown away after; `model` becomes the Vosk folder."""

    work: Path
    model: Path

    @property
    def acoustic_model(self) -> Path:
        return self.work / "acoustic_model.npz"

    @property
    def recordings(self) -> Path:
        return self.work / "recordings"

    def training_part(self, part: int) -> Path:
        return self.work / f"train.{part}.npz"

    def training_parts(self) -> list[Path]:
        return sorted(self.work.glob("train.*.npz"))

    def write_lines(self, name: str, lines: Iterable[str]) -> None:
        (self.work / f"{name}.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    def lines(self, name: str) -> list[str]:
        return (self.work / f"{name}.txt").read_text(encoding="utf-8").splitlines()

    def write_pronunciations(self, source: str, counts: dict[str, int]) -> None:
        """`counts`: "word<TAB>phones with spaces" -> how often espeak-ng said it so."""
        path = self.work / f"pronunciations.{source}.json"
        path.write_text(json.dumps(counts, ensure_ascii=False), encoding="utf-8")

    def pronunciations(self) -> list[dict[str, int]]:
        found = sorted(self.work.glob("pronunciations.*.json"))
        return [json.loads(path.read_text(encoding="utf-8")) for path in found]


def word_list(name: str) -> list[str]:
    """The words of a list that lies beside the recipe, in its order."""
    return (RECIPE / name).read_text(encoding="utf-8").split()
