"""What `training/` makes of a graph and of lines; skipped without the extra `training`."""

import numpy as np
import onnxruntime
import pytest

torch = pytest.importorskip("torch", reason="needs `scripts/setup training`")
onnx = pytest.importorskip("onnx", reason="needs `scripts/setup training`")

from extractors.automaton import ALPHABET  # noqa: E402
from extractors.recognise import (  # noqa: E402
    PADDLE_FRAME,
    PADDLE_HEIGHT,
    FormReader,
    adapted_reader,
    paddle_file,
    paddle_reader,
)
from training.adapt import for_forms, without_softmax  # noqa: E402
from training.card import write_card  # noqa: E402
from training.graph import GraphNetwork  # noqa: E402
from training.learn import Learned, Recipe, learn  # noqa: E402
from training.lines import Lines, at_line_height, batch_of, load_lines, one_pass  # noqa: E402
from training.network import LineReader  # noqa: E402

HEIGHT = 40


@pytest.fixture(scope="module")
def model():
    return for_forms(onnx.load(str(paddle_file())))


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    folder = tmp_path_factory.mktemp("crops")
    rng = np.random.default_rng(5)
    widths = rng.integers(40, 90, 24).astype(np.int32)
    pixels = rng.integers(0, 255, int(widths.sum()) * HEIGHT).astype(np.uint8)
    texts = np.array([f"{number}A" for number in range(24)])
    np.savez(folder / "fit-1-00000.npz", pixels=pixels, widths=widths, texts=texts)
    return load_lines(folder, "fit")


def some_lines():
    rng = np.random.default_rng(2)
    return [rng.integers(0, 255, (60, width)).astype(np.uint8) for width in (80, 200)]


def test_a_graph_says_the_same_as_onnx_runtime_does(model, tmp_path):
    path = tmp_path / "model.onnx"
    onnx.save(model, str(path))
    given = np.random.default_rng(1).random((2, 1, PADDLE_HEIGHT, 192), dtype=np.float32)
    (wanted,) = onnxruntime.InferenceSession(str(path)).run(None, {"lines": given})
    with torch.no_grad():
        said = GraphNetwork(without_softmax(model))(torch.from_numpy(given)).softmax(2)
    assert wanted.shape == (2, 192 // PADDLE_FRAME, len(ALPHABET) + 1)
    assert np.allclose(said.numpy(), wanted, atol=1e-5)


def test_with_its_signs_cut_down_it_likes_the_same_signs_best(model, tmp_path):
    path = tmp_path / "model.onnx"
    onnx.save(model, str(path))
    learned = Learned(torch.nn.Identity(), steps=0, passes=0, right=0.0)
    write_card(
        path, height=PADDLE_HEIGHT, step=PADDLE_FRAME, weights=1, minutes=0.0, learned=learned
    )
    reader = FormReader(path, height=PADDLE_HEIGHT, frame=PADDLE_FRAME)
    lines = [np.full((48, 160), 255, np.uint8)]
    (short,), (whole,) = reader.frames(lines), paddle_reader().frames(lines)
    assert short.probabilities[:, 0].min() > 0.9
    assert whole.probabilities[:, 0].min() > 0.9


def test_weights_that_were_learned_come_back_in_the_graph(model):
    network = GraphNetwork(without_softmax(model))
    with torch.no_grad():
        for weight in network.parameters():
            weight.mul_(1.5)
    before = {one.name: onnx.numpy_helper.to_array(one) for one in model.graph.initializer}
    for one in network.learned().graph.initializer:
        after = onnx.numpy_helper.to_array(one)
        factor = 1.5 if one.name in network.names else 1.0
        assert np.allclose(after, before[one.name] * factor, rtol=1e-6)


def test_a_pass_holds_every_line_once_and_is_the_same_each_time(lines):
    def texts(number):
        batches = one_pass(lines, 400, seed=1, number=number, workers=0)
        return [text for batch in batches for text in batch.texts]

    assert sorted(texts(0)) == sorted(lines.texts)
    assert texts(0) == texts(0)
    assert texts(0) != texts(1)


def test_lines_at_another_height_keep_their_texts_and_their_form(lines):
    taller = at_line_height(lines, 48)
    assert taller.texts == lines.texts
    assert taller.line(3).shape == (48, round(lines.widths[3] * 48 / HEIGHT))
    batch = batch_of(taller, [0, 1], None)
    assert batch.lines.shape[:3] == (2, 1, 48)


def test_learning_goes_on_from_where_it_was_kept(lines: Lines, tmp_path, capsys):
    state = tmp_path / "reader.state.pt"
    recipe = Recipe(minutes=0.02, best_rate=1e-3, columns=400)
    first = learn(LineReader(len(ALPHABET) + 1), lines, lines, recipe, state)
    longer = Recipe(minutes=0.04, best_rate=1e-3, columns=400)
    second = learn(LineReader(len(ALPHABET) + 1), lines, lines, longer, state)
    assert 0 < first.steps < second.steps
    assert "right" in capsys.readouterr().err


def test_the_shipped_reader_is_the_one_of_its_card():
    reader = adapted_reader()
    assert reader.model.startswith("pp-ocrv6-forms@")
    columns = [one.probabilities.shape[1] for one in reader.frames(some_lines())]
    assert columns == [len(ALPHABET) + 2] * 2
