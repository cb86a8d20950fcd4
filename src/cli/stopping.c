#include "cli/cli.h"

#include <signal.h>

static volatile sig_atomic_t stop_signal; /* the only thing that a handler may touch */

static void on_signal(int number) {
    stop_signal = number;
    signal(SIGINT, SIG_DFL); /* a second one ends the program at once */
    signal(SIGTERM, SIG_DFL);
}

void cli_catch_signals(void) {
    struct sigaction action = {0}, old;
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    /* Taken even when the parent ignored them (scripts do so for commands in the background): whoever sends one
     * means it, and nothing is lost by stopping. A hang-up stays ignored where nohup asked for that. */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (sigaction(SIGHUP, NULL, &old) == 0 && old.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, NULL);
}

bool cli_stopped(void) {
    return stop_signal != 0;
}
