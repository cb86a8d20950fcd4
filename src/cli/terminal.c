#include "cli/cli.h"

#include <errno.h>
#include <langinfo.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static bool is_screen(FILE *to) {
    const char *terminal = getenv("TERM");
    return isatty(fileno(to)) && terminal && *terminal && strcmp(terminal, "dumb") != 0;
}

static bool has_colour(FILE *to) {
    const char *refused = getenv("NO_COLOR"); /* no-color.org: any value but the empty one */
    return !(refused && *refused) && is_screen(to);
}

const char *cli_tone_on(FILE *to, cli_tone tone) {
    static const char *const sequences[] = {"", "\033[1m", "\033[2m", "\033[1;31m", "\033[33m"};
    return has_colour(to) ? sequences[tone] : "";
}

const char *cli_tone_off(FILE *to) {
    return has_colour(to) ? "\033[0m" : "";
}

int cli_width(FILE *to) {
    struct winsize size;
    if (ioctl(fileno(to), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    const char *columns = getenv("COLUMNS");
    long width = 0;
    return columns && cli_integer(columns, 1, 10000, &width) ? (int)width : 80;
}

void cli_error(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%sleyden:%s ", cli_tone_on(stderr, CLI_ALARM), cli_tone_off(stderr));
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

void cli_report(const char *about, const ley_error *err) {
    const char *message = err->message[0] ? err->message : ley_status_text(err->status);
    /* The place is worth saying unless it is the file just named, or the sentence names it already. */
    if (err->where[0] && strcmp(err->where, about) != 0 && !strstr(message, err->where))
        cli_error("%s: %s: %s", about, err->where, message);
    else if (strstr(message, about))
        cli_error("%s", message);
    else
        cli_error("%s: %s", about, message);
}

void cli_duration(char out[32], double seconds) {
    if (!isfinite(seconds) || seconds < 0) {
        snprintf(out, 32, "?");
    } else if (seconds < 59.95) {
        snprintf(out, 32, seconds < 9.95 ? "%.2g s" : "%.0f s", seconds);
    } else if (seconds < 86400) {
        long s = lround(seconds);
        if (s < 3600)
            snprintf(out, 32, "%ld min %02ld s", s / 60, s % 60);
        else
            snprintf(out, 32, "%ld h %02ld min", s / 3600, s / 60 % 60);
    } else {
        double days = fmin(seconds / 86400, 1e6);
        snprintf(out, 32, "%.0f d %02.0f h", floor(days), floor(24 * (days - floor(days))));
    }
}

/* errno of a failed write of standard output, which is forgotten: it is reported once. */
static int report_output(int why, int exit_status) {
    clearerr(stdout);
    if (why == EPIPE) return exit_status;
    cli_error("cannot write standard output: %s", why ? strerror(why) : "an earlier write failed");
    return exit_status == CLI_DONE ? CLI_FAILED : exit_status;
}

int cli_print(const char *text) {
    errno = 0;
    if (fputs(text, stdout) >= 0 && fflush(stdout) == 0) return CLI_DONE;
    return report_output(errno, CLI_DONE);
}

int cli_finish(int exit_status) {
    errno = 0;
    return fflush(stdout) == 0 && !ferror(stdout) ? exit_status : report_output(errno, exit_status);
}

/* ---- Progress ---------------------------------------------------------------------------------------------- */

struct cli_progress {
    cli_progress_style style;
    double began, shown;
    bool drawn, wide_letters, search;
    char about[96]; /* what is in hand, where there are several things to do */
};

static double now_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

bool cli_style(const char *text, cli_progress_style *style) {
    static const char *const words[] = {"auto", "bar", "plain", "json", "none"};
    for (int i = 0; i < 5; i++) {
        if (strcmp(text, words[i]) == 0) {
            *style = (cli_progress_style)i;
            return true;
        }
    }
    return false;
}

cli_progress *cli_progress_start(cli_progress_style style) {
    cli_progress *progress = cli_allocate(sizeof *progress);
    if (style == CLI_AUTO) style = is_screen(stderr) ? CLI_BAR : CLI_LINES;
    progress->style = style;
    progress->began = progress->shown = now_seconds();
    progress->wide_letters = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    return progress;
}

void cli_progress_search(cli_progress *progress) {
    progress->search = true;
}

static void draw_bar(const cli_progress *progress, const ley_progress *now, double fraction, double elapsed) {
    char spent[32], left[32], failed[48] = "", tail[384];
    cli_duration(spent, elapsed < 10 ? floor(elapsed) : elapsed);
    cli_duration(left, now->seconds_left < 10 ? ceil(now->seconds_left) : now->seconds_left);
    if (now->failed) snprintf(failed, sizeof failed, ", %lld failed", (long long)now->failed);
    if (progress->search && isfinite(now->best)) snprintf(failed, sizeof failed, ", best %.8g", now->best);
    const int width = cli_width(stderr) - 1; /* the last column makes some terminals wrap */
    int bar = 0;
    /* What does not fit is left out, the least useful first. */
    for (int detail = 3; detail >= 0; detail--) {
        if (detail == 3)
            snprintf(tail, sizeof tail, " %3.0f%%  %s%s%lld/%lld %s%s  %s  left %s", floor(100 * fraction),
                     progress->about, progress->about[0] ? ", " : "", (long long)now->done, (long long)now->points,
                     progress->search ? "runs" : "points", failed, spent, left);
        else if (detail == 2)
            snprintf(tail, sizeof tail, " %3.0f%%  %lld/%lld  left %s", floor(100 * fraction), (long long)now->done,
                     (long long)now->points, left);
        else if (detail == 1)
            snprintf(tail, sizeof tail, " %3.0f%%  left %s", floor(100 * fraction), left);
        else
            snprintf(tail, sizeof tail, " %3.0f%%", floor(100 * fraction));
        bar = width - (int)strlen(tail) - 2;
        if (bar >= 8) break;
    }
    if (bar > 40) bar = 40;
    fputs("\r", stderr);
    if (bar >= 3) {
        const int filled = (int)floor(fraction * bar);
        const char *on = progress->wide_letters ? "\342\226\210" : "#",
                   *off = progress->wide_letters ? "\342\226\221" : ".";
        fputs(cli_tone_on(stderr, CLI_PLAIN), stderr);
        fputc(' ', stderr);
        for (int i = 0; i < bar; i++) fputs(i < filled ? on : off, stderr);
    }
    fprintf(stderr, "%.*s\033[K", width > 0 ? width : 0, tail);
    fflush(stderr);
}

void cli_progress_show(cli_progress *progress, const ley_progress *now) {
    const double t = now_seconds(), elapsed = t - progress->began, since = t - progress->shown;
    const double fraction = fmin(fmax(now->fraction, 0), 1);
    char spent[32], left[32];
    switch (progress->style) {
    case CLI_BAR:
        if (elapsed < 0.5 || (progress->drawn && since < 0.1)) return;
        draw_bar(progress, now, fraction, elapsed);
        break;
    case CLI_LINES:
        if (since < 60) return;
        cli_duration(spent, elapsed);
        cli_duration(left, now->seconds_left);
        if (progress->search)
            fprintf(stderr, "leyden: %lld of at most %lld evaluations, best %.8g, %s elapsed, at most %s left\n",
                    (long long)now->done, (long long)now->points, now->best, spent, left);
        else
            fprintf(stderr, "leyden: %.0f%%, %s%s%lld of %lld points, %lld failed, %s elapsed, %s left\n",
                    floor(100 * fraction), progress->about, progress->about[0] ? ", " : "", (long long)now->done,
                    (long long)now->points, (long long)now->failed, spent, left);
        fflush(stderr);
        break;
    case CLI_JSON:
        if (progress->drawn && since < 0.1 && now->done < now->points) return;
        fputc('{', stderr);
        if (progress->about[0]) fprintf(stderr, "\"figure\": \"%s\", ", progress->about);
        fprintf(stderr,
                "\"points\": %lld, \"done\": %lld, \"failed\": %lld, \"fraction\": %.6f, \"elapsed\": %.3f, ",
                (long long)now->points, (long long)now->done, (long long)now->failed, fraction, elapsed);
        if (progress->search && isfinite(now->best)) fprintf(stderr, "\"best\": %.17g, ", now->best);
        if (isfinite(now->seconds_left))
            fprintf(stderr, "\"left\": %.3f}\n", now->seconds_left);
        else
            fputs("\"left\": null}\n", stderr);
        fflush(stderr);
        break;
    case CLI_AUTO:
    case CLI_NONE:
        return;
    }
    progress->drawn = true;
    progress->shown = t;
}

void cli_progress_about(cli_progress *progress, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(progress->about, sizeof progress->about, format, arguments);
    va_end(arguments);
}

void cli_progress_pause(cli_progress *progress) {
    if (progress->style != CLI_BAR || !progress->drawn) return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
}

void cli_progress_end(cli_progress *progress) {
    if (!progress) return;
    cli_progress_pause(progress);
    free(progress);
}
