/* SPDX-License-Identifier: MIT */
/* Feeds every file of the folders named on the command line to a fuzz target, once.
 *
 * Linked in place of libFuzzer, so that seeds and old crashes are tried in every test run with any
 * compiler. A folder without a seed is a failure: it would mean that the target is never tried. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file in a block of exactly its size, so that a sanitizer sees a read past the end. */
static uint8_t *read_seed(const char *path, size_t *ret_size)
{
    FILE *file = fopen(path, "rb");
    long size = -1;

    if (file && fseek(file, 0, SEEK_END) == 0)
        size = ftell(file);
    if (size < 0 || fseek(file, 0, SEEK_SET) != 0) {
        perror(path);
        exit(1);
    }
    uint8_t *bytes = malloc(size > 0 ? (size_t)size : 1);
    if (!bytes || fread(bytes, 1, (size_t)size, file) != (size_t)size) {
        perror(path);
        exit(1);
    }
    fclose(file);
    *ret_size = (size_t)size;
    return bytes;
}

static int is_seed(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int replay_folder(const char *folder)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_seed, alphasort);

    if (count < 0) {
        perror(folder);
        exit(1);
    }
    for (int i = 0; i < count; i++) {
        char path[4096];
        size_t size = 0;
        int length = snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
        if (length < 0 || (size_t)length >= sizeof(path)) {
            fprintf(stderr, "%s: path too long\n", folder);
            exit(1);
        }
        /* Said before the target runs: the last name printed is the seed that broke it. */
        printf("%s\n", entries[i]->d_name);
        fflush(stdout);
        uint8_t *bytes = read_seed(path, &size);
        LLVMFuzzerTestOneInput(bytes, size);
        free(bytes);
        free(entries[i]);
    }
    free(entries);
    return count;
}

int main(int argc, char **argv)
{
    int count = 0;

    for (int i = 1; i < argc; i++)
        count += replay_folder(argv[i]);
    printf("%d seeds replayed\n", count);
    if (count == 0) {
        fprintf(stderr, "no seeds: put at least one file into the folder\n");
        return 1;
    }
    return 0;
}
