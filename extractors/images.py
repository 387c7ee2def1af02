"""The few image operations that several stages use, with exact types."""

import cv2
import numpy as np
import numpy.typing as npt

from extractors.values import GreyImage, Matrix

cv2.setNumThreads(1)  # workers are processes, one core each

Image = npt.NDArray[np.uint8]
"""Grey (height × width) or colour (height × width × 3)."""


def scaled(image: Image, factor: float) -> Image:
    """The image with both sides multiplied by `factor`; smooth both ways."""
    if factor == 1.0:
        return image
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    small = cv2.resize(image, None, fx=factor, fy=factor, interpolation=method)
    return np.asarray(small, dtype=np.uint8)


def turned(image: Image, angle: int) -> Image:
    """The image turned clockwise by 0, 90, 180 or 270 degrees."""
    return np.ascontiguousarray(np.rot90(image, -angle // 90))


def warped(image: Image, matrix: Matrix, size: tuple[int, int], *, cubic: bool = False) -> Image:
    """The image under a homography, on a white ground. `size` is (width, height) in pixels."""
    method = cv2.INTER_CUBIC if cubic else cv2.INTER_LINEAR
    moved = cv2.warpPerspective(image, matrix, size, flags=method, borderValue=(255, 255, 255))
    return np.asarray(moved, dtype=np.uint8)


def blurred(image: GreyImage, sigma_px: float) -> GreyImage:
    """The image under a Gaussian of that width."""
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma_px), dtype=np.uint8)


def darkest_channel(image: Image) -> GreyImage:
    """A colour image as grey, every coloured ink as dark as its darkest channel."""
    if image.ndim == 2:
        return image
    first, second, third = cv2.split(image)
    return np.asarray(cv2.min(cv2.min(first, second), third), dtype=np.uint8)


def moved_points(points: npt.NDArray[np.float64], matrix: Matrix) -> npt.NDArray[np.float64]:
    """Points (n × 2) under a homography."""
    homogeneous = np.c_[points, np.ones(len(points))] @ matrix.T
    return np.asarray(homogeneous[:, :2] / homogeneous[:, 2:], dtype=np.float64)
