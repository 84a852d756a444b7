# The one door: `make demo` runs the pipeline, `make test` tests it; both set everything up.

SHELL := /bin/bash

# A run starts dozens of processes: each keeps the compiled code for the next.
export PYTHONDONTWRITEBYTECODE :=

PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then echo $$python; break; fi; done)

# Glue 6.0 has Python 3.13. Without one its Spark is tried with the Python of everything else.
PYTHON_OF_SPARK_4 ?= $(shell for python in python3.13 "$$(pyenv prefix 3.13 2>/dev/null)/bin/python"; do \
	if $$python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null; \
	then echo $$python; exit; fi; done; echo $(PYTHON))

PACKAGES := libs/contracts libs/lake libs/aws libs/iceberg libs/warehouses libs/web libs/engines jobs/backfill jobs/compaction services/compactor services/extractor services/transformer services/sandbox infra/local cli
SOURCES := $(PACKAGES) tests scripts
# The CDK needs other versions than the services: what imports it is checked in its environment.
CDK_SOURCES := infra/src tests/infra
BIN := .venv/bin

# The CDK's command line comes from npm, when something is deployed and only then. infra's cdk_cli.py
# says why it is this version.
CDK_CLI := aws-cdk@2.1148.0
CDK := PATH=$(CURDIR)/.venv-infra/bin:$$PATH npx --yes $(CDK_CLI)
INFRA := .venv-infra/bin/python -m playlake_infra
# The time of the last commit: the same commit makes the same bytes.
COMMITTED_AT = $(or $(shell git log -1 --format=%ct 2>/dev/null),1577836800)

CHOSEN := --preset $(or $(PRESET),thrifty) $(if $(SETTINGS),--settings $(SETTINGS))
IMAGES_CHOSEN := $(if $(TAG),--tag $(TAG)) $(if $(IMAGES),--images $(IMAGES))

.DEFAULT_GOAL := help
.PHONY: help demo test check checkov format docs setup lock lengths clean dist e2e synth deploy destroy \
	web-files web-schema screenshots slow equal simulate simulate-ablations chaos chaos-aws chaos-extractor \
	chaos-lake chaos-outage chaos-poison chaos-stop engines engines-4 mutate release-check rolling-upgrade soak \
	bench bench-backfill bench-check bench-extractor bench-history bench-query bench-requests bench-service bench-web bench-serving

help: ## show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## run the whole pipeline on this machine over a simulated week; ARGS goes to the command
	@$(MAKE) --no-print-directory setup || exit; set_up=$$SECONDS; \
		PLAYLAKE_HOME="$${PLAYLAKE_HOME:-$(CURDIR)/.playlake}" $(BIN)/playlake demo $(ARGS) || exit; \
		echo "Set-up took $$set_up s, the demonstration $$((SECONDS - set_up)) s."

test: .venv/dev.stamp .venv-ministack/stamp .venv-infra/stamp .venv-powerbi/stamp .venv-snowflake/stamp ## run the tests; ARGS goes to pytest
	@.venv-infra/bin/pytest -c infra/pytest.ini --quiet tests/infra >.venv-infra/tests.log 2>&1 & \
		template=$$!; status=0; \
		$(BIN)/pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder \
			--ignore tests/docker --ignore tests/engines $(ARGS) || status=1; \
		wait $$template || status=1; \
		echo "The tests of the template, run beside them:"; cat .venv-infra/tests.log; \
		exit $$status

e2e: .venv/dev.stamp .venv-ministack/stamp ## run the containers; scripts/docker-engine prepares an engine
	$(BIN)/pytest tests/docker $(ARGS)

engines: .venv/dev.stamp .venv-ministack/stamp .venv-spark/stamp ## backfill and compact lakes on Spark, and compare every row; needs Java 17
	$(BIN)/pytest tests/engines $(ARGS)

engines-4: .venv/dev.stamp .venv-ministack/stamp .venv-spark-4/stamp ## the same on Spark 4, with Python 3.13 if there is one
	$(BIN)/pytest tests/engines --spark .venv-spark-4 $(ARGS)

checkov: .venv/dev.stamp .venv-infra/stamp .venv-checkov/stamp ## compare what checkov finds in the template with what docs/security.md explains
	$(BIN)/python scripts/checkov_findings.py

