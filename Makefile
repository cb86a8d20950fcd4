# The commands of the house. CMake builds; this file sets up, calls it, and runs what is worth a word of its own.

BUILD  ?= build
PREFIX ?= /usr/local
JOBS   ?= $(shell nproc)

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## install the Debian packages that a build, a figure and the Python module need
	@tools/setup build plot python

build: ## build the program (build/leyden), the library, and build/python where Python's headers are
	@tools/setup build
	cmake -S . -B $(BUILD) -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF
	cmake --build $(BUILD) --parallel $(JOBS)

DEMO = demo/canzio2024_fig4
demo: setup build ## compute and draw a published figure into demo/ (under a minute)
	@mkdir -p demo
	$(BUILD)/leyden run examples/canzio2024_fig4.yaml -o $(DEMO).h5 --csv $(DEMO).csv
	@for kind in png svg; do $(BUILD)/leyden plot $(DEMO).h5 -o $(DEMO).$$kind -y "max(battery.ergotropy)" \
	    -y "at_max(battery.locked_energy, battery.ergotropy)" || exit 1; done
	@echo
	@echo "Figure:  $(DEMO).png and $(DEMO).svg; the script that drew it is $(DEMO).gp"
	@echo "Numbers: $(DEMO).h5 and $(DEMO).csv; to read them: $(BUILD)/leyden show $(DEMO).h5"

test: ## set up, build and run every test, then again under the sanitizers
	@tools/setup build plot test
	@tools/test_all $(JOBS)

bench: ## time leyden and its peers: a table, bench/results/*.csv and figures (ten minutes; FULL=1: hours)
	@tools/setup build plot
	cmake -S . -B $(BUILD) -G Ninja -DCMAKE_BUILD_TYPE=Release
	cmake --build $(BUILD) --parallel $(JOBS) --target leyden bench_kernel
	@/usr/bin/python3 bench/bench.py --program $(BUILD)/leyden --kernel $(BUILD)/bench/bench_kernel \
	    $(if $(FULL),--full) $(BENCH)

check-style: ## layout, static analysis, layers, exported symbols, words
	@tools/setup build plot test style
	cmake -S . -B $(BUILD) -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=ON
	cmake --build $(BUILD) --parallel $(JOBS)
	@tools/check_style $(BUILD) $(JOBS)

docs: ## the documents as a site, build/site/html/index.html; a warning is an error
	@tools/setup build python docs
	cmake -S . -B $(BUILD) -G Ninja -DCMAKE_BUILD_TYPE=Release -DLEYDEN_PYTHON=ON
	cmake --build $(BUILD) --parallel $(JOBS) --target leyden leyden_python
	@tools/docs $(BUILD)

install: build ## install under PREFIX (default /usr/local)
	cmake --install $(BUILD) --prefix $(PREFIX)

deb: ## Debian packages, looked at by lintian, in build/deb
	@tools/setup build plot python deb
	rm -rf $(BUILD)/deb && mkdir -p $(BUILD)/deb
	git archive --prefix=leyden/ HEAD | tar -x -C $(BUILD)/deb
	cd $(BUILD)/deb/leyden && dpkg-buildpackage -us -uc -b -j$(JOBS)
	lintian --fail-on error $(BUILD)/deb/*.changes

clean: ## remove what was built; results in demo/ stay
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-tsan $(BUILD)-clang

.DEFAULT_GOAL := help
.PHONY: help setup build demo test bench check-style docs install deb clean
