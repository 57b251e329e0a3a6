# The front door: everything that is done with this source has its target here.
#
#     make build           the library and the command line, in target/release; FEATURES=capi makes a library that signs alone
#     make demo            build, and sign some requests from C and from the shell
#     make check           the minute before a commit
#     make test            all that a change can break on this machine
#     make test-platforms  the rest: other systems and processors, sanitizers, the oldest Rust
#     make install         PREFIX=/usr/local, DESTDIR=, LIBDIR=
#     make python          the wheel of the Python package, in target/wheels
#     make addin           the add-ins for 1C, in dist
#     make release         those and the extension around them, as a release page would have them

CARGO ?= cargo
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DATADIR ?= $(PREFIX)/share
FUZZ_SECONDS ?= 600
OSIGN_CHAOS_SECONDS ?= 7200
# The parts of the C library; see Cargo.toml.
FEATURES ?= capi,http,postgres,sqlite
COMMA := ,

TARGET := $(or $(CARGO_TARGET_DIR),target)
# What is built is built as it is shipped. `make test` says `debug`: link-time optimisation would take half of its time, and a debug
# build checks more. `make test-platforms` tests what is shipped.
export OSIGN_BUILT ?= release
RELEASE := $(TARGET)/release
DEBUG := $(TARGET)/debug
MADE := $(TARGET)/$(OSIGN_BUILT)
PROFILE := $(OSIGN_BUILT:debug=dev)
BUILT := $(MADE)/libosign.so $(MADE)/libosign.a $(MADE)/osign
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
# What link-time optimisation inlines and unrolls beyond this makes the library an eighth larger: it is RSA, and the standard
# library's backtraces, for the most part. A header costs a hundredth more.
SMALLER := -C llvm-args=-inline-threshold=25 -C llvm-args=-inlinehint-threshold=85 -C llvm-args=-inlinecold-threshold=0 \
	-C llvm-args=-unroll-threshold=22 -C llvm-args=-unroll-partial-threshold=0 -C llvm-args=-align-loops=1
SUITE := CARGO_TARGET_DIR=$(TARGET) scripts/suite.sh

# Two suites run at a time, so those that take long stand first: CONTRIBUTING.md says what each proves.
# Beside them, one by one, run those that take the Python package, since each installs it anew; what needs the library for C stands
# behind others, since that and the wheel are built one by one.
SUITES := rust onec c server differential extension ffi demo vectors
SUITES_BESIDE := python docs
# These build something of their own, with all processors, so they run one by one. They need more than `make test` does, and fetch
# it. Beside them, one by one as well, run those that wait for servers, or work on one processor; all that take the Python package
# are among these, since each installs it anew.
PLATFORM_BUILDS := lint lint-parts abi install static asan tsan tools msrv c-release onec-release \
	onec-i386 onec-arm64 onec-wine windows
PLATFORM_WAITS := postgres python-stores python-programs python-old providers valgrind onec-valgrind
PLATFORM_SUITES := $(PLATFORM_BUILDS) $(PLATFORM_WAITS)
TOGETHER ?= 2

.PHONY: all build signing test-libraries python onec addin release header check-header install demo check test test-platforms bench \
	differential fuzz chaos deps keys venv clean miri msrv deny \
	$(SUITES:%=test-%) $(SUITES_BESIDE:%=test-%) $(PLATFORM_SUITES:%=test-%) \
	test-fuzz test-postgres-long test-cinstall test-deny test-freethreaded test-addin reproduce-addin test-onec-wine32 test-onec-wine-tokens

all: build

# Libraries of every kind put what they depend on into one folder, so that it is built once. Cargo knows of such a folder since
# 1.91; an older one builds it for each.
APART := CARGO_BUILD_BUILD_DIR=$(abspath $(TARGET))/libraries
# And by this each library has a place of its own there. Or one takes that of another, since Cargo tells cdylibs apart by their
# names alone, and each is linked again whenever another was. Where a Cargo does not know it, that is what happens.
export __CARGO_DEFAULT_LIB_METADATA := osign

# What a program that links the static one must name besides is noted for tests/install.sh.
# Suites that run meanwhile have the library open, so what has not changed is left alone.
ifeq ($(OSIGN_BUILT),release)
MAKE_LIBRARY := $(SMALLER) --print native-static-libs=$(abspath $(RELEASE))/libosign.needs
else
MAKE_LIBRARY :=
# The add-in needs it; see there. All have it, since some of what they depend on is built anew where it changes.
export RUSTC_BOOTSTRAP := osign
endif
# For suites that test a debug build beside what is shipped.
AS_TESTED := $(APART) RUSTC_BOOTSTRAP=osign

