# SPDX-License-Identifier: Apache-2.0
# The door to everything: thin over Maven, scripts/ and mininet/. `make help` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON := /usr/bin/python3
MVN := mvn -B
NAT64D := app/nat64d
DNS64 := dns64/server
ENGINE := translator-punt/engine
CORE := app/core
OPENFLOW := app/openflow
FUZZ_TARGETS := translatesOrTellsWhy tracksFragments writesErrorsOrRefuses
DNS64_FUZZ_TARGETS := queriesAreAnsweredOrDropped upstreamsAreBelievedOrNot
SOAK_MINUTES := 60
OAR := app/onos/oar

# Everything is built with a JDK 25, whatever java is on PATH.
with_jdk25 = JAVA_HOME="$$(scripts/jdk25)" && export JAVA_HOME &&

.PHONY: help build demo test bench soak oar lint clean root setup

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

build: ## compile and package nat64d with all it needs, without tests
	@$(with_jdk25) $(MVN) -q -DskipTests -pl $(NAT64D),$(DNS64) -am package

demo: root setup build ## an IPv6-only host opens a page on an IPv4-only server (ARGS=--keep: stay at the prompt)
	@$(with_jdk25) exec $(PYTHON) mininet/demo.py $(ARGS)

test: root setup ## build, all unit tests, then the end-to-end tests (root)
	@$(with_jdk25) $(MVN) verify
	@$(with_jdk25) exec $(PYTHON) mininet/run_tests.py $(ARGS)

bench: root setup build ## benchmarks, each against its bare or plain twin in the same run (JMH_ARGS="-p bytes=64")
	@$(with_jdk25) $(MVN) -q -Pbench -pl $(ENGINE),$(CORE) test \
		$(if $(JMH_ARGS),-Djmh.args="$(JMH_ARGS)") $(if $(JMH_CORE_ARGS),-Djmh.core.args="$(JMH_CORE_ARGS)")
	@$(with_jdk25) $(PYTHON) mininet/bench.py
	@$(with_jdk25) exec $(PYTHON) mininet/bench_dns64.py

soak: root setup ## search for what breaks engine, DNS64 and switch tables; an hour of DNS64 (SOAK_MINUTES=60)
	@$(with_jdk25) for target in $(FUZZ_TARGETS); do \
		JAZZER_FUZZ=1 $(MVN) -q -f $(ENGINE)/pom.xml test -Dtest="EngineFuzzTest#$$target"; done
	@$(with_jdk25) for target in $(DNS64_FUZZ_TARGETS); do \
		JAZZER_FUZZ=1 $(MVN) -q -pl dns64/core -am test -Dtest="WireFuzzTest#$$target" \
			-Dsurefire.failIfNoSpecifiedTests=false; done
	@$(with_jdk25) $(MVN) -q -pl $(OPENFLOW) -am verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false \
		-Dit.test=InSwitchSweepIT -Dfailsafe.failIfNoSpecifiedTests=false -Dinstar.sweep=full
	@$(with_jdk25) $(MVN) -q -pl $(DNS64) -am test -Dtest=Dns64SoakTest -Dsurefire.failIfNoSpecifiedTests=false \
		-Dsoak.minutes=$(SOAK_MINUTES)

oar: ## the ONOS application archive
	@$(with_jdk25) $(MVN) -q -DskipTests -pl $(OAR) -am package
	@ls -l $(OAR)/target/*.oar

lint: ## house rules: headers, line lengths, syntax of the scripts
	@scripts/lint

clean: ## remove what was built
	@$(with_jdk25) $(MVN) -q clean
	@rm -rf mininet/target

root:
	@[ "$$(id -u)" -eq 0 ] || { echo "not root: namespaces and Open vSwitch need it; use sudo" >&2; exit 1; }

setup:
	@scripts/setup
