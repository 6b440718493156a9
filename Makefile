# Two commands matter: `make quickstart` and `make test`. Both install what is missing first.

SWIFT ?= swift
JOBS ?= 2
# Numerics are built and tested optimised; one set of flags, so that quickstart and tests share one build.
BUILD_FLAGS = -c release -Xswiftc -enable-testing
FEATHERWEIGHT = $$($(SWIFT) build $(BUILD_FLAGS) --show-bin-path)/featherweight
PYTHON = .venv/bin/python

.PHONY: help setup build quickstart paper paper-full test contract fuzz survival slurm lint bench bench-build bench-peers bench-flower clean

help:
	@echo 'make quickstart   install what is missing, build, run experiments/quickstart.yaml, print its table, write its report'
	@echo 'make paper        short runs of every experiment of the paper, then its tables and figures: results/paper (DATA=DIR)'
	@echo 'make paper-full   the same at the paper'\''s own scale, which takes days'
	@echo 'make test         install what is missing, run all tests'
	@echo 'make contract     open results and exports with the programs they are for: Python'\''s, R, Octave, h5dump, … (ONLY=NAME)'
	@echo 'make fuzz         feed damaged files to every reader of files (FEATHERWEIGHT_FUZZ=1000000 inputs each; 20000 without)'
	@echo 'make survival     kill, share, fill, harm and stop sweeps; all must end with the same bytes (KILLS=200: the long form)'
	@echo 'make slurm        submit sweeps to a Slurm of three nodes that is started for it, and disturb them (ONLY=NAME; needs root)'
	@echo 'make build        build the command; its path is printed'
	@echo 'make lint         check formatting, documentation and import directions'
	@echo 'make bench        measure every workload against what this machine can do (DATA=DIR with mnist/)'
	@echo 'make bench-peers  install PyTorch into Benchmarks/peers/.venv and measure the same work against it (DATA=DIR)'
	@echo 'make bench-flower the same of both federations against Flower, in Benchmarks/peers/.venv-flower (DATA=DIR)'
	@echo 'make setup        install the missing system packages (Debian)'

setup:
	@sh .ci/setup

build: setup
	$(SWIFT) build $(BUILD_FLAGS) --product featherweight
	@echo "built $(FEATHERWEIGHT)"

quickstart: build
	$(FEATHERWEIGHT) run experiments/quickstart.yaml --jobs $(JOBS)
	$(FEATHERWEIGHT) table experiments/quickstart.yaml
	$(FEATHERWEIGHT) report experiments/quickstart.yaml

# The paper's experiments, in order of cost. A second call finds all runs done and writes the same tables and figures again.
PAPER = savings mnist latents cifar10 colour-imbalance
# DATA: the folder with mnist/ and cifar-10-batches-bin/ or its archive. DATA_NOTE: how the CIFAR-10 images came about, for captions.
DATA ?=
DATA_NOTE ?=
# The autoencoder of the CIFAR-10 classifier takes 6 GB per job, and one job already uses all processors.
BIG_JOBS ?= 1

paper: PAPER_SUFFIX = -short
paper paper-full: build
	@sh .ci/setup gnuplot-nox
	set -e; for name in $(PAPER); do \
	  case $$name in cifar10 | colour-imbalance) jobs=$(BIG_JOBS) ;; *) jobs=$(JOBS) ;; esac; \
	  $(FEATHERWEIGHT) run experiments/paper/$$name$(PAPER_SUFFIX).yaml --jobs $$jobs $(if $(DATA),--data '$(DATA)'); \
	done
	$(FEATHERWEIGHT) paper results --out results/paper $(if $(DATA_NOTE),--data-note '$(DATA_NOTE)')

# The readers that result files are tested with; they see the wheels' versions of Tests/requirements.txt.
.venv/installed: Tests/requirements.txt
	python3 -m venv .venv
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --requirement Tests/requirements.txt
	@touch $@

