/* A whole file as a string, released with free; fails the test when it cannot be read. */
#ifndef TESTS_FILE_TEXT_H
#define TESTS_FILE_TEXT_H

char *file_text(const char *path);

#endif