build:
	$(APART) $(CARGO) build --profile $(PROFILE) --locked --no-default-features --features cli --bin osign --target-dir $(TARGET)
	$(APART) $(CARGO) rustc --profile $(PROFILE) --locked --no-default-features --features wiping,$(subst http,http$(COMMA)roots,$(FEATURES)) --lib \
		--crate-type cdylib,staticlib --target-dir $(TARGET)/c -- $(MAKE_LIBRARY)
	install -C $(TARGET)/c/$(OSIGN_BUILT)/libosign.so $(TARGET)/c/$(OSIGN_BUILT)/libosign.a $(MADE)/
	ln -sf libosign.so $(MADE)/libosign.so.0

# A library that signs alone, whose size has a bound of its own.
signing:
	$(APART) $(CARGO) rustc --release --locked --no-default-features --features wiping,capi --lib --crate-type cdylib \
		--target-dir $(TARGET)/signing -- $(SMALLER)
	mkdir -p $(RELEASE)/signing
	install -C $(TARGET)/signing/release/libosign.so $(RELEASE)/signing/

# The wheel of the Python package; nothing else is left in that folder.
python:
	scripts/deps.sh python
	$(APART) CARGO_TARGET_DIR=$(TARGET) scripts/python.sh build

# The add-in for 1C as this machine runs it; what is shipped is built otherwise. And a library for the tests alone: the add-in and
# the C interface together, with what they need besides: calls that panic, and one that fixes what must differ from signature to
# signature. Running out of memory can be survived by way of a hook that is not stable yet; a stable compiler takes it for the
# one crate that asks.
ONEC := --no-default-features --features onec --lib --crate-type cdylib
ONEC_TOKENS := --no-default-features --features onec-tokens,roots --lib --crate-type cdylib
ONEC_TESTS := --no-default-features --features capi,onec --lib --crate-type cdylib
onec test-libraries: export RUSTC_BOOTSTRAP = osign

# In a place of its own: what is shipped besides is built without RUSTC_BOOTSTRAP, and of what they depend on much is built anew
# whenever that changes.
onec:
	$(APART)/onec $(CARGO) rustc --release --locked $(ONEC) --target-dir $(TARGET)/onec -- $(SMALLER) --cfg osign_alloc_error_hook
	$(APART)/onec $(CARGO) rustc --release --locked $(ONEC_TOKENS) --target-dir $(TARGET)/onec-tokens -- $(SMALLER) \
		--cfg osign_alloc_error_hook
	$(APART)/onec $(CARGO) rustc --release --locked $(ONEC_TESTS) --target-dir $(TARGET)/onec-tests \
		-- $(SMALLER) --cfg osign_alloc_error_hook --cfg osign_panics --cfg osign_vectors

# Our own part alone is optimised, since some of the tests call it a hundred thousand times, and under valgrind.
test-libraries:
	$(APART) $(CARGO) rustc --locked $(ONEC) --target-dir $(TARGET)/onec -- -C opt-level=1 --cfg osign_alloc_error_hook
	$(APART) $(CARGO) rustc --locked $(ONEC_TOKENS) --target-dir $(TARGET)/onec-tokens -- -C opt-level=1 --cfg osign_alloc_error_hook
	$(APART) $(CARGO) rustc --locked $(ONEC_TESTS) --target-dir $(TARGET)/onec-tests \
		-- -C opt-level=1 --cfg osign_alloc_error_hook --cfg osign_panics --cfg osign_vectors
	mkdir -p $(DEBUG)/addin $(DEBUG)/tokens $(DEBUG)/tests
	install -C $(TARGET)/onec/debug/libosign.so $(DEBUG)/addin/
	install -C $(TARGET)/onec-tokens/debug/libosign.so $(DEBUG)/tokens/
	install -C $(TARGET)/onec-tests/debug/libosign.so $(DEBUG)/tests/

# All of the add-in for 1C, in dist; or the libraries of some TARGETS alone (see scripts/addin.sh).
addin:
	CARGO_TARGET_DIR=$(TARGET) scripts/addin.sh $(TARGETS)

# What a release page carries for 1C: both bundles, the extension with them in it, their sums, and a list of it all.
release: addin
	$(TARGET)/addin/tools/bin/python bindings/1c/extension.py bindings/1c/extension dist
	(cd dist && sha256sum --check --quiet SHA256SUMS && ls -l)

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

# Formatting, lints, unit tests, the header.
check:
	scripts/lint.sh check
	$(CARGO) test --locked --features capi,cli,onec-tokens --lib --bins --test header

# All suites run, also after one has failed; the sums stand at the end, and all of them together in the last line. What several of
# them load is built before, so that the tests of Python, which take longest and one processor, run beside the compiler.
test: deps
	@OSIGN_BUILT=debug $(MAKE) --silent --no-print-directory --keep-going --jobs=2 venv build test-libraries || true
	@OSIGN_BUILT=debug CARGO_TARGET_DIR=$(TARGET) scripts/suites.sh $(TOGETHER) $(SUITES) -- $(SUITES_BESIDE)