slow: .venv/dev.stamp .venv-ministack/stamp .venv-infra/stamp .venv-spark/stamp ## run the tests that take long, which make test leaves out
	.venv-infra/bin/pytest -c infra/pytest.ini -m slow tests/infra
	$(BIN)/pytest -m slow tests/e2e tests/engines tests/integration tests/docker tests/unit \
		tests/chaos/test_killed_transformer.py $(ARGS)

web-schema: .venv/dev.stamp ## send the page's API 200 random requests an operation and more, of every kind of client: CASES=200
	CASES=$(or $(CASES),200) $(BIN)/pytest tests/contract/test_web_schema.py --capture no --timeout 900 $(ARGS)

equal: .venv/dev.stamp ## compare transform with a slow implementation on generated parts: PARTS=1000
	$(BIN)/pytest tests/unit/slow_transform --numprocesses 2 --generated $(or $(PARTS),1000) $(ARGS)

simulate: .venv/dev.stamp ## simulate the transformer under faults: SEEDS=1000, FIRST=0 or FRESH=1; SEED=… replays one
	@PYTHONPATH=tests/support $(BIN)/python -m simulation $(if $(SEED),--seed $(SEED), \
		--seeds $(or $(SEEDS),1000) $(if $(FRESH),--fresh,--first $(or $(FIRST),0)))

simulate-ablations: .venv/dev.stamp ## take each safeguard out of a copy of the transformer, and simulate it
	@PYTHONPATH=tests/support $(BIN)/python -m simulation.ablate

chaos: .venv/dev.stamp .venv-ministack/stamp ## kill three transformers 300 times behind a proxy that fails, and check every row
	$(BIN)/pytest tests/chaos/test_delivery.py --parts $(or $(PARTS),2000) \
		--strikes $(or $(KILLS),300) $(if $(SEED),--seed $(SEED)) -s

rolling-upgrade: .venv/dev.stamp .venv-ministack/stamp ## replace transformers of an earlier commit by these under load, and roll back: BASE=HEAD~100
	$(BIN)/pytest -m slow tests/chaos/test_rolling_upgrade.py --parts $(or $(PARTS),600) \
		--base $(or $(BASE),HEAD~100) $(if $(SEED),--seed $(SEED)) -s

chaos-poison: .venv/dev.stamp .venv-ministack/stamp ## put 100 poisons among 2,000 parts, and check the dead letters and the memory
	$(BIN)/pytest -m slow tests/chaos/test_poison.py --parts $(or $(PARTS),2000) \
		--poison $(or $(POISON),100) $(if $(SEED),--seed $(SEED)) -s

chaos-stop: .venv/dev.stamp .venv-ministack/stamp ## stop the transformer 200 times, under load and idle
	$(BIN)/pytest -m slow tests/chaos/test_stopping.py \
		--stops $(or $(STOPS),200) $(if $(SEED),--seed $(SEED)) -s

chaos-outage: .venv/dev.stamp .venv-ministack/stamp ## let S3 fail for 3 minutes and a process hang, and check
	$(BIN)/pytest -m slow tests/chaos/test_standing_still.py \
		--outage $(or $(SECONDS_DOWN),180) $(if $(SEED),--seed $(SEED)) -s

mutate: .venv/dev.stamp ## transform 100,000 mutated parts, and check that nothing is missing
	$(BIN)/pytest tests/unit/transformer/test_mutations.py \
		--mutations $(or $(PARTS),100000) $(if $(SEED),--seed $(SEED)) -s

soak: .venv/dev.stamp .venv-ministack/stamp ## run the transformer under load for 30 minutes, and measure memory and descriptors
	$(BIN)/pytest -m slow tests/chaos/test_soak.py \
		--minutes $(or $(MINUTES),30) $(if $(SEED),--seed $(SEED)) -s

chaos-extractor: .venv/dev.stamp .venv-ministack/stamp ## kill the extractor 200 times, and check
	$(BIN)/pytest tests/chaos/test_killed_extractor.py --playlists 60 \
		--kills $(or $(KILLS),200) $(if $(SEED),--seed $(SEED)) -s

