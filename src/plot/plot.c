#include "core/file.h"
#include "core/memory.h"
#include "core/status.h"
#include "plot/figure.h"
#include "result/result.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* By the ending of the figure's name. */
static ley_status format_of(ley_figure_format *format, const char *figure_path, ley_error *err) {
    const char *file = base_name(figure_path), *dot = strrchr(file, '.');
    *format = LEY_FIGURE_SVG;
    if (dot && strcasecmp(dot, ".pdf") == 0)
        *format = LEY_FIGURE_PDF;
    else if (dot && strcasecmp(dot, ".png") == 0)
        *format = LEY_FIGURE_PNG;
    else if (!dot || dot == file || strcasecmp(dot, ".svg") != 0)
        return ley_fail(err, LEY_ERR_ARGUMENT, figure_path,
                        "a figure's name ends in .svg, .pdf or .png; %s does not", figure_path);
    return LEY_OK;
}

/* Writes the script and lets gnuplot draw it. from: what the numbers come from, for people. */
static ley_status draw(const ley_figure *figure, ley_figure_format format, const char *figure_path,
                       const char *from, ley_error *err) {
    const char *file = base_name(figure_path), *dot = strrchr(file, '.');
    ley_text script = {0}, path = {0}, directory = {0};
    ley_status status = LEY_OK;
    ley_figure_script(&script, figure, format, file, from);
    ley_text_add(&path, "%.*s.gp", (int)(dot - figure_path), figure_path);
    ley_text_add(&directory, "%.*s", file == figure_path ? 1 : (int)(file - figure_path),
                 file == figure_path ? "." : figure_path);
    if (script.failed || path.failed || directory.failed) {
        status = ley_fail(err, LEY_ERR_MEMORY, "plot", "not enough memory to write the script of the figure");
        goto done;
    }
    status = ley_file_write(path.data, script.data, err);
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
    return status;
}

/* The `figure:` of the scenario that a result was computed from. *has: there is one, and it was composed. */
static ley_status compose_own(ley_figure *figure, bool *has, const char *result_path, ley_error *err) {
    ley_result *result = NULL;
    ley_tree tree = {0};
    *has = false;
    ley_status status = ley_result_open(&result, result_path, err);
    if (status != LEY_OK) return status;
    const ley_layout *layout = ley_result_layout(result);
    const ley_node *node = NULL;
    if (strstr(layout->scenario, "figure") && ley_tree_create(&tree, layout->scenario, NULL) == LEY_OK)
        node = ley_node_child(tree.root, "figure");
    if (node) {
        const ley_plot_file file = {"", result_path};
        const bool strict = !strstr(layout->scenario, "\n# --set ");
        ley_sketch sketch = {0};
        *has = true;
        status = ley_sketch_read(&sketch, &tree, node, err);
        if (status == LEY_OK) status = ley_figure_compose(figure, &sketch, &file, 1, layout->title, strict, err);
    }
    ley_tree_clear(&tree);
    ley_result_close(result);
    return status;
}

ley_status ley_plot_sketch(const ley_sketch *sketch, const ley_plot_file *files, ley_index n_files,
                           const char *title, bool strict, const char *figure_path, ley_error *err) {
    ley_figure figure = {0};
    ley_figure_format format;
    ley_status status = format_of(&format, figure_path, err);
    if (status == LEY_OK) status = ley_figure_compose(&figure, sketch, files, n_files, title, strict, err);
    if (status == LEY_OK) status = draw(&figure, format, figure_path, n_files ? files[0].path : "formulas", err);
    ley_figure_clear(&figure);
    return status;
}

ley_status ley_plot(const char *result_path, const char *figure_path, const ley_plot_options *options,
                    ley_error *err) {
    static const ley_plot_options none = {0};
    if (!result_path || !figure_path)
        return ley_fail(err, LEY_ERR_ARGUMENT, "plot", "result_path or figure is NULL");
    if (!options) options = &none;
    ley_figure_format format;
    ley_plot_source source = {0};
    ley_figure figure = {0};
    bool own = false;
    ley_status status = format_of(&format, figure_path, err);
    if (status == LEY_OK && options->n_names == 0) status = compose_own(&figure, &own, result_path, err);
    if (status == LEY_OK && !own) {
        status = ley_plot_source_read(&source, result_path, options->names, options->n_names, err);
        if (status == LEY_OK) status = ley_figure_layout(&figure, &source, options->contours != 0, err);
    }
    if (status == LEY_OK) status = draw(&figure, format, figure_path, result_path, err);
    ley_figure_clear(&figure);
    ley_plot_source_clear(&source);
    return status;
}