test-platforms:
	scripts/deps.sh platforms
	@CARGO_TARGET_DIR=$(TARGET) scripts/suites.sh 1 $(PLATFORM_BUILDS) -- $(PLATFORM_WAITS)

deps:
	scripts/deps.sh

# Suites that run at the same time must not make these twice.
keys:
	@mkdir -p $(TARGET)/ctest/keys
	@tests/c/keys.sh $(TARGET)/ctest/keys

test-lint:
	$(SUITE) lint scripts/lint.sh check

# The same of each part alone.
test-lint-parts:
	$(SUITE) lint-parts scripts/lint.sh parts

# Many tests wait for processes, servers and leases, so more of them run at a time than there are processors. The campaign's seed is
# fixed, so that a run says the same again; `make chaos` takes a new one, and hours.
test-rust:
	$(APART) RUST_TEST_THREADS=4 OSIGN_CHAOS_SEED=20261129 $(SUITE) rust $(CARGO) test --locked --no-fail-fast --features capi,cli,onec-tokens

test-c: build test-libraries keys
	$(SUITE) c tests/c/run.sh plain

# The add-in without 1C.
test-onec: test-libraries
	$(SUITE) onec tests/onec/run.sh plain

# What is installed into 1C: its modules run without it, over the add-in.
test-extension: test-libraries
	$(SUITE) extension tests/extension/run.sh \
		$(abspath $(DEBUG))/addin/libosign.so $(abspath $(DEBUG))/tokens/libosign.so

test-onec-valgrind: test-libraries
	$(SUITE) onec-valgrind tests/onec/run.sh valgrind

# The same with the test library, and the add-in, optimised as a release is.
RELEASED := OSIGN_TEST_LIBRARY=$(abspath $(TARGET))/onec-tests/release/libosign.so \
	OSIGN_TEST_ADDIN=$(abspath $(TARGET))/onec/release/libosign.so \
	OSIGN_TEST_TOKENS=$(abspath $(TARGET))/onec-tokens/release/libosign.so
test-c-release: build onec keys
	$(RELEASED) $(SUITE) c-release tests/c/run.sh plain

test-onec-release: onec
	$(RELEASED) $(SUITE) onec-release tests/onec/run.sh plain

# The add-in as it is shipped for other systems, mostly under emulators; building it takes minutes. The last one makes a wine for
# 32-bit programs, in a chroot, and stands apart: see tests/onec/README.md.
test-onec-i386 test-onec-arm64 test-onec-wine test-onec-wine-tokens test-onec-wine32:
	$(SUITE) $(@:test-%=%) tests/onec/run.sh $(@:test-onec-%=%)

# The command line's grants, and their store, as Windows has them.
test-windows:
	$(AS_TESTED) $(SUITE) windows tests/windows/run.sh

# What the guides show is run, and must come out as they say.
test-docs: build venv
	OSIGN_PYTHON=$(abspath $(TARGET))/python/venv/bin/python $(SUITE) docs tests/docs.py

test-valgrind: build keys
	$(SUITE) valgrind tests/c/run.sh valgrind

test-asan: keys
	$(SUITE) asan tests/c/run.sh asan

test-tsan: keys
	$(SUITE) tsan tests/c/run.sh tsan

test-abi: signing
	$(MAKE) build
	$(SUITE) abi tests/c/abi.sh

# Other languages by include/osign.cdef.
test-ffi: build
	$(SUITE) ffi tests/ffi/run.sh

test-static: build
	$(SUITE) static tests/install.sh static

test-install: build
	$(SUITE) install tests/install.sh shared

# examples/c/send_request.c against a server that verifies with oauthlib; logins of OAuth 1.0a from C and from the shell; and the
# examples that keep a grant.
test-server: build
	$(SUITE) server .venv/bin/python tests/server/run.py

# The wheel as it is shipped, installed into an environment of its own, and tested from there.
PYTHON := $(APART) CARGO_TARGET_DIR=$(TARGET) scripts/python.sh
venv: python keys
	$(PYTHON) install

test-python: venv
	$(SUITE) python env $(PYTHON) test

# The same with the oldest clients, and on other versions of Python.
test-python-old: venv
	$(SUITE) python-old env $(PYTHON) old

# Stores in tables of a program's own, at servers of Debian's packages, which it installs.
test-python-stores: venv
	$(APART) CARGO_TARGET_DIR=$(TARGET) $(SUITE) python-stores tests/python_stores/run.sh

# Programs that others wrote for requests_oauthlib, with osign in its place; they are fetched.
test-python-programs: venv
	$(SUITE) python-programs env $(PYTHON) programs

