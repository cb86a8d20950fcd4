/* Runs the program in a folder of its own and keeps what it said. Header only: two test programs use it. */
#ifndef TESTS_CLI_PROGRAM_H
#define TESTS_CLI_PROGRAM_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

typedef struct program_options {
    const char *standard_input;  /* text */
    const char *standard_output; /* a path instead of a pipe */
    int terminal_columns;        /* standard error is a terminal of that width; 0: a pipe */
    int signal;                  /* sent once, or 0 .. */
    double signal_after;         /* .. so many seconds after the start */
} program_options;

typedef struct program_result {
    int exit_status; /* 128 + number when ended by a signal */
    char *out, *err;
} program_result;

static char program_folder[] = "/tmp/leyden-cli-XXXXXX";

__attribute__((unused)) static int program_folder_make(void) {
    return mkdtemp(program_folder) ? 0 : -1;
}

__attribute__((unused)) static int program_shell(const char *command) {
    char text[1024];
    snprintf(text, sizeof text, "cd '%s' && { %s; }", program_folder, command);
    return system(text);
}

__attribute__((unused)) static int program_folder_remove(void) {
    char text[128];
    snprintf(text, sizeof text, "rm -r '%s'", program_folder);
    return system(text);
}

__attribute__((unused)) static void program_write(const char *name, const char *text) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", program_folder, name);
    FILE *file = fopen(path, "w");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0) abort();
}

typedef struct program_stream {
    int from;
    char *text;
    size_t length;
} program_stream;

static void program_take(program_stream *stream) {
    char piece[4096];
    ssize_t n = read(stream->from, piece, sizeof piece);
    if (n <= 0) {
        if (n < 0 && errno == EINTR) return;
        close(stream->from);
        stream->from = -1;
        return;
    }
    stream->text = realloc(stream->text, stream->length + (size_t)n + 1);
    if (!stream->text) abort();
    memcpy(stream->text + stream->length, piece, (size_t)n);
    stream->length += (size_t)n;
    stream->text[stream->length] = 0;
}

static double program_clock(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static program_result program_run_with(const char *const *words, const program_options *options) {
    static char name[] = LEYDEN_PROGRAM;
    char *arguments[32] = {name};
    for (int i = 0; i < 30 && words[i]; i++) arguments[i + 1] = (char *)(size_t)words[i];
    int out[2], err[2], in[2];
    if (pipe2(out, O_CLOEXEC) || pipe2(in, O_CLOEXEC)) abort();
    if (options->terminal_columns) {
        struct winsize size = {.ws_row = 24, .ws_col = (unsigned short)options->terminal_columns};
        if (openpty(&err[0], &err[1], NULL, NULL, &size) != 0) abort();
        fcntl(err[0], F_SETFD, FD_CLOEXEC);
        fcntl(err[1], F_SETFD, FD_CLOEXEC);
    } else if (pipe2(err, O_CLOEXEC)) {
        abort();
    }
    /* Before there is a reader, which may be gone in a moment: scenarios are shorter than a pipe. */
    const char *input = options->standard_input ? options->standard_input : "";
    if (write(in[1], input, strlen(input)) < 0) abort();
    close(in[1]);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, program_folder);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    if (options->standard_output)
        posix_spawn_file_actions_addopen(&actions, 1, options->standard_output, O_WRONLY, 0);
    else
        posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_adddup2(&actions, err[1], 2);
    pid_t child;
    if (posix_spawn(&child, name, &actions, NULL, arguments, environ) != 0) abort();
    posix_spawn_file_actions_destroy(&actions);
    close(out[1]);
    close(err[1]);
    close(in[0]);

    program_stream streams[2] = {{out[0], NULL, 0}, {err[0], NULL, 0}};
    const double began = program_clock();
    bool sent = options->signal == 0;
    while (streams[0].from >= 0 || streams[1].from >= 0) {
        struct pollfd wait_for[2] = {{streams[0].from, POLLIN, 0}, {streams[1].from, POLLIN, 0}};
        poll(wait_for, 2, 20);
        for (int i = 0; i < 2; i++)
            if (streams[i].from >= 0 && wait_for[i].revents) program_take(&streams[i]);
        if (!sent && program_clock() - began > options->signal_after) {
            kill(child, options->signal);
            sent = true;
        }
    }
    program_result result = {0, streams[0].text ? streams[0].text : calloc(1, 1),
                             streams[1].text ? streams[1].text : calloc(1, 1)};
    int outcome = 0;
    while (waitpid(child, &outcome, 0) < 0 && errno == EINTR) continue;
    result.exit_status = WIFEXITED(outcome) ? WEXITSTATUS(outcome) : 128 + WTERMSIG(outcome);
    return result;
}

__attribute__((unused)) static program_result program_run(const char *const *words, const char *standard_input) {
    const program_options options = {.standard_input = standard_input};
    return program_run_with(words, &options);
}

static void program_clear(program_result *result) {
    free(result->out);
    free(result->err);
    *result = (program_result){0};
}

#endif
