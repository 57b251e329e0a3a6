# The front door: everything that is done with this source has its target here.
#
#     make build      the library and the command line, in target/release
#     make demo       build, and sign some requests from C and from the shell
#     make test       every test
#     make install    PREFIX=/usr/local, DESTDIR=, LIBDIR=
#     make python     the wheel of the Python package, in target/wheels
#     make addin      the add-in for 1C, in dist

CARGO ?= cargo
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DATADIR ?= $(PREFIX)/share
FUZZ_SECONDS ?= 600

TARGET := $(or $(CARGO_TARGET_DIR),target)
RELEASE := $(TARGET)/release
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
BUILT := $(RELEASE)/libosign.so $(RELEASE)/libosign.a $(RELEASE)/osign
# What link-time optimisation inlines beyond this makes the library a twentieth larger and no faster; it is
# the standard library's panic messages and backtraces for the most part.
SMALLER := -C llvm-args=-inline-threshold=60 -C llvm-args=-inlinecold-threshold=0
SUITE := CARGO_TARGET_DIR=$(TARGET) scripts/suite.sh

# The suites of `make test`, quick ones first.
SUITES := lint rust c onec docs abi static install server python valgrind onec-valgrind asan tsan vectors differential \
	demo fuzz msrv onec-wine

.PHONY: all build panics python onec addin header check-header install demo test bench differential fuzz deps clean miri \
	msrv deny $(SUITES:%=test-%) test-cinstall test-deny test-freethreaded test-addin reproduce-addin \
	test-onec-i386 test-onec-arm64 test-onec-wine32

all: build

# Cargo leaves link-time optimisation out for a package that is an rlib too, as the command line needs. So
# the C libraries are built a second time, apart, as what they are; that saves a tenth of their size.
build:
	$(CARGO) build --release --locked --features cli --bin osign
	$(CARGO) rustc --release --locked --features capi --lib --crate-type cdylib,staticlib --target-dir $(TARGET)/c \
		-- $(SMALLER)
	cp -f $(TARGET)/c/release/libosign.so $(TARGET)/c/release/libosign.a $(RELEASE)/
	ln -sf libosign.so $(RELEASE)/libosign.so.0

# The release library with one export more, which panics; for tests/c/panic.c.
panics:
	$(CARGO) rustc --release --locked --features capi --lib --crate-type cdylib --target-dir $(TARGET)/panics \
		-- $(SMALLER) --cfg osign_panics

# The wheel of the Python package; nothing else is left in that folder.
python:
	scripts/deps.sh python
	CARGO_TARGET_DIR=$(TARGET) scripts/python.sh build

# The add-in for 1C as this machine runs it, and the same with two methods more: one that panics, one that fixes what
# must differ from signature to signature. For tests/onec/; what is shipped is built otherwise. Running out of memory can be
# survived by way of a hook that is not stable yet; a stable compiler takes it for the one crate that asks.
onec: export RUSTC_BOOTSTRAP = osign
onec:
	$(CARGO) rustc --release --locked --features onec --lib --crate-type cdylib --target-dir $(TARGET)/onec \
		-- $(SMALLER) --cfg osign_alloc_error_hook
	$(CARGO) rustc --release --locked --features onec --lib --crate-type cdylib --target-dir $(TARGET)/onec-tests \
		-- $(SMALLER) --cfg osign_alloc_error_hook --cfg osign_panics --cfg osign_vectors

# All of the add-in for 1C, in dist; or the libraries of some TARGETS alone (see scripts/addin.sh).
addin:
	CARGO_TARGET_DIR=$(TARGET) scripts/addin.sh $(TARGETS)

# --- The header ---

header:
	OSIGN_WRITE_HEADER=1 $(CARGO) test --locked --features capi --test header the_header

check-header:
	$(CARGO) test --locked --features capi --test header

# --- Installing ---

# Builds nothing where something is built, so that `sudo make install` after `make build` runs no compiler.
install: $(BUILT)
	CARGO_TARGET_DIR='$(TARGET)' DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' BINDIR='$(BINDIR)' LIBDIR='$(LIBDIR)' \
		INCLUDEDIR='$(INCLUDEDIR)' DATADIR='$(DATADIR)' VERSION='$(VERSION)' scripts/install.sh

$(BUILT):
	$(MAKE) build

# --- Showing ---

demo:
	scripts/deps.sh demo
	$(MAKE) --no-print-directory build
	CARGO_TARGET_DIR=$(TARGET) scripts/demo.sh

# --- Testing ---

