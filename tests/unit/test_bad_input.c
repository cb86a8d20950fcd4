/* Bad scenarios: each is refused with the right place and a sentence that says what would be right. The places were
 * counted in the texts by hand. */
#include "support/assert_close.h"
#include "support/refused.h"

#include "core/memory.h"
#include "leyden.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define BATTERY         "battery: {cells: 4, frequency: 1}\n"
#define CAVITY          "cavity: {frequency: 1, levels: 4}\n"
#define PROCESS         "{amplitude: 1, rate: 1}"
#define TELEGRAPH(list) "battery:\n  cells: 4\n  frequency: 1\n  telegraph: " list "\n" REST
#define REST            "time: {until: 10}\nobserve: [battery.energy]\n"

static const refused cases[] = {
    {"empty text", "", 1, 1, "", "the scenario is empty; see leyden help scenario"},
    {"only a comment", "# nothing\n", 1, 1, "", "the scenario is empty; see leyden help scenario"},
    {"a list as root",
     "- a\n"
     "- b\n",
     1, 1, "", "a list, where a scenario with keys (battery: ...) is expected"},
    {"a word as root", "battery\n", 1, 1, "", "a text, where a scenario with keys (battery: ...) is expected"},
    {"flow list not closed",
     BATTERY "observe: [battery.energy\n"
             "time: {until: 1}\n",
     3, 5, "", "not valid YAML: while parsing a flow sequence, did not find expected ',' or ']' (begun in line 2)"},
    {"tab as indentation",
     "battery:\n"
     "\011cells: 4\n",
     2, 1, "", "a tab cannot stand here; YAML is indented with spaces"},
    {"bad indentation",
     "battery:\n"
     "  cells: 4\n"
     " frequency: 1\n",
     3, 2, "", "not valid YAML: while parsing a block mapping, did not find expected key (begun in line 1)"},
    {"anchor", "battery: {cells: 4, frequency: &w 1}\n" REST, 1, 32, "",
     "an anchor (&name) is not allowed; name the value under parameters"},
    {"alias", "battery: {cells: 4, frequency: *w}\n" REST, 1, 32, "",
     "an alias (*name) is not allowed; a text that begins with * needs quotes"},
    {"tag", "battery: {cells: !!int 4, frequency: 1}\n" REST, 1, 18, "",
     "a tag (!name) is not allowed; write the value alone"},
    {"key twice",
     "battery:\n"
     "  cells: 4\n"
     "  frequency: 1\n"
     "  cells: 5\n" REST,
     4, 3, "", "key \"cells\" is given twice; the first is in line 2"},
    {"second document", BATTERY REST "---\n" BATTERY, 4, 1, "", "a second document; a file holds one scenario"},
    {"not UTF-8", "title: caf\351\n" BATTERY REST, 1, 11, "", "byte 0xe9 is not part of a UTF-8 text"},
    {"control character", "title: a\001b\n" BATTERY REST, 1, 9, "", "control character 0x01 is not allowed"},
    {"nested too deeply", "battery: [[[[[[[[[[[[[[1]]]]]]]]]]]]]]\n" REST, 1, 21, "",
     "nested too deeply for a scenario"},
    {"list as a key", "[a, b]: 1\n" BATTERY REST, 1, 1, "", "a key is a plain word, not a list or a mapping"},
    {"colon in a plain value", "title: a: b\n" BATTERY REST, 1, 9, "",
     "a colon is not allowed here; put the value in quotes, or check the indentation"},
    {"value begins with @", "battery: {cells: @4, frequency: 1}\n" REST, 1, 18, "",
     "a value cannot begin with @; put it in quotes"},
    {"unknown key", BATTERY "batery: 1\n" REST, 2, 1, "batery",
     "unknown key batery (did you mean battery?); keys are: title, battery, cavity, coupling, noise, drive, "
     "compare, stages, time, functions, derive, "
     "observe, measure, closed_form, fit, figure, optimize, numerics, parameters, sweep"},
    {"unknown nested key", "battery: {cell: 4, frequency: 1}\n" REST, 1, 11, "battery.cell",
     "unknown key cell (did you mean cells?); keys of battery: cells, frequency, frequencies, positions, dipole, "
     "energy_frequency, state, excitations, telegraph, disorder"},
    {"unknown key, nothing near", BATTERY "wibble: 1\n" REST, 2, 1, "wibble",
     "unknown key wibble; keys are: title, battery, cavity, coupling, noise, drive, compare, stages, time, "
     "functions, derive, "
     "observe, measure, closed_form, fit, figure, optimize, numerics, parameters, sweep"},
    {"key of the wrong group", BATTERY "noise: {loss: 0.1}\n" REST, 2, 9, "noise.loss",
     "unknown key loss (did you mean noise.cavity.loss?); keys of noise: cavity, collective, local, mix"},
    {"word of a paper", BATTERY "noise: {kappa: 0.1}\n" REST, 2, 9, "noise.kappa",
     "unknown key kappa (did you mean noise.cavity.loss?); keys of noise: cavity, collective, local, mix"},
    {"word of another program",
     "battery: {cells: 2, frequency: 1}\ntime: {values: [0, 1]}\ne_ops: [battery.energy]\n", 3, 1, "e_ops",
     "unknown key e_ops (did you mean observe?); keys are: title, battery, cavity, coupling, noise, drive, "
     "compare, "
     "stages, time, functions, derive, observe, measure, closed_form, fit, figure, optimize, numerics, parameters, "
     "sweep"},
    {"axis by a word of a paper", BATTERY REST "sweep: {kappa: [1, 2]}\n", 4, 9, "sweep.kappa",
     "unknown sweep axis kappa (did you mean noise.cavity.loss?); an axis is N, a parameter, a dotted key, or a "
     "name "
     "with a list of mappings"},
    {"dotted key", BATTERY "noise.local.emission: 0.1\n" REST, 2, 1, "noise.local.emission",
     "keys are written nested here, not dotted: noise: {...}"},
    {"group without mapping", BATTERY "noise: 0.1\n" REST, 2, 8, "noise",
     "a text, where a mapping of keys is expected"},
    {"key without value", BATTERY "noise:\n" REST, 2, 1, "noise",
     "noise has no value; give it one or leave the key out"},
    {"no battery", REST, 1, 1, "battery.cells",
     "battery.cells is missing: N, number of two-level cells, 1 .. 100000"},
    {"no cells", "battery: {frequency: 1}\n" REST, 1, 1, "battery.cells",
     "battery.cells is missing: N, number of two-level cells, 1 .. 100000"},
    {"no frequency", "battery: {cells: 4}\n" REST, 1, 1, "battery.frequency",
     "battery.frequency is missing: w0, level spacing of a cell"},
    {"no time", BATTERY "observe: [battery.energy]\n", 1, 1, "time.until",
     "time.until is missing: end of the run, > 0"},
    {"nothing to report", BATTERY "time: {until: 10}\n", 1, 1, "observe",
     "nothing to report; list observables under observe, or measures under measure"},
    {"telegraph without list", TELEGRAPH("0.5"), 4, 14, "battery.telegraph",
     "a text, where a list of processes is expected: [{amplitude: a, rate: nu}]"},
    {"telegraph process without keys", TELEGRAPH("[0.5]"), 4, 15, "battery.telegraph",
     "a text, where a process is expected: {amplitude: a, rate: nu} or {amplitude: a, rate_up: u, rate_down: d}"},
    {"telegraph key", TELEGRAPH("[{amplitude: 1, delta: 1}]"), 4, 30, "battery.telegraph",
     "unknown key delta; a process is {amplitude: a, rate: nu} or {amplitude: a, rate_up: u, rate_down: d}"},
    {"telegraph without rate", TELEGRAPH("[{amplitude: 1}]"), 4, 15, "battery.telegraph",
     "a process is {amplitude: a, rate: nu} or {amplitude: a, rate_up: u, rate_down: d}"},
    {"telegraph without amplitude", TELEGRAPH("[{rate: 1}]"), 4, 15, "battery.telegraph",
     "a process is {amplitude: a, rate: nu} or {amplitude: a, rate_up: u, rate_down: d}"},
    {"telegraph with one asymmetric rate", TELEGRAPH("[{amplitude: 1, rate_up: 1}]"), 4, 15, "battery.telegraph",
     "a process is {amplitude: a, rate: nu} or {amplitude: a, rate_up: u, rate_down: d}"},
    {"telegraph with rates of both kinds", TELEGRAPH("[{amplitude: 1, rate: 1, rate_up: 1}]"), 4, 15,
     "battery.telegraph", "a process is {amplitude: a, rate: nu} or {amplitude: a, rate_up: u, rate_down: d}"},
    {"telegraph rate below zero", TELEGRAPH("[{amplitude: 1, rate: -2}]"), 4, 36, "battery.telegraph",
     "rate -2 is negative; a rate is 0 or larger"},
    {"telegraph that depends on time", TELEGRAPH("[{amplitude: t, rate: 2}]"), 4, 27, "battery.telegraph",
     "t is not allowed here; this value does not depend on time"},
    {"telegraph without a start", TELEGRAPH("[{amplitude: 1, rate_up: 0, rate_down: 0}]"), 4, 15,
     "battery.telegraph",
     "rate_up and rate_down are both 0: such a process has no stationary start; rate: 0 is up or down with 1/2 "
     "each"},
    {"five telegraph processes", TELEGRAPH("[" PROCESS ", " PROCESS ", " PROCESS ", " PROCESS ", " PROCESS "]"), 4,
     115, "battery.telegraph", "more than 4 telegraph processes; each doubles the state"},
    {"five telegraph processes on two numbers",
     TELEGRAPH("[" PROCESS ", " PROCESS ", " PROCESS "]") CAVITY
     "coupling: {model: dicke, strength: 1, telegraph: [" PROCESS ", " PROCESS "]}\n",
     8, 76, "coupling.telegraph", "more than 4 telegraph processes; each doubles the state"},
    {"coupling noise without coupling", BATTERY CAVITY "coupling: {telegraph: [" PROCESS "]}\n" REST, 3, 1,
     "coupling.model",
     "coupling.model is missing: tavis-cummings | dicke | {counter_rotating: r}; r = 0 is tavis-cummings, r = 1 "
     "dicke"},
    {"coupling noise without cavity", BATTERY "coupling: {telegraph: [" PROCESS "]}\n" REST, 2, 12,
     "coupling.telegraph", "coupling.telegraph needs a cavity; add cavity: {frequency: ...} or leave it out"},
    {"distance to nothing", BATTERY "time: {until: 1}\nobserve: [battery.energy, trace_distance]\n", 3, 27,
     "observe", "a trace distance needs a second start; add compare: {battery: {state: ...}}"},
    {"rise of the distance to nothing", BATTERY "time: {until: 1}\nmeasure: [\"blp(trace_distance)\"]\n", 3, 11,
     "measure", "a trace distance needs a second start; add compare: {battery: {state: ...}}"},
    {"second start for nothing", BATTERY "compare: {battery: {state: excited}}\n" REST, 2, 21,
     "compare.battery.state", "nothing compares with a second start; observe trace_distance or leave compare out"},
    {"second start of a cavity that is not there",
     BATTERY "compare: {cavity: {state: vacuum}}\ntime: {until: 1}\nobserve: [trace_distance]\n", 2, 20,
     "compare.cavity.state", "compare.cavity.state needs a cavity; add cavity: {frequency: ...} or leave it out"},
    {"second start above the cut-off",
     BATTERY CAVITY "compare: {cavity: {state: {fock: 4}}}\ntime: {until: 1}\nobserve: [trace_distance]\n", 3, 34,
     "compare.cavity.state.fock", "fock 4 is above the cut-off; levels: 4 keeps 0 .. 3"},
    {"impossible second start",
     BATTERY "compare: {battery: {state: {dicke: [3, 0]}}}\ntime: {until: 1}\nobserve: [trace_distance]\n", 2, 37,
     "compare.battery.state.dicke", "j = 3 is not in 0 .. N/2 = 2"},
    {"rise of something else", BATTERY "time: {until: 1}\nmeasure: [\"blp(battery.energy)\"]\n", 3, 11, "measure",
     "blp takes trace_distance or trace_distance_joint"},
    {"no excitations", "battery: {cells: 4, frequency: 1, excitations: 0}\n" REST, 1, 48, "battery.excitations",
     "excitations 0 is not in 1 .. 4"},
    {"fewer excitations than at the start",
     "battery: {cells: 4, frequency: 1, excitations: 2, state: excited}\n" REST, 1, 48, "battery.excitations",
     "2 excitations are kept, and the start holds 4"},
    {"few excitations and a source of them",
     "battery: {cells: 4, frequency: 1, excitations: 2}\nnoise: {local: {absorption: 0.1}}\n" REST, 1, 48,
     "battery.excitations", "noise.local.absorption raises excitations at a rate; all are kept then: leave it out"},
    {"N = 0", "battery: {cells: 0, frequency: 1}\n" REST, 1, 18, "battery.cells",
     "the number of cells 0 is not in 1 .. 100000"},
    {"N = 2.5", "battery: {cells: 2.5, frequency: 1}\n" REST, 1, 18, "battery.cells",
     "the number of cells 2.5 is not an integer"},
    {"N too large", "battery: {cells: 1e6, frequency: 1}\n" REST, 1, 18, "battery.cells",
     "the number of cells 1000000 is not in 1 .. 100000"},
    {"N is a list", "battery: {cells: [1, 2], frequency: 1}\n" REST, 1, 18, "battery.cells",
     "a list, where a number or an expression is expected"},
    {"frequency is a word", "battery: {cells: 4, frequency: high}\n" REST, 1, 32, "battery.frequency",
     "unknown name high; names are N, pi, t, the parameters and functions"},
    {"leading zero", "battery: {cells: 04, frequency: 1}\n" REST, 1, 18, "battery.cells",
     "04 has a leading zero; write 4"},
    {"infinity", "battery: {cells: 4, frequency: .inf}\n" REST, 1, 32, "battery.frequency",
     ".inf is not usable; numbers are finite"},
    {"not a number", "battery: {cells: 4, frequency: nan}\n" REST, 1, 32, "battery.frequency",
     "nan is not usable; numbers are finite"},
    {"overflow", "battery: {cells: 4, frequency: 1e999}\n" REST, 1, 32, "battery.frequency", "1e999 is too large"},
    {"negative frequency", "battery: {cells: 4, frequency: -1}\n" REST, 1, 32, "battery.frequency",
     "frequency -1 is negative; in a rotating frame, give battery.energy_frequency as well"},
    {"negative rate", BATTERY "noise: {local: {emission: -0.1}}\n" REST, 2, 27, "noise.local.emission",
     "rate -0.1 is negative; a constant rate is 0 or larger"},
    {"rate not finite on the run",
     BATTERY "noise:\n"
             "  local:\n"
             "    emission: log(t-1)\n" REST,
     4, 15, "noise.local.emission", "the value at t = 0 is not a number; values are finite all along the run"},
    {"t where time cannot be", "battery: {cells: \"2*t\", frequency: 1}\n" REST, 1, 21, "battery.cells",
     "t is not allowed here; this value does not depend on time"},
    {"unknown name in an expression",
     "parameters: {omega: 1}\n"
     "battery: {cells: 4, frequency: \"2*omgea\"}\n" REST,
     2, 35, "battery.frequency",
     "unknown name omgea (did you mean omega?); names are N, pi, t, the parameters and functions"},
    {"unknown function", "battery: {cells: 4, frequency: \"2*sqr(2)\"}\n" REST, 1, 35, "battery.frequency",
     "unknown function sqr (did you mean sqrt?); see leyden help expressions"},
    {"parenthesis not closed", "battery: {cells: 4, frequency: \"2*(1+3\"}\n" REST, 1, 35, "battery.frequency",
     "this parenthesis is not closed"},
    {"parenthesis too many", "battery: {cells: 4, frequency: \"2*1)\"}\n" REST, 1, 36, "battery.frequency",
     "a closing parenthesis without an opening one"},
    {"arguments too few", "battery: {cells: 4, frequency: \"1 + gauss(t, 5)\"}\n" REST, 1, 37, "battery.frequency",
     "gauss takes 3 arguments, gauss(t, t0, sigma), not 2"},
    {"operator missing", "battery: {cells: 4, frequency: \"2 pi\"}\n" REST, 1, 35, "battery.frequency",
     "an operator is missing here; a product is written a*b"},
    {"product not written", "battery: {cells: 4, frequency: 2pi}\n" REST, 1, 33, "battery.frequency",
     "an operator is missing between 2 and pi; a product is written 2*pi"},
    {"power of Python", "battery: {cells: 4, frequency: 2**3}\n" REST, 1, 33, "battery.frequency",
     "** is not an operator; a power is written ^"},
    {"ends early", "battery: {cells: 4, frequency: \"2*\"}\n" REST, 1, 35, "battery.frequency",
     "the expression ends where a number or a name is expected"},
    {"empty expression", "battery: {cells: 4, frequency: \"\"}\n" REST, 1, 21, "battery.frequency",
     "no value; give a number or an expression, or leave the key out"},
    {"division by zero", "battery: {cells: 4, frequency: 1/0}\n" REST, 1, 33, "battery.frequency",
     "1 / 0 is not a finite number"},
    {"root of a negative number", "battery: {cells: 4, frequency: sqrt(1-2)}\n" REST, 1, 32, "battery.frequency",
     "sqrt(-1) is not a finite number"},
    {"gauss without width", BATTERY "drive: {battery: \"gauss(t, 5, 0)\"}\n" REST, 2, 19, "drive.battery",
     "gauss(t, t0, sigma) needs sigma > 0, not 0"},
    {"comma as decimal sign", "battery: {cells: 4, frequency: \"0,5\"}\n" REST, 1, 34, "battery.frequency",
     "unexpected comma; the decimal sign is a point"},
    {"parameter refers to itself", "parameters: {a: b, b: 2*a}\n" BATTERY REST, 1, 17, "parameters.a",
     "a refers to itself, directly or through other parameters"},
    {"parameter called t", "parameters: {t: 1}\n" BATTERY REST, 1, 14, "parameters.t",
     "t has a meaning of its own; choose another name"},
    {"parameter with a bad name", "parameters: {2w: 1}\n" BATTERY REST, 1, 14, "parameters.2w",
     "\"2w\" cannot name a parameter; use at most 40 letters, digits and _"},
    {"parameters as a list", "parameters: [1]\n" BATTERY REST, 1, 13, "parameters",
     "a list, where a mapping of names is expected: {w: 1.0}"},
    {"parameter depends on time", "parameters: {w: 2*t}\n" BATTERY REST, 1, 19, "parameters.w",
     "t is not allowed here; this value does not depend on time"},
    {"unknown battery state", "battery: {cells: 4, frequency: 1, state: grund}\n" REST, 1, 42, "battery.state",
     "unknown battery state \"grund\" (did you mean ground?); it is one of ground, excited, {dicke: [j, m]}, "
     "{spin_coherent: [theta, phi]}, {gibbs: q}, {blocks: [rho_j, ...]}"},
    {"two states", "battery: {cells: 4, frequency: 1, state: {gibbs: 1, dicke: [2, 0]}}\n" REST, 1, 42,
     "battery.state",
     "battery state is one of ground, excited, {dicke: [j, m]}, {spin_coherent: [theta, phi]}, {gibbs: q}, "
     "{blocks: [rho_j, ...]}"},
    {"state without its value", "battery: {cells: 4, frequency: 1, state: gibbs}\n" REST, 1, 42, "battery.state",
     "gibbs needs a value; battery state is one of ground, excited, {dicke: [j, m]}, {spin_coherent: [theta, "
     "phi]}, {gibbs: q}, {blocks: [rho_j, ...]}"},
    {"state with a value too many", "battery: {cells: 4, frequency: 1, state: {ground: 1}}\n" REST, 1, 43,
     "battery.state", "ground takes no value; write it alone"},
    {"j not a half-integer", "battery: {cells: 4, frequency: 1, state: {dicke: [1.3, 0]}}\n" REST, 1, 51,
     "battery.state.dicke", "j = 1.3 is not a half-integer"},
    {"j above N/2", "battery: {cells: 4, frequency: 1, state: {dicke: [3, 0]}}\n" REST, 1, 51,
     "battery.state.dicke", "j = 3 is not in 0 .. N/2 = 2"},
    {"j with the wrong parity", "battery: {cells: 4, frequency: 1, state: {dicke: [1.5, 0.5]}}\n" REST, 1, 51,
     "battery.state.dicke", "j = 1.5 does not occur for N = 4; N/2 - j is an integer"},
    {"m above j", "battery: {cells: 4, frequency: 1, state: {dicke: [1, 2]}}\n" REST, 1, 54, "battery.state.dicke",
     "m = 2 is not in -j .. j = 1"},
    {"m not a step from j", "battery: {cells: 4, frequency: 1, state: {dicke: [1, 0.5]}}\n" REST, 1, 54,
     "battery.state.dicke", "m = 0.5 does not go with j = 1; j - m is an integer"},
    {"dicke with one number", "battery: {cells: 4, frequency: 1, state: {dicke: 2}}\n" REST, 1, 50,
     "battery.state.dicke", "two numbers are expected: dicke: [j, m]"},
    {"negative q", "battery: {cells: 4, frequency: 1, state: {gibbs: -0.5}}\n" REST, 1, 50, "battery.state.gibbs",
     "q = -0.5 is negative; q = exp(-beta w0) is 0 or larger"},
    {"levels = 0", BATTERY "cavity: {frequency: 1, levels: 0}\n" REST, 2, 32, "cavity.levels",
     "levels 0 is not in 1 .. 1000000"},
    {"levels by a word", BATTERY "cavity: {frequency: 1, levels: atuo}\n" REST, 2, 32, "cavity.levels",
     "unknown word \"atuo\" (did you mean auto?); levels is an integer or auto"},
    {"Fock state above the cut-off", BATTERY "cavity: {frequency: 1, levels: 4, state: {fock: 4}}\n" REST, 2, 49,
     "cavity.state.fock", "fock 4 is above the cut-off; levels: 4 keeps 0 .. 3"},
    {"Fock state not an integer", BATTERY "cavity: {frequency: 1, levels: 4, state: {fock: 1.5}}\n" REST, 2, 49,
     "cavity.state.fock", "fock 1.5 is not an integer"},
    {"negative photons", BATTERY "cavity: {frequency: 1, levels: 4, state: {thermal: -1}}\n" REST, 2, 52,
     "cavity.state.thermal", "nbar = -1 is negative; it is 0 or larger"},
    {"coherent state of three numbers",
     BATTERY "cavity: {frequency: 1, levels: 4, state: {coherent: [1, 2, 3]}}\n" REST, 2, 53,
     "cavity.state.coherent", "two numbers are expected: coherent: alpha, or coherent: [re, im]"},
    {"unknown cavity state", BATTERY "cavity: {frequency: 1, levels: 4, state: {fok: 1}}\n" REST, 2, 43,
     "cavity.state",
     "unknown cavity state \"fok\" (did you mean fock?); it is one of vacuum, {fock: n}, {coherent: alpha}, "
     "{coherent: [re, im]}, {thermal: nbar}"},
    {"cavity without frequency", BATTERY "cavity: {levels: 4}\n" REST, 2, 1, "cavity.frequency",
     "cavity.frequency is missing: wc, frequency of the mode"},
    {"coupling without cavity", BATTERY "coupling: {model: dicke, strength: 1}\n" REST, 2, 12, "coupling.model",
     "coupling.model needs a cavity; add cavity: {frequency: ...} or leave it out"},
    {"cavity noise without cavity", BATTERY "noise: {cavity: {loss: 0.1}}\n" REST, 2, 18, "noise.cavity.loss",
     "noise.cavity.loss needs a cavity; add cavity: {frequency: ...} or leave it out"},
    {"cavity drive without cavity", BATTERY "drive: {cavity: 1}\n" REST, 2, 9, "drive.cavity",
     "drive.cavity needs a cavity; add cavity: {frequency: ...} or leave it out"},
    {"cavity observable without cavity",
     BATTERY "time: {until: 10}\n"
             "observe: [battery.energy, cavity.photons]\n",
     3, 27, "observe", "cavity.photons needs a cavity; the scenario has none"},
    {"cavity measure without cavity",
     BATTERY "time: {until: 10}\n"
             "measure: [\"max(log_negativity)\"]\n",
     3, 11, "measure", "log_negativity needs a cavity; the scenario has none"},
    {"coupling without model", BATTERY CAVITY "coupling: {strength: 1}\n" REST, 3, 1, "coupling.model",
     "coupling.model is missing: tavis-cummings | dicke | {counter_rotating: r}; r = 0 is tavis-cummings, r = 1 "
     "dicke"},
    {"coupling without strength", BATTERY CAVITY "coupling: {model: dicke}\n" REST, 3, 1, "coupling.strength",
     "coupling.strength is missing: g, the coupling of one cell; g/sqrt(N) is written by the user"},
    {"unknown coupling model", BATTERY CAVITY "coupling: {model: tavis-cumings, strength: 1}\n" REST, 3, 19,
     "coupling.model",
     "unknown coupling model \"tavis-cumings\" (did you mean tavis-cummings?); it is one of tavis-cummings, dicke, "
     "{counter_rotating: r}"},
    {"until negative",
     BATTERY "time: {until: -1}\n"
             "observe: [battery.energy]\n",
     2, 15, "time.until", "until -1 is not larger than 0"},
    {"one point",
     BATTERY "time: {until: 1, points: 1}\n"
             "observe: [battery.energy]\n",
     2, 26, "time.points", "points 1 is not in 2 .. 10000000"},
    {"until and values",
     BATTERY "time: {until: 1, values: [0, 1]}\n"
             "observe: [battery.energy]\n",
     2, 18, "time.values", "time has either until and points, or values"},
    {"times not ascending",
     BATTERY "time: {values: [0, 2, 1]}\n"
             "observe: [battery.energy]\n",
     2, 23, "time.values", "time 1 does not come after 2; times ascend"},
    {"negative time",
     BATTERY "time: {values: [-1, 2]}\n"
             "observe: [battery.energy]\n",
     2, 17, "time.values", "time -1 is negative; a run begins at 0"},
    {"no times",
     BATTERY "time: {values: []}\n"
             "observe: [battery.energy]\n",
     2, 16, "time.values", "a list of times is expected: [0, 1, 2]"},
    {"unknown observable",
     BATTERY "time: {until: 10}\n"
             "observe: [battery.energy, battery.ergotrophy]\n",
     3, 27, "observe",
     "unknown observable \"battery.ergotrophy\" (did you mean battery.ergotropy?); see leyden help observables"},
    {"observable without its group",
     BATTERY "time: {until: 10}\n"
             "observe: [ergotropy]\n",
     3, 11, "observe",
     "unknown observable \"ergotropy\" (did you mean battery.ergotropy?); see leyden help observables"},
    {"observable twice",
     BATTERY "time: {until: 10}\n"
             "observe: [power, battery.energy, power]\n",
     3, 34, "observe", "power is listed twice"},
    {"observe without list",
     BATTERY "time: {until: 10}\n"
             "observe: battery.energy\n",
     3, 10, "observe", "a list is expected: [battery.energy, battery.ergotropy]"},
    {"empty list of observables",
     BATTERY "time: {until: 10}\n"
             "observe: []\n",
     3, 10, "observe", "a list is expected: [battery.energy, battery.ergotropy]"},
    {"measure as a mapping",
     BATTERY "time: {until: 10}\n"
             "measure: {best: 1}\n",
     3, 10, "measure",
     "a mapping, where a list is expected: [\"max(battery.ergotropy)\"]; names of your own stand under derive"},
    {"measure without parentheses",
     BATTERY "time: {until: 10}\n"
             "measure: [battery.energy]\n",
     3, 11, "measure", "\"battery.energy\" is not a measure; write \"max(battery.energy)\""},
    {"unknown measure",
     BATTERY "time: {until: 10}\n"
             "measure: [maximum(battery.energy)]\n",
     3, 11, "measure", "unknown measure \"maximum\" (did you mean max?); see leyden help measures"},
    {"unknown observable in a measure",
     BATTERY "time: {until: 10}\n"
             "measure: [max(battery.energie)]\n",
     3, 11, "measure",
     "unknown observable \"battery.energie\" (did you mean battery.energy?); see leyden help observables"},
    {"measure of a vector",
     BATTERY "time: {until: 10}\n"
             "measure: [max(battery.populations)]\n",
     3, 11, "measure", "battery.populations has several values; a measure takes an observable with one"},
    {"measure twice",
     BATTERY "time: {until: 10}\n"
             "measure: [max(power), \"max( power )\"]\n",
     3, 23, "measure", "max( power ) is listed twice"},
    {"tolerance too small", BATTERY "numerics: {tolerance: 1e-15}\n" REST, 2, 23, "numerics.tolerance",
     "tolerance 1e-15 is not in 1e-12 .. 1e-2"},
    {"unknown representation", BATTERY "numerics: {representation: block}\n" REST, 2, 28, "numerics.representation",
     "unknown representation \"block\" (did you mean blocks?); it is one of auto, blocks, sectors, spins, pure, "
     "general"},
    {"unknown propagator", BATTERY "numerics: {propagator: rk45}\n" REST, 2, 24, "numerics.propagator",
     "unknown propagator \"rk45\"; it is one of auto, dop853, chebyshev, uniformisation, radau"},
    {"memory without sense", BATTERY "numerics: {memory: 4 GX}\n" REST, 2, 20, "numerics.memory",
     "memory is a number of bytes larger than 0, or a text like \"4 GiB\""},
    {"neither true nor false", BATTERY "numerics: {certify: yes}\n" REST, 2, 21, "numerics.certify",
     "unknown value \"yes\"; it is one of true, false"},
    {"sweep without axes", BATTERY REST "sweep: {}\n", 4, 8, "sweep",
     "sweep names its axes, {N: [1, 2, 3]}; without a sweep leave it out"},
    {"unknown axis", BATTERY REST "sweep: {kapa: [1, 2]}\n", 4, 9, "sweep.kapa",
     "unknown sweep axis kapa; an axis is N, a parameter, a dotted key, or a name with a list of mappings"},
    {"misspelt axis", BATTERY REST "sweep: {noise.local.emision: [1, 2]}\n", 4, 9, "sweep.noise.local.emision",
     "unknown sweep axis noise.local.emision (did you mean noise.local.emission?); an axis is N, a parameter, a "
     "dotted key, or a name with a list of mappings"},
    {"axis that cannot be swept", BATTERY REST "sweep: {time.points: [10, 20]}\n", 4, 9, "sweep.time.points",
     "time.points cannot be swept; it is the same for every run"},
    {"bath with alpha 1", BATTERY REST "noise: {collective: {rate: 1, alpha: 1}}\n", 4, 38,
     "noise.collective.alpha",
     "alpha = 1 is not smaller than 1; alpha = n/(n+1) = exp(-w0/T) reaches 1 at infinite temperature only"},
    {"bath with negative n", BATTERY REST "noise: {local: {rate: 1, n: -0.5}}\n", 4, 29, "noise.local.n",
     "n -0.5 is negative; it is 0 or larger"},
    {"bath and emission", BATTERY REST "noise: {local: {rate: 1, n: 1, emission: 1}}\n", 4, 32,
     "noise.local.emission", "noise.local has both a bath (rate) and emission; give one of the two forms"},
    {"bath and absorption", BATTERY REST "noise: {local: {absorption: 1, n: 1}}\n", 4, 17, "noise.local.absorption",
     "noise.local has both a bath (n) and absorption; give one of the two forms"},
    {"bath said twice", BATTERY REST "noise: {local: {rate: 1, n: 1, temperature: 2}}\n", 4, 32,
     "noise.local.temperature",
     "noise.local.n and noise.local.temperature say the same thing; give one of alpha, n, temperature"},
    {"bath without rate", BATTERY REST "noise: {collective: {temperature: 2}}\n", 4, 22,
     "noise.collective.temperature", "a bath needs its rate: noise.collective.rate is missing"},
    {"bath without temperature", BATTERY REST "noise: {collective: {rate: 2}}\n", 4, 22, "noise.collective.rate",
     "a bath has a rate and one of alpha, n, temperature; none of these is given (or write emission and "
     "absorption)"},
    {"temperature in a rotating frame",
     "battery: {cells: 4, frequency: 0}\n" REST "noise: {collective: {rate: 2, temperature: 1}}\n", 4, 44,
     "noise.collective.temperature",
     "a temperature needs a constant frequency of the cells larger than 0; in a rotating frame, give "
     "battery.energy_frequency"},
    {"bath that depends on time", BATTERY REST "noise: {collective: {rate: exp(-t), n: 1}}\n", 4, 33,
     "noise.collective.rate", "t is not allowed here; this value does not depend on time"},
    {"mix too large", BATTERY REST "noise: {local: {emission: 1}, mix: 1.5}\n", 4, 36, "noise.mix",
     "mix = 1.5 is not in 0 .. 1; it is the weight of collective against local noise"},
    {"mix of a rate that depends on time", BATTERY REST "noise: {local: {emission: exp(-t)}, mix: 0.5}\n", 4, 27,
     "noise.local.emission",
     "noise.local.emission depends on time, and noise.mix weighs constant rates; write the weight into the "
     "expression"},
    {"group as an axis", BATTERY REST "sweep: {noise.local: [1, 2]}\n", 4, 9, "sweep.noise.local",
     "noise.local is a group of keys; sweep one of them"},
    {"axis without values", BATTERY REST "sweep: {N: []}\n", 4, 12, "sweep.N", "the axis has no values"},
    {"axis without a list", BATTERY REST "sweep: {N: 3}\n", 4, 12, "sweep.N",
     "an axis is a list [a, b, c] or a range {from, to, points}"},
    {"range without an end", BATTERY REST "sweep: {N: {from: 1, points: 3}}\n", 4, 12, "sweep.N",
     "to is missing; a range is {from, to, points, scale}"},
    {"range with an unknown key", BATTERY REST "sweep: {N: {from: 1, to: 3, steps: 3}}\n", 4, 29, "sweep.N",
     "unknown key steps; a range is {from, to, points, scale: linear or log}"},
    {"log range from zero", BATTERY REST "sweep: {noise.local.emission: {from: 0, to: 1, points: 3, scale: log}}\n",
     4, 31, "sweep.noise.local.emission", "a log range needs from > 0 and to > 0, not 0 and 1"},
    {"range of half a point", BATTERY REST "sweep: {N: {from: 1, to: 3, points: 2.5}}\n", 4, 37, "sweep.N",
     "points 2.5 is not an integer in 2 .. 10000000"},
    {"two axes for one key", BATTERY REST "sweep: {N: [1, 2], battery.cells: [1, 2]}\n", 4, 20,
     "sweep.battery.cells", "battery.cells is set by two sweep axes"},
    {"value of an axis out of its domain", BATTERY REST "sweep: {N: [1, 2, 0]}\n", 4, 19, "battery.cells",
     "the number of cells 0 is not in 1 .. 100000 (at N = 0)"},
    {"wrong at one point only", "battery: {cells: 4, frequency: \"1/(N-3)\"}\n" REST "sweep: {N: [4, 3, 2]}\n", 1,
     34, "battery.frequency", "1 / 0 is not a finite number (at N = 3)"},
    {"too many points",
     BATTERY REST
     "sweep: {N: {from: 1, to: 4, points: 10000}, noise.local.emission: {from: 0, to: 1, points: 10000}}\n",
     4, 45, "sweep.noise.local.emission", "the sweep has more than 10000000 points"},
    {"unknown key in a set",
     BATTERY REST "sweep: {sets: [{label: a, noise.local.emission: 1}, {label: b, noise.local.emision: 2}]}\n", 4,
     64, "sweep.sets",
     "unknown sweep axis noise.local.emision (did you mean noise.local.emission?); an axis is N, a parameter, a "
     "dotted key, or a name with a list of mappings"},
};
static const struct {
    refused scenario; /* 0, 0 when it is the setting that is wrong */
    const char *setting;
} settings[] = {
    {{"setting without value", BATTERY REST, 0, 0, "N", "a setting is written KEY=VALUE, as in N=6"}, "N"},
    {{"setting of an unknown key", BATTERY REST, 0, 0, "noise.local.emision=1",
      "unknown key noise.local.emision (did you mean noise.local.emission?); a setting names N, a parameter or a "
      "dotted key"},
     "noise.local.emision=1"},
    {{"setting out of its domain", BATTERY REST, 0, 0, "N=0", "the number of cells 0 is not in 1 .. 100000"},
     "N=0"},
    {{"setting with bad YAML", BATTERY REST, 0, 0, "observe=[power",
      "not valid YAML: while parsing a flow sequence, did not find expected ',' or ']'"},
     "observe=[power"},
    {{"setting with a bad expression", BATTERY REST, 0, 0, "battery.frequency=2*(1",
      "this parenthesis is not closed"},
     "battery.frequency=2*(1"},
    {{"setting taken by a set", BATTERY REST "sweep: {sets: [{N: 1}, {N: 2}]}\n", 0, 0, "N=3",
      "battery.cells is set by the sweep axis sets; set sweep.sets instead"},
     "N=3"},
    {{"power without bound",
      BATTERY "time: {until: 10}\n"
              "measure: [\"final(power)\", \"max(power)\"]\n",
      3, 27, "measure", "power = energy / t has no max when the battery holds energy at t = 0; start from ground"},
     "battery.state=excited"},
};
enum { CASES = sizeof cases / sizeof *cases };

