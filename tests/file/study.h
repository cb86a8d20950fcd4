/* What the tests of studies share: two scenarios, a folder for the files, and short ways to run, open and write.
 * The engine is that of known_engine.h. */
#ifndef TESTS_STUDY_H
#define TESTS_STUDY_H

#include "file/known_engine.h"
#include "result/result.h"
#include "scenario/scenario.h"
#include "support/assert_close.h"
#include "support/same_datasets.h"

extern const char sweep_text[];  /* N = 1 .. POINTS, ROWS times */
extern const char single_text[]; /* N = 3, 400 times */
enum { POINTS = 6, ROWS = 21 };

/* Of a group of tests: its folder is made, removed. Of each test: the engine is reset. */
int make_study_folder(void **state);
int remove_study_folder(void **state);
int reset(void **state);

const char *study_folder(void);
const char *at(const char *name); /* a name in that folder; sixteen live at a time */

ley_scenario *scenario_of(const char *text);
ley_status study(const char *text, const char *path, const ley_study_options *options, ley_study_info *info,
                 ley_error *err);
void assert_runs(const char *text, const char *path, const ley_study_options *options);
void assert_says(const ley_error *err, const char *words);
ley_result *opened(const char *path);
void write_file(const char *path, const void *bytes, size_t n);

/* A watch that stops the study when so many points are done. */
typedef struct stop_after {
    ley_index done;
    int calls;
    double last;
} stop_after;
int stop_when(void *user, const ley_progress *progress);

#endif