chaos-lake: .venv/dev.stamp ## kill commands on a lake in a folder 100 times, and check
	$(BIN)/pytest tests/chaos/test_killed_commands.py tests/chaos/test_killed_compaction.py \
		--kills $(or $(KILLS),100) $(if $(SEED),--seed $(SEED)) -s

chaos-aws: .venv/dev.stamp .venv-ministack/stamp ## kill the local AWS 100 times and the demo 20 times, and check
	$(BIN)/pytest tests/chaos/test_killed_local_aws.py \
		--kills $(or $(KILLS),100) $(if $(SEED),--seed $(SEED)) -s
	$(BIN)/pytest -m slow tests/chaos/test_killed_demo.py \
		--kills $(or $(DEMO_KILLS),20) $(if $(SEED),--seed $(SEED)) -s

bench-query: .venv/dev.stamp ## time the named queries on a synthetic lake of a year
	@PYTHONPATH=. $(BIN)/python tests/bench/query_ratio.py

bench-backfill: .venv/dev.stamp .venv-spark/stamp ## compare a backfill on Spark with a pool of processes, into bench/backfill.md; ARGS
	@PYTHONPATH=.:tests/support $(BIN)/python -m tests.bench.backfill_ratio $(ARGS)

bench-history: .venv/dev.stamp ## measure how reading grows with the age of a lake, into bench/history.md; ARGS
	@PYTHONPATH=.:tests/support $(BIN)/python tests/bench/history_growth.py $(ARGS)

bench-web: .venv/dev.stamp ## measure the page under load, into bench/page.md; ARGS='--lake FOLDER --playlist ID'
	@PYTHONPATH=.:tests/support $(BIN)/python tests/bench/page_load.py $(ARGS)

bench-serving: .venv/dev.stamp .venv-ministack/stamp ## measure a transformer that serves its page, into bench/page.md; ARGS
	@PYTHONPATH=.:tests/support $(BIN)/python -m tests.bench.transformer_load $(ARGS)

bench-requests: .venv/dev.stamp ## count the requests of a run of 1,000 playlists
	PYTHONPATH=tests/support $(BIN)/python tests/bench/request_counts.py

bench-extractor: .venv/dev.stamp ## compare the CPU time of the extractor with that of bare requests
	@$(BIN)/python tests/bench/extractor_ratio.py

bench-service: .venv/dev.stamp .venv-ministack/stamp ## compare the transformer's throughput with that of its halves
	@PYTHONPATH=.:tests/support $(BIN)/python -m tests.bench.service_ratio $(ARGS)

bench: .venv/dev.stamp .venv-bench/stamp .venv-ministack/stamp .venv-transformer/stamp ## measure everything that is to be fast, into bench/results.md; ARGS
	@PYTHONPATH=. $(BIN)/python -m tests.bench.transform_bench $(ARGS)

bench-check: .venv/dev.stamp ## fail if transform takes over 10 % more CPU time than at a commit: BASE=...
	@PYTHONPATH=. $(BIN)/python -m tests.bench.check $(or $(BASE),HEAD) $(ARGS)

check: .venv/dev.stamp .venv-infra/stamp ## lint, types, layers, formatting
	$(BIN)/ruff check $(SOURCES) infra/src
	$(BIN)/ruff format --check $(SOURCES) infra/src
	$(BIN)/mypy --exclude '^tests/infra/' $(SOURCES)
	MYPYPATH=infra/src:libs/contracts/src:infra/local/src:tests/infra/support \
		.venv-infra/bin/mypy --config-file pyproject.toml $(CDK_SOURCES)
	$(BIN)/lint-imports --no-logo

format: .venv/dev.stamp ## format the code
	$(BIN)/ruff format $(SOURCES) infra/src
	$(BIN)/ruff check --fix $(SOURCES) infra/src

docs: .venv/dev.stamp ## regenerate the generated pages of docs/, and the files of warehouses/
	$(BIN)/python scripts/reference.py
	$(BIN)/python scripts/snowflake_sql.py
	$(BIN)/python scripts/powerbi.py

web-files: ## make the files of the page that come from elsewhere anew, by npm
	cd libs/web/build && npm ci --no-audit --no-fund --ignore-scripts && node build.mjs && rm -r node_modules

