# Onus, from a checkout. The work is done by the scripts in deploy/bin; `make help` says what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: demo test up down reset test-peers bench chaos calibrate format lint schema help
MAKEFLAGS += --no-print-directory

demo:  ## The whole system on a sample organisation: builds, starts, loads, scores, shows the scoreboard
	@deploy/bin/demo.sh

test:  ## Every test, against a PostgreSQL started for it
	@deploy/bin/test.sh

up:  ## The stack without sample data
	@deploy/bin/up.sh

down:  ## Stops what make started
	@deploy/bin/down.sh

reset:  ## Stops it and removes its data
	@deploy/bin/down.sh reset

test-peers:  ## Clients and tools of other people's making against running services
	@deploy/bin/test-peers.sh

bench:  ## The event log beside other queues, scoring at scale, and from a POST to its score; on an idle machine
	@deploy/bin/bench.sh

chaos:  ## Kills services and PostgreSQL at random under load: is anything acknowledged lost, is any effect doubled? (ROUNDS=30)
	@deploy/bin/chaos.sh

calibrate:  ## Writes docs/studies: how far scores can be trusted, on simulated managers whose true scores are known
	@deploy/bin/calibrate.sh

format:  ## Formats the Swift sources
	@swift format --in-place --recursive --parallel Package.swift Shared Services Tests

lint:  ## Formatting, shell scripts, container files; changes nothing
	@deploy/bin/lint.sh

schema:  ## Writes docs/schema.sql from the migrations
	@deploy/bin/schema.sh

help:  ## This list
	@sed -n 's/^\([a-z-]*\):  *## /\1\t/p' Makefile | while IFS=$$'\t' read -r name text; do \
		printf '  make %-11s %s\n' "$$name" "$$text"; done
