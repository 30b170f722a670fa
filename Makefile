# The two commands a newcomer needs are `make run` and `make test`; each installs
# what is missing on Debian or Ubuntu and says what to install elsewhere.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

UI := ui/node_modules/.package-lock.json
PAGES := ui/dist/index.html
APP := target/debug/nodewarden-desk
NWDESK := target/debug/nwdesk
# One set of features for all that is built for tests, so that nothing is built twice.
WHOLE := --workspace --features nodewarden-desk/custom-protocol
UI_SOURCES := $(shell git ls-files --cached --others --exclude-standard ui 2>/dev/null)

.PHONY: help
help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1	\2/' | expand -t 18

.PHONY: run
run: ## Install what is missing, build, and open the app (or a demo where there is no display)
	@if [ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ] || [ "$$(uname)" = Darwin ]; then \
		scripts/setup run && $(MAKE) --no-print-directory app && exec $(APP); \
	else \
		echo "There is no display here, so the app's window cannot open. Running the main job on a practice instance instead."; \
		scripts/setup terminal && cargo build --quiet -p nwdesk && exec $(NWDESK) practice --demo; \
	fi

.PHONY: app
app: $(PAGES)
	cargo build -p nodewarden-desk --features custom-protocol
	cargo build -p nwdesk

$(UI): ui/package.json ui/package-lock.json
	# Not `npm ci`: the lock file lacks optional packages of other systems, which npm then refuses.
	cd ui && npm install --no-save --no-audit --no-fund
	touch $@

$(PAGES): $(UI) $(UI_SOURCES)
	cd ui && npm run build

.PHONY: test
test: ## Everything: Rust tests, UI tests, and the window test with screenshots
	scripts/setup test
	$(MAKE) --no-print-directory test-ui test-rust test-window

.PHONY: test-ui
test-ui: $(UI)
	cd ui && npm test

.PHONY: test-rust
test-rust: $(PAGES)
	cargo build $(WHOLE) --bins --tests
	scripts/with-secret-service cargo nextest run $(WHOLE) -E 'not binary(window)'

.PHONY: test-window
test-window: $(PAGES)
	cargo build $(WHOLE) --bins --tests
	scripts/with-display cargo nextest run $(WHOLE) -E 'binary(window)' --no-capture

.PHONY: lint
lint: $(UI) $(PAGES) ## Format, clippy, types, style, licences
	scripts/setup lint
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo deny --workspace --log-level error check licenses bans sources
	cd ui && npm run lint && npm run check

.PHONY: bench
bench: ## Measure the archive engine (release build)
	scripts/bench

.PHONY: package
package: $(UI) ## Build the installers for this system
	scripts/setup run
	cd ui && npx tauri build