static void bad_scenarios_are_refused_with_place_and_sentence(void **state) {
    (void)state;
    assert_refused(cases, CASES);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        assert_refused_with(&settings[i].scenario, settings[i].setting);
}

static void the_same_without_an_error_report(void **state) {
    (void)state;
    ley_scenario *scenario;
    for (int i = 0; i < CASES; i++)
        assert_int_equal(ley_scenario_create(&scenario, cases[i].text, NULL), LEY_ERR_SCENARIO);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        assert_int_equal(
            ley_scenario_create_with(&scenario, settings[i].scenario.text, &settings[i].setting, 1, NULL),
            LEY_ERR_SCENARIO);
}

/* Every prefix of a text, and every text with one letter replaced: refused or accepted, never a crash or a leak. */
static void cut_and_damaged_texts_do_no_harm(void **state) {
    (void)state;
    static const char letters[] = "\t\n :,[]{}\"'*&!#-0z(";
    char text[512];
    for (int i = 0; i < CASES; i += 5) {
        size_t length = strlen(cases[i].text);
        if (length >= sizeof text) continue;
        for (size_t cut = 0; cut < length; cut++) {
            ley_scenario *scenario;
            memcpy(text, cases[i].text, length + 1);
            if (cut % 2 == 0)
                text[cut] = 0;
            else
                text[cut] = letters[(cut + (size_t)i) % (sizeof letters - 1)];
            ley_status status = ley_scenario_create(&scenario, text, NULL);
            assert_true(status == LEY_OK || status == LEY_ERR_SCENARIO);
            assert_true((status == LEY_OK) == (scenario != NULL));
            ley_scenario_destroy(scenario);
            assert_int_equal(ley_memory_live(), 0);
        }
    }
}

static void wrong_arguments(void **state) {
    (void)state;
    ley_scenario *scenario;
    ley_error err = {0};
    assert_int_equal(ley_scenario_create(NULL, "", &err), LEY_ERR_ARGUMENT);
    assert_int_equal(ley_scenario_create(&scenario, NULL, &err), LEY_ERR_ARGUMENT);
    assert_null(scenario);
    assert_string_equal(err.message, "text is NULL");
    assert_int_equal(ley_scenario_create_with(&scenario, BATTERY REST, NULL, 1, &err), LEY_ERR_ARGUMENT);
    const char *none = NULL;
    assert_int_equal(ley_scenario_create_with(&scenario, BATTERY REST, &none, 1, &err), LEY_ERR_ARGUMENT);
    ley_scenario_destroy(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_scenarios_are_refused_with_place_and_sentence),
        cmocka_unit_test(the_same_without_an_error_report),
        cmocka_unit_test(cut_and_damaged_texts_do_no_harm),
        cmocka_unit_test(wrong_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
