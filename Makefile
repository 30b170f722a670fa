# The two commands a newcomer needs are `make run` and `make test`; each installs
# what is missing on Debian or Ubuntu and says what to install elsewhere.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

UI := ui/node_modules/.package-lock.json
PAGES := ui/dist/index.html
# What a person runs is optimised; tests use the development build.
PROFILE := local
APP := target/$(PROFILE)/nodewarden-desk
NWDESK := target/$(PROFILE)/nwdesk
# One set of features for all that is built for tests, so that nothing is built twice.
WHOLE := --workspace --features nodewarden-desk/custom-protocol
# Most tests wait for servers half of the time.
THREADS := $(shell echo $$(( 2 * $$(getconf _NPROCESSORS_ONLN) )))
UI_SOURCES := $(shell git ls-files --cached --others --exclude-standard ui 2>/dev/null)

.PHONY: help
help: ## Show the available targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1	\2/' | expand -t 18

.PHONY: run
run: ## Install dependencies, build, and open the app (or run a demonstration without a display)
	@if [ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ] || [ "$$(uname)" = Darwin ]; then \
		scripts/setup run && $(MAKE) --no-print-directory app && exec $(APP); \
	else \
		echo "There is no display, so the app cannot open. Running a demonstration on a practice instance instead."; \
		scripts/setup terminal && cargo build --locked --quiet --profile $(PROFILE) -p nwdesk && exec $(NWDESK) practice --demo; \
	fi

.PHONY: app
app: $(PAGES)
	cargo build --locked --profile $(PROFILE) -p nodewarden-desk -p nwdesk --features nodewarden-desk/custom-protocol

$(UI): ui/package.json ui/package-lock.json
	cd ui && npm ci --no-audit --no-fund
	touch $@

# The pages contain the licences of the crates.
$(PAGES): $(UI) $(UI_SOURCES) Cargo.lock
	cd ui && npm run build

.PHONY: test
test: ## All tests: Rust, UI, and the window test with screenshots
	scripts/setup test
	$(MAKE) --no-print-directory test-ui test-rust test-window

.PHONY: test-ui
test-ui: $(UI)
	cd ui && npm test

.PHONY: test-rust
test-rust: $(PAGES)
	cargo build --locked $(WHOLE) --bins --tests
	scripts/with-secret-service cargo nextest run --locked $(WHOLE) --test-threads $(THREADS) -E 'not binary(window)'
	cargo test --locked $(WHOLE) --doc --quiet

.PHONY: test-window
test-window: $(PAGES)
	cargo build --locked $(WHOLE) --bins --tests
	scripts/with-display cargo nextest run --locked $(WHOLE) -E 'binary(window)' --no-capture

.PHONY: lint
lint: $(UI) $(PAGES) ## Check formatting, lints, types and licences
	scripts/setup lint
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	cargo deny --workspace --locked --log-level error check licenses bans sources
	cargo machete
	cd ui && npm run lint && npm run check

.PHONY: layout
layout: $(UI) ## Check accessibility and layout of every screen, at all sizes, in both themes and languages
	cd ui && npm run words && npm run axe -- --all && npm run layout

.PHONY: audit
audit: ## Check dependencies for known vulnerabilities (requires the network)
	cargo deny --workspace --locked check advisories
	cd ui && npm audit

.PHONY: lock
lock: ## Regenerate ui/package-lock.json with the optional packages of all systems
	# npm leaves out the packages of other systems when node_modules is there, and keeps
	# leaving them out when the lock file lacks them.
	rm -rf ui/node_modules ui/package-lock.json
	cd ui && npm install --package-lock-only --no-audit --no-fund

.PHONY: bench
bench: $(PAGES) ## Benchmark the archive engine, exports, targets and the start of the app (release build)
	scripts/bench
	scripts/bench-exports
	scripts/bench-targets
	cargo build --locked --release -p nodewarden-desk --features nodewarden-desk/custom-protocol
	scripts/bench-start

.PHONY: pictures
pictures: $(UI) ## Make the pictures of the README
	cd ui && npm run words && npm run shots -- '^(overview|backups|inspect-damaged|restore-attention|recovery-stopped-login)$$' '^1280\.light\.en'
	for one in overview=overview backups=backups inspect-damaged=inspect restore-attention=restore recovery-stopped-login=recovery; do \
		cp target/screenshots/ui/$${one%=*}.1280.light.en.png .github/pictures/$${one#*=}.png; \
	done

.PHONY: package
package: $(PAGES) ## Build the installers for this system (a .deb on Debian and Ubuntu)
	scripts/setup run
	scripts/package $(BUNDLES)

.PHONY: test-package
test-package: ## Install the .deb of this system, open a ZIP with it, and remove it
	scripts/setup package
	scripts/test-package
