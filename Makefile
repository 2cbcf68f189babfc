# Cocrea. `make` a secas, o `make help`, lista las órdenes.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
LOG    := $(VENV)/setup.log
UV     := $(BIN)/uv pip install --python $(BIN)/python --quiet
BABEL  := $(BIN)/pybabel -q
POT    := cocrea/translations/messages.pot
MO     := $(patsubst %.po,%.mo,$(wildcard cocrea/translations/*/LC_MESSAGES/*.po))
# One process per core, four at most: each worker may hold a browser and a database.
WORKERS ?= auto --maxprocesses=4

# Where keeping compiled modules is forbidden, every process started here would take four times as long to begin.
unexport PYTHONDONTWRITEBYTECODE
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help setup demo demo-reset test lint format fuzz bench images translations constraints chromium python-is-usable FORCE
.DELETE_ON_ERROR:

# $(call quietly,what failed,commands): silent when it works; the log's end and a non-zero exit when it does not.
quietly = { $(2); } >$(LOG) 2>&1 || { \
	printf '\nCocrea: no se pudo %s. Lo que se registró (%s):\n\n' '$(1)' '$(LOG)' >&2; tail -n 40 $(LOG) >&2; exit 1; }

help: ## Esta lista
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-22s%s\n", $$1, $$2 }'

# ---------------------------------------------------------------- installation

setup: $(BIN)/cocrea $(MO) ## Prepara todo: entorno, bibliotecas, archivos de la interfaz, traducciones
	@$(if $(filter setup,$(MAKECMDGOALS)),echo 'Cocrea: todo está listo. Sigue: make demo',:)

python-is-usable:
	@command -v $(PYTHON) >/dev/null || { echo 'Cocrea necesita Python 3.11 o posterior y no encuentra «$(PYTHON)».' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Cocrea necesita Python 3.11 o posterior; «$(PYTHON)» es $$($(PYTHON) --version 2>&1)." >&2; \
		echo 'Si hay otro instalado: make setup PYTHON=python3.11' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo 'A este Python le falta el módulo venv. En Debian o Ubuntu: apt-get install python3-venv' >&2; exit 1; }

# `venv` writes pip last, so an interrupted one is made again.
$(BIN)/pip:
	@$(MAKE) python-is-usable
	@echo 'Cocrea: creo el entorno de Python en $(VENV) …'
	@mkdir -p $(VENV)
	@$(call quietly,crear el entorno,$(PYTHON) -m venv $(VENV))

$(VENV)/.libraries: constraints.txt constraints-build.txt | $(BIN)/pip
	@echo 'Cocrea: instalo las bibliotecas y compruebo la huella de cada una …'
	@sed -n '/^uv==/,/[^\\]$$/p' constraints-build.txt >$(VENV)/uv.txt
	@$(call quietly,instalar las bibliotecas,$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.txt \
		&& $(UV) --require-hashes -r constraints.txt)
	@touch $@

# Editable: the code is used where it lies. The build hook fetches static/vendor (hatch_build.py).
$(BIN)/cocrea: $(VENV)/.libraries pyproject.toml hatch_build.py assets/package.json assets/package-lock.json \
		$(if $(wildcard static/vendor/.fingerprint),,FORCE)
	@echo 'Cocrea: instalo Cocrea y traigo los archivos de la interfaz (tipografía, socket.io) …'
	@$(call quietly,instalar Cocrea,$(UV) --no-deps --build-constraints constraints-build.txt --editable .)
	@touch $@

%.mo: %.po | $(VENV)/.libraries
	@echo 'Cocrea: compilo las traducciones ($*) …'
	@$(call quietly,compilar las traducciones,$(BABEL) compile -i $< -o $@)

# ---------------------------------------------------------------- the demonstration

# The shell takes the Ctrl-C too, so that stopping is not reported as a failure.
demo: setup ## La demostración en http://127.0.0.1:5000 (PORT, DATABASE_URL y REDIS_URL se respetan)
	@trap : INT TERM; $(BIN)/cocrea demo serve; code=$$?; \
	case $$code in 0|130|143) exit 0;; *) exit $$code;; esac

demo-reset: setup ## La demostración, de nuevo desde el principio
	@$(BIN)/cocrea demo reset

# ---------------------------------------------------------------- checks

test: setup chromium lint ## Todas las pruebas: estilo, tipos, capas, unidades, navegador
	@$(BIN)/pytest -n $(WORKERS) $(PYTEST_ARGS)

lint: setup ## Estilo, tipos, capas y plantillas
	@failed=; check() { name=$$1; shift; if out=$$("$$@" 2>&1); then echo "  bien  $$name"; \
		else failed=1; printf '  MAL   %s\n%s\n\n' "$$name" "$$out"; fi; }; \
	check 'ruff check' $(BIN)/ruff check; \
	check 'ruff format' $(BIN)/ruff format --check; \
	check 'mypy' $(BIN)/mypy; \
	check 'import-linter' $(BIN)/lint-imports; \
	check 'djlint' $(BIN)/djlint templates --lint --quiet; \
	test -z "$$failed"

format: setup ## Da formato al código
	@$(BIN)/ruff check --fix-only --quiet; $(BIN)/ruff format

fuzz: setup ## Diez mil solicitudes a la API, como su descripción las permite y como no
	@COCREA_API_CASES=10000 $(BIN)/pytest -q --database sqlite tests/demo/test_api.py

FORCE:

chromium:
	@sh .ci/chromium

bench: setup ## Mediciones: páginas y sala en vivo, contra una referencia en la misma corrida
	@$(BIN)/python -m bench.http
	@$(BIN)/python -m bench.live
	@$(BIN)/python -m bench.similar
	@$(BIN)/python -m bench.opinions
	@$(BIN)/python -m bench.counting
	@$(BIN)/python -m bench.proposal
	@$(BIN)/python -m bench.board
	@$(BIN)/python -m bench.overview
	@$(BIN)/python -m bench.casting

# ---------------------------------------------------------------- upkeep

images: setup chromium ## Toma de nuevo las imágenes de la documentación con la demostración de hoy
	@COCREA_WRITE_IMAGES=1 $(BIN)/pytest -q --database sqlite tests/journeys/test_images.py

translations: setup ## Recoge los textos nuevos en los catálogos y los compila
	@mkdir -p $(dir $(POT))
	@$(BABEL) extract -F babel.cfg -k _l -k lazy --add-location=file --sort-by-file --width=110 \
		--project=Cocrea --omit-header -o $(POT) .
	@test -f cocrea/translations/en/LC_MESSAGES/messages.po || \
		$(BABEL) init -i $(POT) -d cocrea/translations -l en --width=110
	@$(BABEL) update -i $(POT) -d cocrea/translations --no-fuzzy-matching --ignore-pot-creation-date --width=110
	@$(BIN)/pybabel compile -d cocrea/translations --statistics

constraints: setup ## Renueva constraints*.txt y assets/package-lock.json (para quien mantiene)
	@$(BIN)/uv lock --upgrade --quiet
	@$(BIN)/uv export --all-extras --no-emit-project --no-header --quiet -o constraints.txt >/dev/null
	@printf 'hatchling\nnodejs-wheel-binaries\nuv\n' | $(BIN)/uv pip compile --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --no-emit-index-url --quiet -o constraints-build.txt - >/dev/null
	@cd assets && npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved=true --silent
	@if grep -l 'resolved' assets/package-lock.json; then echo 'el archivo nombra un registro' >&2; exit 1; fi
