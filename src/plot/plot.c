#include "core/memory.h"
#include "core/status.h"
#include "plot/figure.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static ley_status write_script(const char *path, const char *text, ley_error *err) {
    FILE *file = fopen(path, "w");
    bool bad = !file || fputs(text, file) < 0;
    int why = errno;
    if (file && fclose(file) != 0) {
        if (!bad) why = errno;
        bad = true;
    }
    return bad ? ley_fail(err, LEY_ERR_IO, path, "cannot write %s: %s", path, strerror(why)) : LEY_OK;
}

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

ley_status ley_plot(const char *result_path, const char *figure_path, const ley_plot_options *options,
                    ley_error *err) {
    static const ley_plot_options none = {0};
    if (!result_path || !figure_path)
        return ley_fail(err, LEY_ERR_ARGUMENT, "plot", "result_path or figure is NULL");
    if (!options) options = &none;
    const char *file = base_name(figure_path), *dot = strrchr(file, '.');
    ley_figure_format format = LEY_FIGURE_SVG;
    if (dot && strcasecmp(dot, ".pdf") == 0)
        format = LEY_FIGURE_PDF;
    else if (dot && strcasecmp(dot, ".png") == 0)
        format = LEY_FIGURE_PNG;
    else if (!dot || dot == file || strcasecmp(dot, ".svg") != 0)
        return ley_fail(err, LEY_ERR_ARGUMENT, figure_path,
                        "a figure's name ends in .svg, .pdf or .png; %s does not", figure_path);

    ley_plot_source source = {0};
    ley_figure figure = {0};
    ley_text script = {0}, path = {0}, directory = {0};
    ley_status status = ley_plot_source_read(&source, result_path, options->names, options->n_names, err);
    if (status != LEY_OK) goto done;
    status = ley_figure_layout(&figure, &source, options->contours != 0, err);
    if (status != LEY_OK) goto done;
    ley_figure_script(&script, &figure, format, file, result_path);
    ley_text_add(&path, "%.*s.gp", (int)(dot - figure_path), figure_path);
    ley_text_add(&directory, "%.*s", file == figure_path ? 1 : (int)(file - figure_path),
                 file == figure_path ? "." : figure_path);
    if (script.failed || path.failed || directory.failed) {
        status = ley_fail(err, LEY_ERR_MEMORY, "plot", "not enough memory to write the script of the figure");
        goto done;
    }
    status = write_script(path.data, script.data, err);
    if (status != LEY_OK) goto done;
    status = ley_gnuplot_run("gnuplot", directory.data, base_name(path.data), err);
    if (status != LEY_OK) goto done;
    struct stat drawn;
    if (stat(figure_path, &drawn) != 0 || drawn.st_size == 0)
        status =
            ley_fail(err, LEY_ERR_IO, figure_path, "gnuplot wrote no %s; its script is %s", figure_path, path.data);
done:
    ley_text_clear(&script);
    ley_text_clear(&path);
    ley_text_clear(&directory);
    ley_figure_clear(&figure);
    ley_plot_source_clear(&source);
    return status;
}
