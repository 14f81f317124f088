"""How much sound Vosk's network reads at a time: more than Vosk itself chooses, for a message is whole when it is heard.

Theory of operation. Vosk reads a fifth of a second at a time, so that somebody who speaks sees words soon. For each piece
the weights of the network are laid out anew, and that took a third of the CPU of a message. Only the settings in the
folder of a model can change it, and that folder is the customer's: so Vosk reads a folder for the moment, of links to the
model, with our settings after those of the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

#: Frames are of 10 ms. Three of Vosk's own pieces, so that whatever ends an utterance falls where it fell: at other lengths more
#: words change than gain from it. Longer takes less CPU still, but misses pauses, and with them groups of digits.
FRAMES_AT_ONCE = 63
SETTINGS = Path("conf", "model.conf")
_OPTION = "--frames-per-chunk"


@contextmanager
def read_in_long_pieces(model: Path) -> Iterator[Path]:
    """The folder to load in the place of `model`; it is only there for the moment. The model itself when it holds no settings
    (the flat layout), or says how long its pieces are. Raises OSError."""
    settings = model / SETTINGS
    if not settings.is_file() or _OPTION in settings.read_text(encoding="utf-8"):
        yield model
        return
    with TemporaryDirectory(prefix="meldlijn-model-") as made:
        folder = Path(made)
        _link_all_but(SETTINGS.parts, model.resolve(), folder)
        own = settings.read_text(encoding="utf-8")
        (folder / SETTINGS).write_text(f"{own}\n{_OPTION}={FRAMES_AT_ONCE}\n", encoding="utf-8")
        yield folder


def _link_all_but(left_out: tuple[str, ...], model: Path, folder: Path) -> None:
    """Links in `folder` to what is in `model`, but not to the file that these parts lead to."""
    first, *rest = left_out
    for child in model.iterdir():
        if child.name != first:
            (folder / child.name).symlink_to(child)
    if rest:
        (folder / first).mkdir()
        _link_all_but(tuple(rest), model / first, folder / first)
