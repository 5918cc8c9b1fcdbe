# Everything that is done here has a target. A line ending in "## text" appears in `make help`.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install esquemas demo mes down clean test coverage fuzz chaos lint format lock bench bench-retorno bench-noite bench-prevencao bench-demo bench-ui screenshots

PYTHON ?= python3
CONSULTAS ?= 1000
DIAS ?= 30
POR_DIA ?= 30
SEGUNDOS ?= 600
SEEDS ?= 1 2 3
LOTES ?= 2000
FATURADAS ?= 10000000
# WAIT=0: do not wait for Ctrl-C after the summary. Without a terminal nobody waits anyway.
WAIT ?=
# What pytest is told besides.
OPCOES ?=

VENV := .venv
BIN := $(VENV)/bin
PRONTO := $(VENV)/pronto

# Some shells set it; without .pyc files every start of Airflow takes 28 s instead of 11.
unexport PYTHONDONTWRITEBYTECODE
# What a person exported for another project must not leak into this one.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

# An environment holds its own path: moved with its folder, it is of no use.
$(shell grep -qsF "$(CURDIR)" $(PRONTO) || rm -f $(PRONTO))

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

install: $(PRONTO) ## Virtual environment with the locked dependencies and this project

# The Python that makes the environment: named here, so that what is missing is told in one line.
define exigir_python
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' || { \
	  echo "É preciso Python 3.11 ou 3.12; '$(PYTHON)' é: $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "Indique outro assim: make $(MAKECMDGOALS) PYTHON=/caminho/do/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Este Python não tem o módulo venv." >&2; \
	  echo "No Debian e no Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
endef

# uv itself comes by pip, checked against its hash like everything else.
$(PRONTO): requirements.txt pyproject.toml
	$(exigir_python)
	@grep -qs "^command = .* $(CURDIR)/$(VENV)$$" $(VENV)/pyvenv.cfg && $(BIN)/python -c '' 2>/dev/null \
	  || { echo "Criando o ambiente em $(VENV)..."; $(PYTHON) -m venv --clear $(VENV); }
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.txt > $(VENV)/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(VENV)/uv.txt
	@echo "Instalando as dependências..."
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --compile-bytecode requirements.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --compile-bytecode --editable .
	@echo "$(CURDIR)" > $@

# Published by ANS, not by us: brought here and checked against the catalogue.
esquemas: $(PRONTO)
	@$(BIN)/tiss esquemas instalar

demo: esquemas ## Bill a simulated clinic to simulated operadoras (CONSULTAS=1000, WAIT=0)
	@$(BIN)/python -m tiss.demo subir --consultas "$(CONSULTAS)" --esperar "$(WAIT)"

mes: esquemas ## A month of billing, glosas, recursos and payments in minutes, checked to the centavo (DIAS=30 POR_DIA=30)
	@$(BIN)/python -m tiss.demo.mes --dias "$(DIAS)" --consultas "$(POR_DIA)"

down: ## Stop whatever a demo left running
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m tiss.demo derrubar; fi

clean: down ## Stop everything and forget the data and the environment
	rm -rf .tiss $(VENV) .coverage .coverage.* htmlcov .*_cache .hypothesis
	find dags plugins tests benchmarks -name __pycache__ -type d -exec rm -rf {} +

# Four at a time on two cores: most of what they do is wait for an answer. In their order: the chaos
# and the DAGs, which are the longest files, come first.
test: lint esquemas ## Every check and every test
	@$(BIN)/tiss esquemas instalar 4.02.00
	@if [ -n "$$TISS_ESQUEMAS" ]; then $(BIN)/tiss esquemas instalar 4.01.00; fi
	@$(BIN)/pytest -q -n 4 --dist loadfile --no-loadscope-reorder $(OPCOES)

# Watching every line takes as long again.
coverage: OPCOES := --cov --cov-report=term:skip-covered
coverage: test ## The same, and which lines no test reaches

# Rounds of other examples each; what is found is kept in .hypothesis and tried first ever after.
fuzz: esquemas ## Hostile input against the parsers and the validator (SEGUNDOS=600)
	@fim=$$(( $$(date +%s) + $(SEGUNDOS) )); while [ $$(date +%s) -lt $$fim ]; do \
	  TISS_FUZZ_EXEMPLOS=1000 $(BIN)/pytest -q tests/fuzz || exit 1; done

# Each seed is a run of its own: so many lotes while everything breaks, then recovery until quiet.
chaos: esquemas ## Send while everything breaks; fails if anything is billed twice or lost (SEEDS="1 2 3" LOTES=2000 SEGUNDOS=600)
	@$(BIN)/python tests/chaos --sementes $(SEEDS) --lotes "$(LOTES)" --segundos "$(SEGUNDOS)"

lint: $(PRONTO) ## ruff, mypy and the layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(PRONTO) ## Rewrite the code as ruff wants it
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: $(PRONTO) ## Compile requirements.in into requirements.txt
	@$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 requirements.in -o requirements.txt

bench: esquemas ## Measure against tiss, pytiss and plain lxml; fails when a budget is not held
	@$(BIN)/python benchmarks/comparar.py

bench-retorno: esquemas ## Time the reading of answers: 10,000 guias, 1,000 questions
	@$(BIN)/python benchmarks/retorno.py

# With the 10 million about half an hour, and 20 GB of disk meanwhile.
bench-noite: CONSULTAS := 100000
bench-noite: esquemas ## Time a whole night, and a database of many years (CONSULTAS=100000 FATURADAS=10000000)
	@$(BIN)/python benchmarks/noite.py --consultas "$(CONSULTAS)" --faturadas "$(FATURADAS)"

bench-prevencao: esquemas ## Measure the warnings of glosa: how many come true, how many are in vain
	@$(BIN)/python benchmarks/prevencao.py

bench-ui: esquemas ## Time the screens over a million guias, and a lote of 100 (needs Chromium)
	@PYTHONPATH=tests/plugins/web $(BIN)/python benchmarks/telas.py

screenshots: esquemas ## Take the pictures of the screens that the docs show (needs Chromium)
	@$(BIN)/python tests/plugins/web/fotos.py docs/telas

bench-demo: $(PRONTO) ## Time the demo: a fresh clone, then warm
	@$(BIN)/python benchmarks/demo.py --consultas "$(CONSULTAS)"
