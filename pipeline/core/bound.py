"""How wrong a share can still be, from a count: the exact one-sided binomial bound.

Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the
binomial", Biometrika 26 (1934) 404. The upper bound is the share at which so few errors, or fewer,
would turn up with a probability of one minus the confidence. It is a quantile of the beta
distribution; here it is found by halving an interval on the binomial tail itself.
"""

from math import exp, fsum, lgamma, log, log1p

CONFIDENCE = 0.95
_HALVINGS = 100
_MOST = 2**62  # entries; more than anybody keys


def upper_bound(errors: int, n: int, *, confidence: float = CONFIDENCE) -> float:
    """The share (0 to 1) that is exceeded by the true one with at most 1 - `confidence`.

    `errors` were found in `n` entries. Where nothing was looked at, all may be wrong: 1.
    """
    _check(errors, n, confidence)
    if errors == n:
        return 1.0
    low, high = errors / n, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if tail(errors, n, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def more_needed(errors: int, n: int, aim: float, *, confidence: float = CONFIDENCE) -> int:
    """How many further entries without an error bring the upper bound to `aim` (0 to 1) or below.

    0 where it is there already.
    """
    _check(errors, n, confidence)
    if not 0 < aim < 1:
        raise ValueError(f"an aim lies between 0 and 1, not {aim}")

    def is_shown(more: int) -> bool:
        return n + more > errors and tail(errors, n + more, aim) <= 1 - confidence

    if is_shown(0):
        return 0
    short, enough = 0, 1
    while not is_shown(enough):
        short, enough = enough, 2 * enough
        if enough > _MOST:
            raise ValueError(f"no count of entries shows a share of {aim}")
    while enough - short > 1:
        middle = (short + enough) // 2
        short, enough = (short, middle) if is_shown(middle) else (middle, enough)
    return enough


def tail(errors: int, n: int, share: float) -> float:
    """The probability of `errors` or fewer in `n` entries of which `share` (0 to 1) are wrong."""
    if errors >= n or share <= 0:
        return 1.0
    if share >= 1:
        return 0.0
    return min(1.0, fsum(_exactly(k, n, share) for k in range(errors + 1)))


def _exactly(errors: int, n: int, share: float) -> float:
    """The probability of that very number of errors."""
    ways = lgamma(n + 1) - lgamma(errors + 1) - lgamma(n - errors + 1)
    return exp(ways + errors * log(share) + (n - errors) * log1p(-share))


def _check(errors: int, n: int, confidence: float) -> None:
    if not 0 <= errors <= n:
        raise ValueError(f"{errors} errors can't be among {n} entries")
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies between 0 and 1, not {confidence}")