# The same on a Python without its lock, which is built from Debian's source where there is none.
test-freethreaded:
	scripts/deps.sh platforms
	$(SUITE) freethreaded scripts/freethreaded.sh

# The vectors themselves, computed again without osign.
test-vectors:
	$(SUITE) vectors .venv/bin/python tests/vectors/recompute.py

# The seed is fixed, so that a run says the same again; `make differential` takes a new one, and longer.
test-differential: build
	$(SUITE) differential .venv/bin/python tests/differential/generate_and_compare.py \
		--library $(MADE)/libosign.so --seed 20261122

differential: deps build
	.venv/bin/python tests/differential/generate_and_compare.py --library $(MADE)/libosign.so --count 50000

# What `make demo` shows must be right, too.
test-demo: build
	$(SUITE) demo scripts/demo.sh --check

# The bundle in dist is built where it is not there; what it needs is fetched.
test-addin:
	$(SUITE) addin scripts/addin.sh --check

# Another build of the same commit, in another folder, gives the same bytes.
reproduce-addin:
	$(SUITE) reproduce-addin bindings/1c/reproduce.sh $(TARGETS)

# Servers of Debian's package, which it installs; as root. And with the numbers of a fleet, which takes some ten minutes.
test-postgres: build venv
	$(AS_TESTED) $(SUITE) postgres tests/postgres/run.sh

test-postgres-long:
	$(SUITE) postgres-long tests/postgres/run.sh long

# A grant at providers that others wrote; they are fetched.
test-providers:
	$(AS_TESTED) $(SUITE) providers tests/providers/run.sh

test-msrv:
	$(SUITE) msrv scripts/msrv.sh

test-deny:
	$(SUITE) deny scripts/deny.sh

# cargo-c must be there (`cargo install cargo-c`); it takes minutes to build, so neither `make test` nor `make test-platforms` has this.
test-cinstall: build
	$(SUITE) cinstall tests/install.sh cinstall

# The lowest Rust that Cargo.toml promises, by rustup, fetched into target/msrv where it is not there.
msrv: test-msrv

# cargo-deny must be there (`cargo install --locked cargo-deny`), so neither has this.
deny: test-deny

# The unsafe layer under Miri, where the toolchain has it: rustup +nightly component add miri.
# What Miri cannot run is left out: the assembly of hashes and generator, and, by the feature `onec`, pthread_atfork(). The
# backtrace of a panic would take it ten minutes.
miri:
	RUSTFLAGS='--cfg sha1_backend="soft" --cfg sha2_backend="soft" --cfg chacha20_backend="soft"' \
		RUST_BACKTRACE=0 MIRIFLAGS=-Zmiri-disable-isolation \
		$(CARGO) +nightly miri test --locked --no-default-features --features wiping,capi,onec --lib -- capi:: caught::

# --- Measuring, fuzzing ---

bench: signing build python onec
	scripts/deps.sh bench
	benches/run.sh

# Each target for so long; `make test-fuzz` gives each twenty seconds.
fuzz:
	scripts/fuzz.sh $(FUZZ_SECONDS)

# Grants under faults, for long: a search with more processes, built to be fast, and a campaign of OSIGN_CHAOS_SECONDS in which
# everything is drawn by a seed. It prints that, and OSIGN_CHAOS_SEED takes one; tests/chaos/main.rs has the rest. As root there are
# stores at a server, too.
chaos:
	OSIGN_MODEL=long CARGO_PROFILE_TEST_DEBUG_ASSERTIONS=false CARGO_PROFILE_TEST_OVERFLOW_CHECKS=true \
		$(CARGO) test --config 'profile.test.opt-level=3' --config 'profile.test.package."*".opt-level=0' --locked \
		--no-default-features --features sqlite,http --target-dir $(TARGET)/chaos --test grant_model -- --nocapture
	if [ "$$(id -u)" = 0 ]; then \
		OSIGN_CHAOS_SECONDS=$(OSIGN_CHAOS_SECONDS) tests/postgres/run.sh chaos; \
	else \
		echo "chaos: no stores at a server, which need root"; \
		OSIGN_CHAOS_SECONDS=$(OSIGN_CHAOS_SECONDS) $(CARGO) test --locked --no-default-features --features sqlite,http \
			--test chaos -- --nocapture; \
	fi
	OSIGN_TEST_LONG=1 $(CARGO) test --locked --features capi,cli,onec-tokens --test command_line grants::token

test-fuzz:
	$(SUITE) fuzz scripts/fuzz.sh 20

# What is no part of the library's package, fuzz targets and benchmarks, compiles without a warning.
test-tools:
	$(SUITE) tools scripts/lint.sh tools

clean:
	$(CARGO) clean
	rm -rf .venv
