#include "generator/spins_kernel.h"

#include "core/vector.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

LEY_INLINE double decay(const ley_spin_line *line, int32_t p) {
    return -(line->loss1[p] + line->loss2[p] + line->diagonal +
             line->product * (line->m_first + p) * (line->m_prime_first + p));
}

/* y = (al diagonal + be) x + ga y on begin <= p < end. */
LEY_INLINE void own(double *restrict y, const double *restrict x, const ley_spin_line *line, double al, double be,
                    double ga, int32_t begin, int32_t end) {
    const double *loss1 = line->loss1, *loss2 = line->loss2;
    const double m = line->m_first, mp = line->m_prime_first, product = line->product, diagonal = line->diagonal;
    if (ga == 0) {
        for (ptrdiff_t p = begin; p < end; p++) {
            double d = loss1[p] + loss2[p] + diagonal + product * (m + (double)p) * (mp + (double)p);
            y[p] = (al * d + be) * x[p];
        }
    } else {
        for (ptrdiff_t p = begin; p < end; p++) {
            double d = loss1[p] + loss2[p] + diagonal + product * (m + (double)p) * (mp + (double)p);
            y[p] = (al * d + be) * x[p] + ga * y[p];
        }
    }
}

LEY_INLINE void add(double *restrict y, const double *restrict x, const ley_spin_term *term, double al,
                    int32_t begin, int32_t end) {
    const double weight = al * term->weight;
    const double *f = term->f, *g = term->g;
    if (g)
        for (ptrdiff_t p = begin; p < end; p++) y[p] += weight * f[p] * g[p] * x[p];
    else
        for (ptrdiff_t p = begin; p < end; p++) y[p] += weight * f[p] * x[p];
}

LEY_CLONES void ley_spin_lines(const ley_spin_call *call, const ley_spin_line *lines, ley_index n_lines) {
    for (ley_index l = 0; l < n_lines; l++) {
        const ley_spin_line *line = &lines[l];
        double *y = call->y + line->here;
        own(y, call->x + line->here, line, call->al, call->be, call->ga, 0, line->length);
        for (int32_t i = 0; i < line->n_terms; i++) {
            const ley_spin_term *term = &line->term[i];
            add(y, call->x + term->from, term, call->al, term->begin, term->end);
        }
        if (call->other && line->other != 0) {
            const double *other = call->other + line->here, w = call->al * line->other;
            for (ptrdiff_t p = 0; p < line->length; p++) y[p] += w * other[p];
        }
    }
}

LEY_INLINE int32_t smaller(int32_t a, int32_t b) {
    return a < b ? a : b;
}

LEY_INLINE int32_t larger(int32_t a, int32_t b) {
    return a > b ? a : b;
}

LEY_CLONES void ley_spin_lines_inside(const ley_spin_call *call, const ley_spin_line *lines, ley_index n_lines,
                                      ley_spin_windows of_y, ley_spin_windows of_x, double drop) {
    for (ley_index l = 0; l < n_lines; l++) {
        const ley_spin_line *line = &lines[l];
        int32_t begin[LEY_SPIN_TERMS], end[LEY_SPIN_TERMS];
        int32_t low = of_x.low[l], high = of_x.high[l];
        if (low == high) low = line->length, high = 0;
        for (int32_t i = 0; i < line->n_terms; i++) {
            const ley_spin_term *term = &line->term[i];
            begin[i] = larger(term->begin, of_x.low[term->line] - term->shift);
            end[i] = smaller(term->end, of_x.high[term->line] - term->shift);
            if (begin[i] >= end[i] || of_x.low[term->line] == of_x.high[term->line]) {
                begin[i] = end[i] = 0;
                continue;
            }
            low = smaller(low, begin[i]);
            high = larger(high, end[i]);
        }
        if (low >= high) {
            of_y.low[l] = of_y.high[l] = 0;
            continue;
        }
        double *y = call->y + line->here;
        memset(y + low, 0, (size_t)(high - low) * sizeof *y);
        own(y, call->x + line->here, line, call->al, call->be, 0, of_x.low[l], of_x.high[l]);
        for (int32_t i = 0; i < line->n_terms; i++)
            add(y, call->x + line->term[i].from, &line->term[i], call->al, begin[i], end[i]);
        while (low < high && fabs(y[low]) < drop) low++;
        while (low < high && fabs(y[high - 1]) < drop) high--;
        of_y.low[l] = low < high ? low : 0;
        of_y.high[l] = low < high ? high : 0;
    }
}

double ley_spin_fastest(const ley_spin_line *line, int32_t low, int32_t high) {
    double fastest = 0;
    for (int32_t p = larger(0, low); p < smaller(line->length, high); p++) fastest = fmax(fastest, decay(line, p));
    return fastest;
}

LEY_CLONES void ley_spin_accumulate(double *y, const double *x, double weight, const ley_spin_line *lines,
                                    ley_index n_lines, ley_spin_windows windows) {
    for (ley_index l = 0; l < n_lines; l++) {
        double *restrict out = y + lines[l].here;
        const double *restrict in = x + lines[l].here;
        for (ptrdiff_t p = windows.low[l]; p < windows.high[l]; p++) out[p] += weight * in[p];
    }
}
