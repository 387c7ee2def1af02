"""The readers of lines: raw probabilities, frame by frame, over the signs of form entries.

Three ONNX models: PP-OCRv6 (small) as RapidOCR's wheel carries it, the same after it has learned
form entries, and a small reader of our own, made from scratch (`training/`, models/README.md). No
reader's final text is ever used. The only module where ONNX Runtime appears.
"""

import hashlib
import importlib.util
import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from extractors.values import EntryKind, GreyImage

PADDLE_FILE = "PP-OCRv6_rec_small.onnx"
ADAPTED_FILE = "pp-ocrv6-forms.onnx"
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


class FormReader:
    """A reader of form entries that `training/` makes, on one thread.

    Raises ReaderUnavailable where the file is not the one that its card speaks of.
    """

    def __init__(self, path: Path, *, height: int, frame: int) -> None:
        if not path.is_file() or not path.with_suffix(".json").is_file():
            raise ReaderUnavailable(
                f"the handwriting model {path.name} is missing",
                "install Recordroom again from a whole release",
            )
        content = path.read_bytes()
        card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        is_it = card["sha256"] == hashlib.sha256(content).hexdigest()
        if not is_it or card["signs"] != ALPHABET or card["height"] != height:
            raise ReaderUnavailable(
                f"{path.name} is not the model that its card describes",
                "take both files from the same release, or make both again with `make train`",
            )
        self.model = _named(path.stem, content)
        self._session = _session(content)
        self._height, self._step = height, frame / height

    def frames(self, lines: Sequence[GreyImage]) -> tuple[Frames, ...]:
        """One `Frames` a line, in their order."""
        return _in_batches([_inked_line(line, self._height) for line in lines], self._run)

    def _run(self, images: npt.NDArray[np.float32]) -> list[Frames]:
        raw = self._session.run(None, {"lines": images[:, None]})[0].astype(np.float64)
        full = np.pad(raw, ((0, 0), (0, 0), (0, 1)), constant_values=1e-9)
        full /= full.sum(axis=2, keepdims=True)
        return [Frames(probabilities=row, lends=False, step=self._step) for row in full]


@dataclass(frozen=True)
class Voice:
    """A reader, and how much its word counts beside another's."""

    reader: Reader
    weight: float


@dataclass(frozen=True)
class Joined:
    """Readers that look at the same lines: those of `by_kind` for its entries, else `voices`."""

    name: str
    voices: tuple[Voice, ...]
    by_kind: Mapping[EntryKind, tuple[Voice, ...]] = field(default_factory=dict)

    @property
    def model(self) -> str:
        """All models, with how their content begins."""
        every = (self.voices, *self.by_kind.values())
        return " ".join(dict.fromkeys(one.reader.model for voices in every for one in voices))

    def look(self, lines: Sequence[GreyImage], kind: EntryKind | None = None) -> tuple[Seen, ...]:
        """What each reader saw in each line."""
        voices = self.voices if kind is None else self.by_kind.get(kind, self.voices)
        by_reader = [
            [replace(seen, weight=one.weight) for seen in one.reader.frames(lines)]
            for one in voices
        ]
        return tuple(zip(*by_reader, strict=True))


def _named(name: str, content: bytes) -> str:
    return f"{name}@{hashlib.sha256(content).hexdigest()[:12]}"


def _session(content: bytes) -> "onnxruntime.InferenceSession":
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it keeps the most that any width of line ever took
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


def _inked_line(line: GreyImage, height: int) -> npt.NDArray[np.float32]:
    """A line as readers of form entries want it: ink 1 on paper 0."""
    return _padded(1 - at_height(line, height).astype(np.float32) / np.float32(255))


def _padded(line: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The line with zeros behind it, to a multiple of WIDTH_STEP."""
    wanted = -(-line.shape[1] // WIDTH_STEP) * WIDTH_STEP
    return np.asarray(np.pad(line, ((0, 0), (0, wanted - line.shape[1]))), np.float32)


@lru_cache(maxsize=1)
def handwriting_recogniser() -> Recogniser:
    """The readers of this process, joined. Raises ReaderUnavailable where a model is missing.

    Who is asked for what, and how much each counts, was chosen on 52 scans of tune writers: the
    adapted reader is the best with figures and has seen too few capitals for initials, PP-OCRv6
    knows most words. On 600 tune scans three readers got 0.979 of the dates right and two 0.974,
    but 0.982 of the numbers and two 0.981: not worth its time, since most of a page is numbers.
    """
    paddle, adapted, own = paddle_reader(), adapted_reader(), own_reader()
    moments = (Voice(paddle, 0.2), Voice(adapted, 0.3), Voice(own, 0.5))
    by_kind = {
        EntryKind.NUMBER: (Voice(adapted, 0.3), Voice(own, 0.7)),
        EntryKind.DATE: moments,
        EntryKind.TIME: moments,
        EntryKind.TEXT: (Voice(paddle, 0.3), Voice(adapted, 0.3), Voice(own, 0.4)),
    }
    return Joined(
        "pp-ocrv6, pp-ocrv6-forms and recordroom-lines",
        (Voice(paddle, 0.4), Voice(own, 0.6)),
        by_kind,
    )


@lru_cache(maxsize=1)
def paddle_reader() -> Reader:
    """PP-OCRv6, one for the process. Raises ReaderUnavailable where RapidOCR's wheel is missing."""
    return PaddleReader(paddle_file())


def paddle_file() -> Path:
    """PP-OCRv6's recogniser in RapidOCR's wheel. Raises ReaderUnavailable where that is missing."""
    package = importlib.util.find_spec("rapidocr")
    path = (
        Path(package.origin).parent / "models" / PADDLE_FILE if package and package.origin else None
    )
    if path is None or not path.is_file():
        raise ReaderUnavailable(
            "the handwriting model PP-OCRv6 is missing",
            "run `make setup`, or `pip install --no-deps -r requirements-models.txt`",
        )
    return path


def adapted_reader() -> Reader:
    """PP-OCRv6 after it has learned form entries. Raises ReaderUnavailable without its files."""
    return FormReader(MODELS / ADAPTED_FILE, height=PADDLE_HEIGHT, frame=PADDLE_FRAME)


def own_reader() -> Reader:
    """Our own reader of form entries. Raises ReaderUnavailable without its files."""
    return FormReader(MODELS / OWN_FILE, height=OWN_HEIGHT, frame=OWN_FRAME)
