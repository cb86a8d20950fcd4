#include "cli/cli.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { CONTOURS = 256 };

static const cli_option options[] = {
    {'y', "quantity", "NAME", "observable or measure to draw; may be repeated; default: everything that fits"},
    {'o', "output", "FIGURE",
     "figure to write, ending in .svg, .pdf or .png; default: the result's name with .svg"},
    {CONTOURS, "contours", NULL, "contour lines on maps"},
    {0, NULL, NULL, NULL},
};

static int main_plot(const cli_command *command, int argc, char **argv) {
    int exit_status = CLI_USAGE;
    ley_plot_options plot = {0};
    const char **names = cli_allocate((size_t)argc * sizeof *names);
    const char *value = NULL;
    char *figure = NULL;
    for (int id; (id = cli_next(command, argc, argv, &value)) != CLI_END;) {
        switch (id) {
        case 'y':
            names[plot.n_names++] = value;
            continue;
        case 'o':
            free(figure);
            figure = cli_format("%s", value);
            continue;
        case CONTOURS:
            plot.contours = 1;
            continue;
        case CLI_HELPED:
            exit_status = CLI_DONE;
            break;
        default:
            break;
        }
        goto done;
    }
    if (optind + 1 != argc) {
        exit_status = cli_wrong(command, optind >= argc ? "no result file given" : "one result file at a time");
        goto done;
    }
    const char *path = argv[optind];
    plot.names = plot.n_names ? names : NULL;
    if (!figure) {
        const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');
        figure =
            cli_format("%.*s.svg", dot && strcmp(dot, ".h5") == 0 ? (int)(dot - path) : (int)strlen(path), path);
    }
    ley_error err = {0};
    switch (ley_plot(path, figure, &plot, &err)) {
    case LEY_OK: {
        const char *dot = strrchr(figure, '.');
        printf("%s, drawn by %.*s.gp\n", figure, (int)(dot - figure), figure);
        exit_status = CLI_DONE;
        break;
    }
    case LEY_ERR_UNSUPPORTED:
    case LEY_ERR_MEMORY:
        cli_report(figure, &err);
        exit_status = CLI_FAILED;
        break;
    default:
        cli_report(path, &err);
    }
done:
    free(figure);
    free(names);
    return exit_status;
}

const cli_command cli_plot = {
    "plot",
    "R.h5 [-y NAME]... [-o F.svg|F.pdf|F.png] [--contours]",
    "draw a result: lines for series, families of curves over a sweep, maps for two axes",
    "The gnuplot script stays beside the figure (F.gp) with the numbers in it: edit it, and draw again with\n"
    "`gnuplot F.gp`.\n",
    options,
    main_plot,
};
