"""The two readers of lines: raw probabilities, frame by frame, over the signs of form entries.

PP-OCRv6 (small recognition model, ONNX) as RapidOCR's wheel carries it, whose final text is never
used; and a small reader of our own, fitted on form entries (`training/`, models/README.md). The
only module where ONNX Runtime appears.
"""

import hashlib
import importlib.util
import json
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime

from extractors.automaton import ALPHABET
from extractors.errors import ReaderUnavailable
from extractors.frames import BLANK, OTHER, Frames, Recogniser, Seen
from extractors.values import GreyImage

PADDLE_FILE = "PP-OCRv6_rec_small.onnx"
OWN_FILE = "recordroom-lines.onnx"
MODELS = Path(__file__).with_name("models")
PADDLE_HEIGHT, OWN_HEIGHT = 48, 40
"""Height in pixels that each model was trained on."""
PADDLE_FRAME, OWN_FRAME = 8, 4
"""Width in pixels of what each model makes one frame of."""
WIDTH_STEP = 32
"""Lines are padded to multiples of this, so that a line's reading hangs on no neighbour's width."""
MAX_WIDTH = 960
BATCH = 8
PADDLE_WEIGHT, OWN_WEIGHT = 0.4, 0.6
"""How much the word of each counts where both have spoken."""
_LOOK_ALIKE = str.maketrans(
    "—–−―一ー‐‑·•。、，：；／｜丨（）！？０１２３４５６７８９‘’“”×ОоАаВЕеКМНРрСсТХхØøΦφϕΘθ∅",
    "--------...,,:;/||()!?0123456789''\"\"xOoAaBEeKMHPpCcTXx00000000",
)


class Reader(Protocol):
    """One reader of lines."""

    model: str

    def frames(self, lines: Sequence[GreyImage]) -> tuple[Frames, ...]:
        """One `Frames` a line, in their order; lines are grey, ink dark on white."""
        ...


class PaddleReader:
    """PP-OCRv6's recogniser through ONNX Runtime, on one thread."""

    def __init__(self, path: Path) -> None:
        content = path.read_bytes()
        self.model = _named("pp-ocrv6-rec-small", content)
        self._session = _session(content)
        metadata = self._session.get_modelmeta().custom_metadata_map
        self._columns = _columns(["", *metadata["character"].split("\n"), " "])

    def frames(self, lines: Sequence[GreyImage]) -> tuple[Frames, ...]:
        """One `Frames` a line, in their order."""
        return _in_batches([_paddle_line(line) for line in lines], self._run)

    def _run(self, images: npt.NDArray[np.float32]) -> list[Frames]:
        batch = np.repeat(images[:, None, :, :], 3, axis=1)
        raw = self._session.run(None, {self._session.get_inputs()[0].name: batch})[0]
        folded = np.zeros((*raw.shape[:2], OTHER + 1))
        for column, sources in enumerate(self._columns):
            folded[:, :, column] = raw[:, :, sources].sum(axis=2)
        folded[:, :, OTHER] = np.clip(1 - folded.sum(axis=2), 0, 1)
        folded /= folded.sum(axis=2, keepdims=True)
        return [Frames(probabilities=row, step=PADDLE_FRAME / PADDLE_HEIGHT) for row in folded]


class OwnReader:
    """The reader of form entries that `training/` makes, on one thread.

    Raises ReaderUnavailable where the file is not the one that its card speaks of.
    """

    def __init__(self, path: Path) -> None:
        content = path.read_bytes()
        card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        is_it = card["sha256"] == hashlib.sha256(content).hexdigest()
        if not is_it or card["signs"] != ALPHABET or card["height"] != OWN_HEIGHT:
            raise ReaderUnavailable(
                f"{path.name} is not the model that its card describes",
                "take both files from the same release, or make both again with `make train`",
            )
        self.model = _named("recordroom-lines", content)
        self._session = _session(content)

    def frames(self, lines: Sequence[GreyImage]) -> tuple[Frames, ...]:
        """One `Frames` a line, in their order."""
        return _in_batches([_own_line(line) for line in lines], self._run)

    def _run(self, images: npt.NDArray[np.float32]) -> list[Frames]:
        raw = self._session.run(None, {"lines": images[:, None]})[0].astype(np.float64)
        full = np.pad(raw, ((0, 0), (0, 0), (0, 1)), constant_values=1e-9)
        full /= full.sum(axis=2, keepdims=True)
        step = OWN_FRAME / OWN_HEIGHT
        return [Frames(probabilities=row, lends=False, step=step) for row in full]


