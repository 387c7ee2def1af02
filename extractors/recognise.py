"""The handwriting recogniser's raw probabilities, frame by frame, over the signs of form entries.

PP-OCRv6 (small recognition model, ONNX) as RapidOCR's wheel carries it; its final text is never
used. The only module where ONNX Runtime appears.
"""

import hashlib
import importlib.util
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime

from extractors.automaton import ALPHABET
from extractors.errors import ReaderUnavailable
from extractors.values import GreyImage

MODEL_FILE = "PP-OCRv6_rec_small.onnx"
INPUT_HEIGHT = 48
"""Height in pixels that the model was trained on."""
WIDTH_STEP = 32
"""Crops are padded to multiples of this, so that a crop's reading hangs on no neighbour's width."""
MAX_WIDTH = 960
BATCH = 8
BLANK = 0
"""Column of "no sign here" in `Frames.probabilities`."""
OTHER = len(ALPHABET) + 1
"""Column of all signs that no form entry holds (Chinese characters and the like)."""

_LOOK_ALIKE = str.maketrans(
    "—–−―一ー‐‑·•。、，：；／｜丨（）！？０１２３４５６７８９‘’“”×ОоАаВЕеКМНРрСсТХхØøΦφϕΘθ∅",
    "--------...,,:;/||()!?0123456789''\"\"xOoAaBEeKMHPpCcTXx00000000",
)


@dataclass(frozen=True, eq=False)
class Frames:
    """What a recogniser saw from left to right.

    `probabilities` is frames × (1 + signs of ALPHABET + 1): blank first, "other" last; each row
    sums to one.
    """

    probabilities: npt.NDArray[np.float64]


class Recogniser(Protocol):
    """Anything that turns upright ink-on-white crops into frames of probabilities."""

    name: str
    model: str

    def frames(self, crops: Sequence[GreyImage]) -> tuple[Frames, ...]:
        """One `Frames` a crop, in their order."""
        ...


class PaddleRecogniser:
    """PP-OCRv6's recogniser through ONNX Runtime, on one thread."""

    name = "pp-ocrv6-rec-small"

    def __init__(self, model_path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        content = model_path.read_bytes()
        self.model = f"{self.name}@{hashlib.sha256(content).hexdigest()[:12]}"
        self._session = onnxruntime.InferenceSession(
            content, sess_options=options, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name
        metadata = self._session.get_modelmeta().custom_metadata_map
        self._columns = _columns(["", *metadata["character"].split("\n"), " "])

    def frames(self, crops: Sequence[GreyImage]) -> tuple[Frames, ...]:
        """One `Frames` a crop, in their order; crops are grey, ink dark on white."""
        prepared = [_prepare(crop) for crop in crops]
        found: list[Frames | None] = [None] * len(crops)
        widths = sorted({image.shape[1] for image in prepared})
        for width in widths:
            places = [place for place, image in enumerate(prepared) if image.shape[1] == width]
            for first in range(0, len(places), BATCH):
                batch = places[first : first + BATCH]
                outputs = self._run(np.stack([prepared[place] for place in batch]))
                for place, output in zip(batch, outputs, strict=True):
                    found[place] = output
        return tuple(frames for frames in found if frames is not None)

    def _run(self, images: npt.NDArray[np.float32]) -> list[Frames]:
        batch = np.repeat(images[:, None, :, :], 3, axis=1)
        raw = self._session.run(None, {self._input: batch})[0]
        folded = np.zeros((*raw.shape[:2], OTHER + 1))
        for column, sources in enumerate(self._columns):
            folded[:, :, column] = raw[:, :, sources].sum(axis=2)
        folded[:, :, OTHER] = np.clip(1 - folded.sum(axis=2), 0, 1)
        folded /= folded.sum(axis=2, keepdims=True)
        return [Frames(probabilities=row) for row in folded]


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


def _prepare(crop: GreyImage) -> npt.NDArray[np.float32]:
    """A crop at the model's height, scaled to -1…1, padded to a multiple of WIDTH_STEP."""
    width = max(1, min(MAX_WIDTH, round(crop.shape[1] * INPUT_HEIGHT / crop.shape[0])))
    shrinks = crop.shape[0] > INPUT_HEIGHT
    resized = cv2.resize(
        crop,
        (width, INPUT_HEIGHT),
        interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC,
    )
    padded = -(-width // WIDTH_STEP) * WIDTH_STEP
    image = np.zeros((INPUT_HEIGHT, padded), dtype=np.float32)
    image[:, :width] = resized.astype(np.float32) / 127.5 - 1
    return image


@lru_cache(maxsize=1)
def handwriting_recogniser() -> Recogniser:
    """The recogniser of this process. Raises ReaderUnavailable where its model is missing."""
    package = importlib.util.find_spec("rapidocr")
    path = (
        Path(package.origin).parent / "models" / MODEL_FILE if package and package.origin else None
    )
    if path is None or not path.is_file():
        raise ReaderUnavailable(
            "the handwriting model PP-OCRv6 is missing",
            "run `make setup`, or `pip install --no-deps -r requirements-models.txt`",
        )
    return PaddleRecogniser(path)