# The tests and what they need, and not every program that the dependencies bring, such as a compiler of protocol buffers.
test: setup .venv/installed
	$(SWIFT) build $(BUILD_FLAGS) --product FeatherweightPackageTests
	$(SWIFT) test $(BUILD_FLAGS) --skip-build

# What opens results and exports in Tests/Contract: some 900 MB installed.
CONTRACT_PACKAGES = hdf5-tools netcdf-bin octave octave-netcdf r-base-core r-cran-hdf5r \
  chromium chromium-driver poppler-utils texlive-latex-base texlive-latex-recommended unzip
# ONLY=readers_dumps: one check alone.
ONLY ?=

.venv/contract: .venv/installed Tests/Contract/requirements.txt
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --requirement Tests/Contract/requirements.txt
	@touch $@

contract: build .venv/contract
	@sh .ci/setup $(CONTRACT_PACKAGES)
	$(PYTHON) Tests/Contract/run.py "$(FEATHERWEIGHT)" $(addprefix --only ,$(ONLY))

FEATHERWEIGHT_FUZZ ?= 20000
fuzz: setup
	$(SWIFT) build $(BUILD_FLAGS) --product featherweight-fuzz
	$$($(SWIFT) build $(BUILD_FLAGS) --show-bin-path)/featherweight-fuzz --inputs $(FEATHERWEIGHT_FUZZ)

# How often the kill storm kills.
KILLS ?= 20
survival: build
	set -e; for script in 'kill-storm.py --kills $(KILLS)' share.py full-disk.py faults.py stop.py; do \
	  set -- $$script; name=$$1; shift; python3 Tests/Survival/$$name "$(FEATHERWEIGHT)" "$$@"; \
	done

# Slurm's daemons are started in a temporary folder and ended again; where they cannot be installed, the script says so and skips.
slurm: build
	@sh .ci/setup munge slurm-client slurmctld slurmd || true
	python3 Tests/Slurm/run.py "$(FEATHERWEIGHT)" $(addprefix --only ,$(ONLY))

lint:
	$(SWIFT) format lint --strict --recursive --configuration .swift-format Package.swift Sources Tests Benchmarks
	python3 .ci/check-imports

# BENCH: options of either benchmark, such as BENCH='--only mlp-32 cnn' or, for peers, BENCH=--quick.
BENCH ?=
BENCH_BINARY = $$($(SWIFT) build $(BUILD_FLAGS) --show-bin-path)/featherweight-bench

bench-build: setup
	$(SWIFT) build $(BUILD_FLAGS) --product featherweight-bench

bench: bench-build
	$(BENCH_BINARY) $(if $(DATA),--data '$(DATA)') $(BENCH)

Benchmarks/peers/.venv/installed: Benchmarks/peers/requirements.txt
	python3 -m venv Benchmarks/peers/.venv
	Benchmarks/peers/.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

# PyTorch compiles with g++ where it is there; without it, its compiled forms cannot be measured.
bench-peers: bench-build Benchmarks/peers/.venv/installed
	@sh .ci/setup g++
	Benchmarks/peers/.venv/bin/python Benchmarks/peers/compare.py --bench "$(BENCH_BINARY)" $(if $(DATA),--data '$(DATA)') $(BENCH)

Benchmarks/peers/.venv-flower/installed: Benchmarks/peers/requirements-flower.txt Benchmarks/peers/requirements.txt
	python3 -m venv Benchmarks/peers/.venv-flower
	Benchmarks/peers/.venv-flower/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

# Flower brings Ray and dozens of packages, so it is asked for by name and has an environment of its own.
bench-flower: bench-build Benchmarks/peers/.venv-flower/installed
	Benchmarks/peers/.venv-flower/bin/python Benchmarks/peers/compare.py --bench "$(BENCH_BINARY)" $(if $(DATA),--data '$(DATA)') \
	  --only federation-a federation-b --forms Flower 'Flower, DataLoader' --seconds 5 $(BENCH)

clean:
	rm -rf .build
