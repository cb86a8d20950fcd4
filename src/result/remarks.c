/* Warnings and failures of many points, each kind once, with the place of the point. */
#include "core/memory.h"
#include "result/hdf5.h"
#include "result/result.h"

#include <string.h>

void ley_result_add_place(ley_text *text, const ley_layout *layout, ley_index point) {
    ley_index place[LEY_RANK_MAX];
    if (layout->n_axes == 0) return;
    ley_layout_place(layout, point, place);
    for (ley_index i = 0; i < layout->n_axes; i++) {
        const ley_layout_axis *axis = &layout->axes[i];
        ley_text_add(text, "%s%s = ", i ? ", " : "", axis->name);
        if (axis->labels)
            ley_text_add(text, "%s", axis->labels[place[i]]);
        else
            ley_text_add(text, "%.6g", axis->values[place[i]]);
    }
    ley_text_add(text, ": ");
}

typedef struct kind { /* of remark: all that differ in their numbers alone */
    const char *line;
    size_t length;
    ley_index point, points; /* the first one, and how many */
} kind;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Letters of the number at the begin of p: 12, 1.5e-07. */
static size_t number_length(const char *p, const char *end) {
    size_t n = 0;
    while (p + n < end) {
        const bool sign = (p[n] == '-' || p[n] == '+') && n > 0 && p[n - 1] == 'e';
        const bool part = (p[n] == '.' || p[n] == 'e') && p + n + 1 < end &&
                          (is_digit(p[n + 1]) || p[n + 1] == '-' || p[n + 1] == '+');
        if (!is_digit(p[n]) && !sign && !part) break;
        n++;
    }
    return n;
}

static bool alike(const kind *a, const char *line, size_t length) {
    const char *p = a->line, *p_end = p + a->length, *q = line, *q_end = q + length;
    while (p < p_end && q < q_end) {
        if (is_digit(*p) && is_digit(*q)) {
            p += number_length(p, p_end);
            q += number_length(q, q_end);
        } else if (*p++ != *q++) {
            return false;
        }
    }
    return p == p_end && q == q_end;
}

ley_index ley_result_add_remarks(ley_text *text, const ley_result *result,
                                 const char *(*remark)(const ley_result *, ley_index), const char *indent,
                                 ley_index shown) {
    const ley_layout *layout = ley_result_layout(result);
    kind *kinds = NULL;
    size_t n = 0, capacity = 0;
    for (ley_index point = 0; point < layout->n_points; point++) {
        const char *line = remark(result, point);
        while (*line) {
            const size_t length = strcspn(line, "\n");
            size_t i = 0;
            while (i < n && !alike(&kinds[i], line, length)) i++;
            if (i < n) {
                kinds[i].points++;
            } else if (length) {
                if (ley_grow((void **)&kinds, &capacity, n + 1, sizeof *kinds) != 0) {
                    text->failed = 1;
                    break;
                }
                kinds[n++] = (kind){line, length, point, 1};
            }
            line += length + (line[length] == '\n');
        }
    }
    for (size_t i = 0; i < n && (ley_index)i < shown; i++) {
        ley_text_add(text, "%s", indent);
        ley_result_add_place(text, layout, kinds[i].point);
        ley_text_add(text, "%.*s", (int)kinds[i].length, kinds[i].line);
        if (kinds[i].points > 1)
            ley_text_add(text, " (and alike at %lld more point%s)", (long long)kinds[i].points - 1,
                         kinds[i].points == 2 ? "" : "s");
        ley_text_add(text, "\n");
    }
    ley_release(kinds);
    return (ley_index)n > shown ? (ley_index)n - shown : 0;
}
