"""The reader's network: convolutions down to a line of columns, one recurrent layer, CTC.

After Shi, Bai and Yao (2017); the loss is that of Graves et al. (2006).
"""

import torch
from torch import Tensor, nn

from extractors.recognise import OWN_HEIGHT as HEIGHT

STEP = 4
"""Pixels of the line for each frame of probabilities."""


class LineReader(nn.Module):
    """Lines (batch × 1 × HEIGHT × width, ink 1 on paper 0) to logits (batch × width/4 × signs)."""

    def __init__(self, signs: int, width: int = 160) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *_block(1, 32, kernel=5, stride=2),
            *_block(32, 64, stride=2),
            *_block(64, 96),
            nn.MaxPool2d((2, 1)),
            *_block(96, 128),
            *_block(128, 128),
            nn.MaxPool2d((2, 1)),
            *_block(128, 160),
        )
        self.drop = nn.Dropout(0.25)
        self.drop_columns = nn.Dropout(0.1)
        self.squeeze = nn.Linear(160 * (HEIGHT // 16), width)
        self.both_ways = nn.GRU(width, width, bidirectional=True, batch_first=True)
        self.signs = nn.Linear(2 * width, signs)

    def forward(self, lines: Tensor) -> Tensor:
        """The logits of all frames."""
        seen = self.body(lines)
        columns = seen.permute(0, 3, 1, 2).flatten(2)
        columns = self.drop_columns(torch.relu(self.squeeze(columns)))
        context, _ = self.both_ways(columns)
        logits: Tensor = self.signs(self.drop(context))
        return logits


def _block(before: int, after: int, kernel: int = 3, stride: int = 1) -> tuple[nn.Module, ...]:
    return (
        nn.Conv2d(before, after, kernel, stride=stride, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(inplace=True),
    )
