# What people type. Each sets up what it needs first, and does nothing there when all is in place.
PYTHON ?= python3
PORT ?= 8501
export PYTHON PORT

.PHONY: setup run test check samples bench walk exam soak train adapt calibrate pictures

setup:
	@scripts/setup test

# The demonstration site, on http://127.0.0.1:8501; another port with PORT=9000.
run:
	@scripts/setup run
	@scripts/run

# Everything CI runs, on all cores. Some of it only: make test TESTS="tests/unit -k dates"
test: check
	@scripts/tests $(TESTS)

# Format, lint, types, import contracts.
check:
	@scripts/setup test
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

# More sample scans: make samples N=500 SEED=3 SPLIT=test OUT=out/exam HANDS=folder
samples:
	@scripts/setup samples
	.venv/bin/python -m sample_scans.make $(if $(N),--n $(N)) $(if $(SEED),--seed $(SEED)) \
	    $(if $(SPLIT),--split $(SPLIT)) $(if $(OUT),--out $(OUT)) $(if $(HANDS),--hands $(HANDS))

# What reading costs (seconds a page on one core, a worker's peak memory), how quick the queue
# answers with 100,000 records, and how searches and genealogies grow to 1,000,000 entries and
# records on SQLite and PostgreSQL, with a plot of it.
bench:
	@scripts/setup test
	.venv/bin/python -m benchmarks.read
	.venv/bin/python -m benchmarks.queue
	.venv/bin/python -m benchmarks.growth --out $(or $(OUT),out)/growth
	$(MAKE) walk

# What a step at the desk costs: a record of 12 full pages with 40 flags, walked through by keyboard
# in a real Chromium, with 100,000 other records in the queue (OTHERS=1000 for fewer).
walk:
	@scripts/setup test
	.venv/bin/python -m benchmarks.walk --others $(or $(OTHERS),100000)

# All figures with their bounds, on sets made for each: make exam HANDS=folder SEED=3 OUT=out/exam
# (hours; SCALE=0.01 for a trial, PARTS=voids,boxes for some of it; the same again goes on)
exam:
	@scripts/setup samples
	.venv/bin/python -m benchmarks.exam --seed $(or $(SEED),1) --out $(or $(OUT),out/exam) \
	    --scale $(or $(SCALE),1) $(if $(HANDS),--hands $(HANDS)) $(if $(SPLIT),--split $(SPLIT)) \
	    $(if $(PARTS),--parts $(PARTS)) $(if $(WORKERS),--workers $(WORKERS))

# Every bit of an approved record flipped, and each found by verifying (minutes); a record of a real
# scan with SCAN=sample_scans/scans/015.jpg, one bit of every byte (hours; EVERY=50 for a part of it);
# then the HTTP API, asked FUZZ times (200) at each route with what its document allows and forbids,
# and a genealogy over five levels among 1,000,000 records. With ENTRIES=50000000 the search
# instead, in an archive of 1,000,000 records (hours; the same again goes on)
soak:
	@scripts/setup test
ifdef ENTRIES
	.venv/bin/python -m benchmarks.search --entries $(ENTRIES) --tries 20 --out $(or $(OUT),out)/search
else
	$(if $(SCAN),SCAN=$(SCAN)) $(if $(EVERY),EVERY=$(EVERY)) .venv/bin/pytest tests/soak/every_byte.py
	FUZZ_EXAMPLES=$(or $(FUZZ),200) .venv/bin/pytest tests/integration/test_api_fuzz.py
	.venv/bin/python -m benchmarks.genealogy --records 1000000 --at $(or $(OUT),out/soak)
endif

# The handwriting reader anew, out of pen strokes: make train HANDS=folder OUT=out/training
OUT_TRAINING = $(or $(OUT),out/training)
train:
	@scripts/setup training
	.venv/bin/python -m training.crops --out $(OUT_TRAINING) $(if $(HANDS),--hands $(HANDS)) --split tune --sheets 60
	.venv/bin/python -m training.crops --out $(OUT_TRAINING) $(if $(HANDS),--hands $(HANDS)) --split fit --sheets 5000
	.venv/bin/python -m training.fit --crops $(OUT_TRAINING) --out $(OUT_TRAINING) --minutes 80

# PP-OCRv6 adapted to form entries, on the crops of `make train`: make adapt OUT=out/training
# (minutes with a GPU; a GPU is used where there is one)
adapt:
	@scripts/setup training
	.venv/bin/python -m training.adapt --crops $(OUT_TRAINING) --out $(OUT_TRAINING) --minutes $(or $(MINUTES),80)

# The confidence of readings anew, on everybody of the tune split: make calibrate HANDS=folder
TUNE = 4041 4042
calibrate:
	@scripts/setup training
	for seed in $(TUNE); do .venv/bin/python -m sample_scans.make --n 300 --seed $$seed --split tune \
	    --everybody --out $(OUT_TRAINING)/tune-$$seed $(if $(HANDS),--hands $(HANDS)) || exit; done
	.venv/bin/python -m training.calibrate $(TUNE:%=--set $(OUT_TRAINING)/tune-%) --out extractors/models/calibration.json

# The documents' pictures of the screens: make pictures [ONLY="queue record"] [SITE=folder]
pictures:
	@scripts/setup test
	PYTHONPATH=.:tests:tests/acceptance OMP_NUM_THREADS=1 OMP_THREAD_LIMIT=1 \
	    .venv/bin/python docs/take_pictures.py $(if $(SITE),--site $(SITE)) $(ONLY)
