/* scenario: the list `stages` before any number in it is read: how many, and what they are called. Callers:
 * scenario, bind. */
#ifndef LEYDEN_SCENARIO_STAGES_H
#define LEYDEN_SCENARIO_STAGES_H

#include "scenario/task.h"
#include "scenario/tree.h"

/* A list of mappings, with names that differ. */
ley_status ley_stages_check(const ley_node *list, ley_error *err);
/* Number from 1 of the stage with a name, or of a number written out; 0: there is none. */
int32_t ley_stages_find(const ley_node *list, const char *name);
/* The name of stage i from 1; its number where it has none. */
void ley_stages_name(const ley_node *list, int32_t i, char name[LEY_STAGE_NAME]);

#endif
