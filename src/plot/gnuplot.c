#include "core/status.h"
#include "plot/figure.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* What gnuplot said, cut to fit; newlines become spaces. Reads until the other side closes. */
static void drain(int from, char *said, size_t room) {
    size_t length = 0;
    char piece[512];
    for (;;) {
        ssize_t n = read(from, piece, sizeof piece);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        for (ssize_t i = 0; i < n; i++) {
            char c = piece[i] == '\n' || piece[i] == '\t' ? ' ' : piece[i];
            if (c == ' ' && (length == 0 || said[length - 1] == ' ')) continue;
            if (length + 1 < room) said[length++] = c;
        }
    }
    while (length > 0 && said[length - 1] == ' ') length--;
    said[length] = 0;
}

ley_status ley_gnuplot_run(const char *program, const char *directory, const char *script, ley_error *err) {
    char name[] = "gnuplot", plain[] = "--default-settings", path[512], said[256] = "";
    if (strlen(script) + 3 > sizeof path)
        return ley_fail(err, LEY_ERR_ARGUMENT, script, "the name of the figure is too long");
    /* "./" so that a name that begins with a dash is no option */
    strcpy(path, "./");
    strcat(path, script);
    char *const arguments[] = {name, plain, path, NULL};
    int pipe_ends[2] = {-1, -1}, code = 0;
    bool have_actions = false, have_attributes = false;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ley_status status = LEY_OK;
    if (pipe(pipe_ends) != 0) {
        status = ley_fail(err, LEY_ERR_IO, "gnuplot", "cannot make a pipe to gnuplot: %s", strerror(errno));
        goto done;
    }
    sigset_t reset;
    sigemptyset(&reset);
    sigaddset(&reset, SIGPIPE);
    have_actions = posix_spawn_file_actions_init(&actions) == 0;
    have_attributes = posix_spawnattr_init(&attributes) == 0;
    if (!have_actions || !have_attributes || posix_spawn_file_actions_addchdir_np(&actions, directory) ||
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", 0, 0) ||
        posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], 1) ||
        posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], 2) ||
        posix_spawn_file_actions_addclose(&actions, pipe_ends[0]) ||
        posix_spawn_file_actions_addclose(&actions, pipe_ends[1]) ||
        posix_spawnattr_setsigdefault(&attributes, &reset) ||
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF)) {
        status = ley_fail(err, LEY_ERR_MEMORY, "gnuplot", "not enough memory to start gnuplot");
        goto done;
    }
    pid_t child = 0;
    code = posix_spawnp(&child, program, &actions, &attributes, arguments, environ);
    close(pipe_ends[1]);
    pipe_ends[1] = -1;
    if (code != 0) {
        status = code == ENOENT ? ley_fail(err, LEY_ERR_UNSUPPORTED, "gnuplot",
                                           "figures are drawn by gnuplot, which is not installed: "
                                           "apt-get install gnuplot-nox; the script for it is %s",
                                           script)
                                : ley_fail(err, LEY_ERR_IO, "gnuplot", "cannot start gnuplot: %s", strerror(code));
        goto done;
    }
    drain(pipe_ends[0], said, sizeof said);
    int outcome = 0;
    while (waitpid(child, &outcome, 0) < 0 && errno == EINTR) continue;
    if (!WIFEXITED(outcome) || WEXITSTATUS(outcome) != 0)
        status = ley_fail(err, LEY_ERR_IO, "gnuplot", "gnuplot failed on %s: %s", script,
                          said[0] ? said : "it did not say why");
done:
    if (have_actions) posix_spawn_file_actions_destroy(&actions);
    if (have_attributes) posix_spawnattr_destroy(&attributes);
    if (pipe_ends[0] >= 0) close(pipe_ends[0]);
    if (pipe_ends[1] >= 0) close(pipe_ends[1]);
    return status;
}
