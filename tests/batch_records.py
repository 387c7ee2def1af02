"""Many records of one form, read with the lots and weights that a test says."""

from dataclasses import dataclass, replace

from record_builders import FakeReader, reading
from site_records import read

from extractors.values import Reading, ScanFile
from pipeline.known import KnownForms
from pipeline.run import ReadOptions, ReadScan
from pipeline.site import Site


@dataclass
class BatchReader:
    """Reads a scan as one record of the small form: its batch, lot and weight as given."""

    batch: str
    lot: Reading
    weight: Reading

    def __call__(self, scan: ScanFile, known: KnownForms, options: ReadOptions) -> ReadScan:
        read = FakeReader(batch=self.batch)(scan, known, options)
        own = {"lot": self.lot, "weight": self.weight}
        records = tuple(
            replace(
                one,
                entries=tuple(
                    replace(
                        entry,
                        reading=own[entry.field],
                        flags=(),
                        accepted=own[entry.field].confidence > 0.99,
                    )
                    if entry.field in own
                    else entry
                    for entry in one.entries
                ),
            )
            for one in read.records
        )
        return replace(read, records=records)


def read_batch(
    site: Site, number: int, *, lot: str = "L1", weight: str = "13.2", sure: float = 0.999
) -> str:
    """The record of batch XB15-(number), read; gives its id."""
    made = BatchReader(f"XB15-{number:04}", reading(lot), reading(weight, sure))
    return read(site, number, made)  # type: ignore[arg-type]