@dataclass(frozen=True)
class Joined:
    """Readers that look at the same lines; each one's word counts by its weight."""

    name: str
    readers: tuple[Reader, ...]
    weights: tuple[float, ...]

    @property
    def model(self) -> str:
        """All models, with how their content begins."""
        return " ".join(reader.model for reader in self.readers)

    def look(self, lines: Sequence[GreyImage]) -> tuple[Seen, ...]:
        """What each reader saw in each line."""
        by_reader = [
            [replace(one, weight=weight) for one in reader.frames(lines)]
            for reader, weight in zip(self.readers, self.weights, strict=True)
        ]
        return tuple(zip(*by_reader, strict=True))


def _named(name: str, content: bytes) -> str:
    return f"{name}@{hashlib.sha256(content).hexdigest()[:12]}"


def _session(content: bytes) -> "onnxruntime.InferenceSession":
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(
        content, sess_options=options, providers=["CPUExecutionProvider"]
    )


def _in_batches(
    images: Sequence[npt.NDArray[np.float32]],
    run: Callable[[npt.NDArray[np.float32]], list[Frames]],
) -> tuple[Frames, ...]:
    """Runs images of one width together, a few at a time; gives what was seen in their order."""
    found: dict[int, Frames] = {}
    for width in sorted({image.shape[1] for image in images}):
        places = [place for place, image in enumerate(images) if image.shape[1] == width]
        for first in range(0, len(places), BATCH):
            batch = places[first : first + BATCH]
            found.update(zip(batch, run(np.stack([images[one] for one in batch])), strict=True))
    return tuple(found[place] for place in range(len(images)))


def _columns(characters: list[str]) -> list[npt.NDArray[np.int64]]:
    """For blank and each sign of ALPHABET, the model's columns that stand for it."""
    wanted = {sign: place + 1 for place, sign in enumerate(ALPHABET)}
    sources: list[list[int]] = [[] for _ in range(len(ALPHABET) + 1)]
    sources[BLANK] = [0]
    for place, character in enumerate(characters[1:], start=1):
        folded = unicodedata.normalize("NFKC", character.translate(_LOOK_ALIKE))
        if folded in wanted:
            sources[wanted[folded]].append(place)
    return [np.array(column, dtype=np.int64) for column in sources]


def readable(text: str) -> str:
    """Print as the readers would spell it: look-alikes are one sign, unreadable signs are gone."""
    folded = unicodedata.normalize("NFKC", text.translate(_LOOK_ALIKE))
    return "".join(sign for sign in folded if sign in ALPHABET)


def at_height(line: GreyImage, height: int) -> GreyImage:
    """The line scaled to a height in pixels, no wider than MAX_WIDTH."""
    width = max(8, min(MAX_WIDTH, round(line.shape[1] * height / line.shape[0])))
    how = cv2.INTER_AREA if line.shape[0] > height else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(line, (width, height), interpolation=how), np.uint8)


def _paddle_line(line: GreyImage) -> npt.NDArray[np.float32]:
    """A line as PP-OCRv6 wants it: -1…1, ink dark, padded with grey."""
    return _padded(at_height(line, PADDLE_HEIGHT).astype(np.float32) / 127.5 - 1)


def _own_line(line: GreyImage) -> npt.NDArray[np.float32]:
    """A line as our reader wants it: ink 1 on paper 0."""
    return _padded(1 - at_height(line, OWN_HEIGHT).astype(np.float32) / np.float32(255))


def _padded(line: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The line with zeros behind it, to a multiple of WIDTH_STEP."""
    wanted = -(-line.shape[1] // WIDTH_STEP) * WIDTH_STEP
    return np.asarray(np.pad(line, ((0, 0), (0, wanted - line.shape[1]))), np.float32)


@lru_cache(maxsize=1)
def handwriting_recogniser() -> Recogniser:
    """The readers of this process, joined. Raises ReaderUnavailable where a model is missing."""
    readers = (paddle_reader(), own_reader())
    return Joined("pp-ocrv6 and recordroom-lines", readers, (PADDLE_WEIGHT, OWN_WEIGHT))


@lru_cache(maxsize=1)
def paddle_reader() -> Reader:
    """PP-OCRv6, one for the process. Raises ReaderUnavailable where RapidOCR's wheel is missing."""
    package = importlib.util.find_spec("rapidocr")
    path = (
        Path(package.origin).parent / "models" / PADDLE_FILE if package and package.origin else None
    )
    if path is None or not path.is_file():
        raise ReaderUnavailable(
            "the handwriting model PP-OCRv6 is missing",
            "run `make setup`, or `pip install --no-deps -r requirements-models.txt`",
        )
    return PaddleReader(path)


def own_reader() -> Reader:
    """Our reader of form entries. Raises ReaderUnavailable where its files are missing."""
    path = MODELS / OWN_FILE
    if not path.is_file() or not path.with_suffix(".json").is_file():
        raise ReaderUnavailable(
            f"the handwriting model {OWN_FILE} is missing",
            "install Recordroom again from a whole release",
        )
    return OwnReader(path)
