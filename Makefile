# The recipes a person calls; CI calls the same ones. `make` alone lists them.

export CARGO_TARGET_DIR ?= $(CURDIR)/target
# The integration tests mostly wait for processes.
export RUST_TEST_THREADS ?= 3
export MFASCOPE_TOOLS := $(CARGO_TARGET_DIR)/tools

# --- DuckDB -------------------------------------------------------------------------------------
# Compiling DuckDB takes over half an hour on two cores. Its makers publish the same library
# prebuilt in an npm package: it is fetched once, compared with the digest below, and linked.
# Without npm, or on another platform, DuckDB is compiled (Cargo feature `bundled`).
duckdb_version := 1.5.6-r.1
platform := $(subst Linux,linux,$(subst Darwin,darwin,$(shell uname -s)))-$(subst x86_64,x64,$(subst aarch64,arm64,$(shell uname -m)))
sha512_linux-x64 := 21772b64913a904a8cd19e30c1d5671811d7fdface4b7dd53cd0300d743f43e16cf386f4e7c41ef78721ac208870d2651bc6375072145387817824315b998dd5
sha512_linux-arm64 := de39d46838a5d41ac5ffabc067055a227275c6805a5861c1e0f0e2527cc958a0a8f1af132f1f63eff80fc8f97f5064417edad822e4e28516527c5e2658c82d58
sha512_darwin-arm64 := 2854ff27fa72a2eb800f58dfb4021f716551768ae0f9cff2551fc124bf0b24aad24fe9980b877b412b90fa25d261b1691c435401e6546a05eb30fb594fc5f3b2
sha512_darwin-x64 := b55c1464dbdd42868f261ae1dead9eea3c66d4c85a84d1c940afe9bc2c9ca38e8d5f4984b86ce5c3d8b49f6300ae0b32cdc71d0b049c38af5cb5bcabfb7a0c6d
sha512 := $(sha512_$(platform))
sha512sum := $(if $(shell command -v sha512sum),sha512sum,shasum -a 512)

ifneq ($(and $(shell command -v npm),$(sha512)),)
export DUCKDB_LIB_DIR := $(CARGO_TARGET_DIR)/libduckdb/$(duckdb_version)
cargo_flags := --release --no-default-features
duckdb := $(DUCKDB_LIB_DIR)/package.json
else
cargo_flags := --release
duckdb :=
endif

.PHONY: help demo test build lint fmt bench docs clean
help: ## List the recipes
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

demo: build ## Run the daemon on a simulated AWS: no account, no config
	"$(CARGO_TARGET_DIR)/release/mfascope" demo

test: $(duckdb) ## Run every test; installs the peers the tests talk to
	tests/tools/setup "$(MFASCOPE_TOOLS)"
	cargo test $(cargo_flags)

build: $(duckdb) ## Build the release binary
	cargo build $(cargo_flags)

lint: $(duckdb) ## Check format, lints, licences and advisories
	cargo fmt --all --check
	cargo clippy $(cargo_flags) --all-targets -- --deny warnings
	@if command -v cargo-deny >/dev/null; then cargo deny check; else echo "lint: cargo-deny is not installed, licences and advisories were not checked"; fi

fmt: ## Format the code
	cargo fmt --all

bench: $(duckdb) ## Measure decoding, ingest and the picture on the simulated AWS
	cargo bench $(filter-out --release,$(cargo_flags)) --bench '*'

docs: $(duckdb) ## Build the code's documentation
	cargo doc $(cargo_flags) --no-deps

clean: ## Remove everything that was built or fetched
	cargo clean
	rm -rf "$(CARGO_TARGET_DIR)/libduckdb" "$(MFASCOPE_TOOLS)"

$(DUCKDB_LIB_DIR)/package.json:
	@mkdir -p "$(DUCKDB_LIB_DIR)"
	cd "$(DUCKDB_LIB_DIR)" && npm pack --silent @duckdb/node-bindings-$(platform)@$(duckdb_version) >/dev/null
	cd "$(DUCKDB_LIB_DIR)" && echo "$(sha512)  $$(ls *.tgz)" | $(sha512sum) -c --quiet -
	cd "$(DUCKDB_LIB_DIR)" && tar xzf *.tgz --strip-components=1 && rm -f *.tgz && touch package.json