screenshots: .venv/dev.stamp ## make the pictures of docs/images anew, from the lake of `playlake demo --days 52`
	PLAYLAKE_HOME="$${PLAYLAKE_HOME:-$(CURDIR)/.playlake}" $(BIN)/python scripts/screenshots.py $(ARGS)

lengths: .venv/dev.stamp ## print how long the functions are
	$(BIN)/python scripts/function_lengths.py $(PACKAGES)

synth: .venv-infra/stamp ## make the CloudFormation templates in infra/template anew
	.venv-infra/bin/python -m playlake_infra synth

deploy: .venv-infra/stamp ## deploy to AWS: PRESET=… SETTINGS=… PLAYLISTS=… TAG=… APPROVAL=never; see docs/operations.md
	@$(INFRA) check $(CHOSEN) $(IMAGES_CHOSEN)
	@$(INFRA) assemble $(CHOSEN)
	@images="$$($(INFRA) parameters $(IMAGES_CHOSEN))" || exit; \
		$(CDK) deploy --app infra/cdk.out --import-existing-resources $$images \
			$(if $(APPROVAL),--require-approval $(APPROVAL)) \
			$(if $(DRIFT),--$(DRIFT)-drift) \
			$(if $(PLAYLISTS),--parameters 'Playlists=$(PLAYLISTS)')

destroy: .venv-infra/stamp ## remove the deployment; both buckets and what is in them stay; APPROVAL=never asks nothing
	@$(INFRA) check-destroy $(CHOSEN)
	@$(INFRA) assemble $(CHOSEN)
	@$(CDK) destroy --app infra/cdk.out $(if $(filter never,$(APPROVAL)),--force)
	@echo "Both buckets are kept with all their objects: delete them yourself if you mean to"

setup: .venv/stamp .venv-ministack/stamp ## install what the command and the services need
	@:

