/* FIGURE.expected.csv: one number a line. */
#include "core/memory.h"
#include "core/status.h"
#include "papers/papers.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 10 };
static const char *const columns[FIELDS] = {
    "id",        "scenario",  "where",   "quantity", "published", "published_tolerance",
    "reference", "tolerance", "verdict", "note"};

static char *trimmed(char *text) {
    while (*text == ' ' || *text == '\t') text++;
    for (size_t n = strlen(text); n > 0 && isspace((unsigned char)text[n - 1]); n--) text[n - 1] = 0;
    return text;
}

/* Cuts a line into fields in place; quotes as in RFC 4180. -1: too many, or a quote without its end. */
static int cut(char *line, char *fields[FIELDS]) {
    int n = 0;
    for (char *from = line;;) {
        if (n == FIELDS) return -1;
        from += strspn(from, " \t");
        char *to = from;
        if (*from == '"') {
            fields[n++] = to;
            for (from++; *from && !(*from == '"' && from[1] != '"'); from++) {
                if (*from == '"') from++;
                *to++ = *from;
            }
            if (!*from) return -1;
            from++;
            from += strspn(from, " \t");
            if (*from && *from != ',') return -1;
            const char end = *from++;
            *to = 0;
            if (!end) return n;
            continue;
        }
        fields[n] = from;
        to = n == FIELDS - 1 ? from + strlen(from) : from + strcspn(from, ","); /* the note is the rest */
        const char end = *to;
        *to = 0;
        fields[n] = trimmed(fields[n]);
        n++;
        if (!end) return n;
        from = to + 1;
    }
}

/* Half a unit of the last digit of a number as it is written. */
static double half_digit(const char *text) {
    int decimals = 0;
    bool behind = false;
    for (; *text && *text != 'e' && *text != 'E'; text++) {
        if (*text == '.') behind = true;
        decimals += behind && isdigit((unsigned char)*text);
    }
    const long power = *text ? strtol(text + 1, NULL, 10) : 0;
    return 0.5 * pow(10, (double)(power - decimals));
}

static bool read_number(double *value, const char *text) {
    *value = NAN;
    if (!*text) return true;
    char *end = NULL;
    *value = strtod(text, &end);
    return end != text && *end == 0 && isfinite(*value);
}

static bool read_verdict(ley_verdict *verdict, const char *text) {
    static const char *const words[] = {"reproduced", "reading", "differs", "refuted"};
    for (int i = 0; i < 4; i++) {
        if (strcmp(text, words[i]) != 0) continue;
        *verdict = (ley_verdict)i;
        return true;
    }
    return false;
}

static ley_status read_row(ley_expected *row, char *line, int32_t number, const ley_paper_figure *figure,
                           const char *path, ley_error *err) {
    char *f[FIELDS];
    const int n = cut(line, f);
    if (n < 0)
        return ley_fail_at(err, LEY_ERR_SCENARIO, number, 1, path,
                           "at most %d fields are expected, and quotes only around a whole field", FIELDS);
    if (n < FIELDS - 1)
        return ley_fail_at(err, LEY_ERR_SCENARIO, number, 1, path,
                           "%d fields, where id,scenario,where,quantity,published,published_tolerance,reference,"
                           "tolerance,verdict,note are expected",
                           n);
    *row = (ley_expected){.id = f[0], .scenario = f[1], .where = f[2], .quantity = f[3], .line = number};
    row->published_text = f[4];
    row->note = n == FIELDS ? f[9] : "";
    double *const values[] = {&row->published, &row->published_tolerance, &row->reference, &row->tolerance};
    for (int i = 0; i < 4; i++)
        if (!read_number(values[i], f[4 + i]) || (i % 2 == 1 && *values[i] < 0))
            return ley_fail_at(err, LEY_ERR_SCENARIO, number, 1, path, "%s: \"%.40s\" is not a number%s",
                               columns[4 + i], f[4 + i], i % 2 ? " of 0 or more" : "");
    if (!read_verdict(&row->verdict, f[8]))
        return ley_fail_at(err, LEY_ERR_SCENARIO, number, 1, path,
                           "verdict \"%.40s\": one of reproduced, reading, differs, refuted is expected", f[8]);
    if (!row->quantity[0])
        return ley_fail_at(err, LEY_ERR_SCENARIO, number, 1, path,
                           "a quantity is expected, as max(battery.energy)");
    if (ley_paper_find_scenario(figure, row->scenario) < 0)
        return ley_fail_at(err, LEY_ERR_SCENARIO, number, 1, path, "%.60s is not among the scenarios of %s",
                           row->scenario, figure->id);
    if (isnan(row->published) && isnan(row->reference))
        return ley_fail_at(err, LEY_ERR_SCENARIO, number, 1, path,
                           "neither published nor reference: there is nothing to compare with");
    if (isnan(row->published_tolerance) && !isnan(row->published)) row->published_tolerance = half_digit(f[4]);
    if (isnan(row->tolerance) && !isnan(row->reference)) row->tolerance = 1e-6 * fmax(fabs(row->reference), 1e-3);
    if (row->verdict != LEY_REPRODUCED && !row->note[0])
        return ley_fail_at(err, LEY_ERR_SCENARIO, number, 1, path,
                           "a note is expected: under which reading, or why");
    return LEY_OK;
}

ley_status ley_expectations_read(ley_expectations *all, const ley_papers *papers, const ley_paper_figure *figure,
                                 ley_error *err) {
    *all = (ley_expectations){0};
    bool absent = false;
    char *path = ley_papers_path("%s/%s/%s.expected.csv", papers->folder, figure->paper->key, figure->name);
    if (!path) return ley_papers_out_of_memory(err);
    ley_status status = ley_papers_read(&all->text, path, &absent, err);
    int32_t number = 0;
    for (char *rest = all->text, *line; status == LEY_OK && rest && (line = strsep(&rest, "\n"));) {
        number++;
        line = trimmed(line);
        if (!*line || *line == '#' || strncmp(line, "id,scenario,", 12) == 0) continue;
        if (ley_grow((void **)&all->rows, &all->room, all->n + 1, sizeof *all->rows) != 0) {
            status = ley_papers_out_of_memory(err);
            break;
        }
        status = read_row(&all->rows[all->n], line, number, figure, path, err);
        if (status == LEY_OK) all->n++;
    }
    ley_release(path);
    if (status != LEY_OK) ley_expectations_clear(all);
    return status;
}

void ley_expectations_clear(ley_expectations *all) {
    ley_release(all->rows);
    ley_release(all->text);
    *all = (ley_expectations){0};
}