# All suites run, also after one has failed; the sums stand at the end.
test: deps
	@rm -rf $(TARGET)/suites; mkdir -p $(TARGET)/suites
	@failed=; for suite in $(SUITES); do \
		$(MAKE) --no-print-directory test-$$suite || failed="$$failed $$suite"; \
	done; \
	echo; echo "== all"; \
	for suite in $(SUITES); do \
		cat $(TARGET)/suites/$$suite.sum 2>/dev/null || echo "$$suite: 0 passed, 1 failed (it did not run)"; \
	done; \
	echo "not run: addin, onec-i386, onec-arm64, onec-wine32, freethreaded, deny, cinstall (what they need takes minutes to" \
		"build), miri (where the toolchain has it)"; \
	if [ -n "$$failed" ]; then echo "failed:$$failed"; exit 1; fi

deps:
	scripts/deps.sh

test-lint:
	$(SUITE) lint scripts/lint.sh

test-rust:
	$(SUITE) rust $(CARGO) test --locked --features capi,cli,onec

test-c: build panics
	$(SUITE) c tests/c/run.sh plain

# The add-in without 1C.
test-onec: onec
	$(SUITE) onec tests/onec/run.sh plain

test-onec-valgrind: onec
	$(SUITE) onec-valgrind tests/onec/run.sh valgrind

# The add-in as it is shipped for other systems, mostly under emulators; building it takes minutes, so `make test` has the one for
# Windows x64 alone. The last one makes a wine for 32-bit programs, in a chroot: see tests/onec/README.md.
test-onec-i386 test-onec-arm64 test-onec-wine test-onec-wine32:
	$(SUITE) $(@:test-%=%) tests/onec/run.sh $(@:test-onec-%=%)

# What the guides show is run, and must come out as they say.
test-docs: build python
	CARGO_TARGET_DIR=$(TARGET) scripts/python.sh install
	OSIGN_PYTHON=$(abspath $(TARGET))/python/venv/bin/python $(SUITE) docs tests/docs.py

test-valgrind: build
	$(SUITE) valgrind tests/c/run.sh valgrind

test-asan:
	$(SUITE) asan tests/c/run.sh asan

test-tsan:
	$(SUITE) tsan tests/c/run.sh tsan

test-abi: build
	$(SUITE) abi tests/c/abi.sh

test-static: build
	$(SUITE) static tests/install.sh static

test-install: build
	$(SUITE) install tests/install.sh shared

# examples/c/send_request.c against a server that verifies with oauthlib.
test-server: build
	$(SUITE) server .venv/bin/python tests/server/run.py

# The wheel, installed into an environment of its own, and tested from there.
test-python: python
	$(SUITE) python scripts/python.sh test

# The same on a Python without its lock, which is built from Debian's source where there is none.
test-freethreaded:
	scripts/deps.sh python
	$(SUITE) freethreaded scripts/freethreaded.sh

# The vectors themselves, computed again without osign.
test-vectors:
	$(SUITE) vectors .venv/bin/python tests/vectors/recompute.py

# The seed is fixed, so that a run says the same again; `make differential` takes a new one, and longer.
test-differential: build
	$(SUITE) differential .venv/bin/python tests/differential/generate_and_compare.py \
		--library $(RELEASE)/libosign.so --seed 20261122

differential: deps build
	.venv/bin/python tests/differential/generate_and_compare.py --library $(RELEASE)/libosign.so --count 50000

# What `make demo` shows must be right, too.
test-demo: build
	$(SUITE) demo scripts/demo.sh --check

# The bundle in dist is built where it is not there; what it needs is fetched.
test-addin:
	$(SUITE) addin scripts/addin.sh --check

# Another build of the same commit, in another folder, gives the same bytes.
reproduce-addin:
	$(SUITE) reproduce-addin bindings/1c/reproduce.sh $(TARGETS)

test-msrv:
	$(SUITE) msrv scripts/msrv.sh

test-deny:
	$(SUITE) deny scripts/deny.sh

# cargo-c must be there (`cargo install cargo-c`); it takes minutes to build, so `make test` leaves this out.
test-cinstall: build
	$(SUITE) cinstall tests/install.sh cinstall

# The lowest Rust that Cargo.toml promises, by rustup, fetched into target/msrv where it is not there.
msrv: test-msrv

# cargo-deny must be there (`cargo install --locked cargo-deny`), so `make test` leaves this out too.
deny: test-deny

# The unsafe layer under Miri, where the toolchain has it: rustup +nightly component add miri.
# What Miri cannot run is left out: the assembly of hashes and generator, and, by the feature `onec`, pthread_atfork().
miri:
	RUSTFLAGS='--cfg sha1_backend="soft" --cfg sha2_backend="soft" --cfg chacha20_backend="soft"' \
		MIRIFLAGS=-Zmiri-disable-isolation $(CARGO) +nightly miri test --locked --features capi,onec --lib capi

# --- Measuring, fuzzing ---

bench: deps build python onec
	benches/run.sh

# Each target for so long; `make test` gives each a few seconds.
fuzz:
	scripts/fuzz.sh $(FUZZ_SECONDS)

test-fuzz:
	$(SUITE) fuzz scripts/fuzz.sh 10

clean:
	$(CARGO) clean
	rm -rf .venv