dist: .venv/stamp ## build the distribution: a wheel, its source, and the versions it is tested with
	@rm -rf dist
	@SOURCE_DATE_EPOCH=$(COMMITTED_AT) $(BIN)/uv build --quiet --no-build-isolation \
		--python $(BIN)/python --out-dir dist .
	@wheel=$$(ls dist/*.whl); cp requirements/cli.txt $${wheel%-py3-none-any.whl}-requirements.txt
	@ls dist

release-check: .venv/dev.stamp .venv-release/stamp ## rehearse a release up to publishing it: TAG=v0.2.0, and IMAGES=1 with a Docker engine
	@$(BIN)/python scripts/release_check.py --tools .venv-release \
		$(if $(TAG),--tag $(TAG)) $(if $(IMAGES),--images)

lock: .venv/uv.stamp ## compile requirements/*.in anew, and what pyproject.toml asks for
	$(call lock,installer,requirements/installer.in)
	$(call lock,services,pyproject.toml requirements/services.in)
	$(call lock,cli,--constraints requirements/services.txt pyproject.toml)
	$(call lock,powerbi,--no-deps requirements/powerbi.in)
	for name in dev bench backfill spark spark-4 ministack infra checkov release snowflake build compactor extractor transformer sandbox provision ministack-image; do \
		$(call lock,$$name,requirements/$$name.in); \
	done

clean: ## remove the environments; the lake in .playlake stays
	rm -rf .venv .venv-bench .venv-ministack .venv-infra .venv-checkov .venv-powerbi .venv-release .venv-snowflake .venv-spark .venv-spark-4 .venv-transformer

.venv/uv.stamp: requirements/installer.txt
	@$(call new_environment,.venv)
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --quiet \
		--require-hashes --requirement $<
	@touch $@

.venv/stamp: requirements/services.txt pyproject.toml .venv/uv.stamp
	@echo "Installing the services"
	@$(call install,.venv,--require-hashes --requirement $<)
	@$(call install,.venv,--no-build-isolation --no-deps --editable .)
	@touch $@

# The tests start hundreds of processes, which all need the bytecode.
.venv/dev.stamp: requirements/dev.txt .venv/stamp
	@echo "Installing the tests and checks"
	@$(call install,.venv,--compile-bytecode --require-hashes --requirement $<)
	@touch $@

# MiniStack plays AWS. It needs other versions of what the services use, so it lives apart.
.venv-ministack/stamp: requirements/ministack.txt .venv/uv.stamp
	@echo "Installing the local AWS"
	@$(call new_environment,.venv-ministack,--without-pip)
	@$(call install,.venv-ministack,--compile-bytecode --require-hashes --requirement $<)
	@touch $@

# What transform is compared with. It needs other versions, so it lives apart.
.venv-bench/stamp: requirements/bench.txt .venv/uv.stamp
	@echo "Installing what the benchmark compares with"
	@$(call new_environment,.venv-bench,--without-pip)
	@$(call install,.venv-bench,--compile-bytecode --require-hashes --requirement $<)
	@touch $@

# What plays Snowflake in the tests. It needs another DuckDB, so it lives apart.
.venv-snowflake/stamp: requirements/snowflake.txt .venv/uv.stamp
	@echo "Installing what plays Snowflake"
	@$(call new_environment,.venv-snowflake,--without-pip)
	@$(call install,.venv-snowflake,--compile-bytecode --require-hashes --requirement $<)
	@touch $@

# What checks a distribution and lists what is in it. It needs other versions, so it lives apart.
.venv-release/stamp: requirements/release.txt .venv/uv.stamp
	@echo "Installing what checks a release"
	@$(call new_environment,.venv-release,--without-pip)
	@$(call install,.venv-release,--require-hashes --requirement $<)
	@touch $@

# What checks the Power BI project. It needs other versions, so it lives apart.
.venv-powerbi/stamp: requirements/powerbi.txt .venv/uv.stamp
	@echo "Installing what checks the Power BI project"
	@$(call new_environment,.venv-powerbi,--without-pip)
	@$(call install,.venv-powerbi,--no-deps --require-hashes --requirement $<)
	@touch $@

# Spark, on which a lake can be backfilled and compacted.
.venv-spark/stamp: requirements/spark.txt pyproject.toml .venv/uv.stamp
	@echo "Installing Spark"
	@$(call new_environment,.venv-spark,--without-pip)
	@$(call install,.venv-spark,--require-hashes --requirement $<)
	@$(call install,.venv-spark,--no-build-isolation --no-deps --editable .)
	@touch $@

# A later Spark, with a later Python.
.venv-spark-4/stamp: requirements/spark-4.txt pyproject.toml .venv/uv.stamp
	@echo "Installing Spark 4"
	@$(call new_environment,.venv-spark-4,--without-pip,$(PYTHON_OF_SPARK_4))
	@$(call install,.venv-spark-4,--require-hashes --requirement $<)
	@$(call install,.venv-spark-4,--no-build-isolation --no-deps --editable .)
	@touch $@

# The packages of the transformer's image.
.venv-transformer/stamp: requirements/transformer.txt .venv/uv.stamp
	@echo "Installing what the transformer's image has"
	@$(call new_environment,.venv-transformer,--without-pip)
	@$(call install,.venv-transformer,--compile-bytecode --require-hashes --requirement $<)
	@touch $@

.venv-checkov/stamp: requirements/checkov.txt .venv/uv.stamp
	@echo "Installing checkov"
	@$(call new_environment,.venv-checkov,--without-pip)
	@$(call install,.venv-checkov,--require-hashes --requirement $<)
	@touch $@

.venv-infra/stamp: requirements/infra.txt infra/pyproject.toml libs/contracts/pyproject.toml .venv/uv.stamp
	@echo "Installing the CDK"
	@$(call new_environment,.venv-infra,--without-pip)
	@$(call install,.venv-infra,--require-hashes --requirement $<)
	@$(call install,.venv-infra,--no-build-isolation --no-deps --editable libs/contracts --editable infra)
	@touch $@

define lock
	$(BIN)/uv pip compile --generate-hashes --no-header --no-annotate --universal \
		--python-version 3.11 --quiet --output-file requirements/$(1).txt $(2)
endef

define install
	$(BIN)/uv pip install --quiet --system-certs --python $(1)/bin/python $(2)
endef

define new_environment
	if ! "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "Playlake needs Python 3.11 or newer: install it, or name one: make PYTHON=/path/to/python3" >&2; \
		exit 1; \
	fi; \
	$(or $(3),$(PYTHON)) -m venv $(2) $(1) || { \
		echo "$(or $(3),$(PYTHON)) cannot make virtual environments: install its venv module (on Debian: python3-venv)" >&2; \
		exit 1; \
	}
endef
