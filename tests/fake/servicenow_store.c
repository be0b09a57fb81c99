/* SPDX-License-Identifier: MIT */
#include "servicenow_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_PATH 4096

static void path_of(const struct sn_store *store, const char *name, char path[MAX_PATH])
{
    if (snprintf(path, MAX_PATH, "%s/%s", store->folder, name) >= MAX_PATH)
        sn_die("%s: too long a name", store->folder);
}

static void make_folder(const char *path)
{
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        sn_die("%s: %s", path, strerror(errno));
}

static json_t *table_of(json_t *tables, const char *name)
{
    json_t *rows = json_object_get(tables, name);

    if (!rows) {
        rows = json_object();
        json_object_set_new(tables, name, rows);
    }
    return rows;
}

static void apply(struct sn_store *store, const json_t *changes)
{
    size_t i;
    json_t *change;

    json_array_foreach (changes, i, change) {
        json_t *rows = table_of(store->tables, sn_text(change, "table"));
        json_t *row = json_object_get(change, "row");

        if (row)
            json_object_set(rows, sn_text(row, "sys_id"), row);
        else
            json_object_del(rows, sn_text(change, "delete"));
    }
}

/* Returns how many bytes of the journal are whole lines. */
static size_t replay(struct sn_store *store, const struct sn_bytes *journal)
{
    size_t at = 0;

    while (at < journal->len) {
        const char *line = journal->ptr + at;
        const char *end = memchr(line, '\n', journal->len - at);
        json_error_t error;
        json_t *changes;

        if (!end)
            break;
        changes = json_loadb(line, (size_t)(end - line), 0, &error);
        if (!changes)
            sn_die("%s/journal: byte %zu: %s", store->folder, at, error.text);
        apply(store, changes);
        json_decref(changes);
        at += (size_t)(end - line) + 1;
    }
    return at;
}

static void index_seeds(struct sn_store *store, const json_t *seeds)
{
    const char *table;
    json_t *list, *row;
    size_t i;

    store->seeds = json_object();
    json_object_foreach ((json_t *)seeds, table, list) {
        json_array_foreach (list, i, row)
            json_object_set(table_of(store->seeds, table), sn_text(row, "sys_id"), row);
    }
}

/* The seeds belong to `store->seeds`; the tables are changed, and so copied. */
static void plant(struct sn_store *store)
{
    const char *table;
    json_t *rows;

    json_decref(store->tables);
    store->tables = json_object();
    json_object_foreach (store->seeds, table, rows)
        json_object_set_new(store->tables, table, json_copy(rows));
}

void sn_store_open(struct sn_store *store, const char *folder, const json_t *seeds)
{
    struct sn_bytes bytes = {0};
    char path[MAX_PATH];
    size_t whole;

    *store = (struct sn_store){.folder = folder};
    index_seeds(store, seeds);
    plant(store);
    make_folder(folder);
    path_of(store, "files", path);
    make_folder(path);
    path_of(store, "journal", path);
    store->journal = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (store->journal < 0 || !sn_read_file(path, &bytes))
        sn_die("%s: %s", path, strerror(errno));
    whole = replay(store, &bytes);
    if (whole < bytes.len && ftruncate(store->journal, (off_t)whole) != 0)
        sn_die("%s: %s", path, strerror(errno));
    sn_bytes_done(&bytes);
}

void sn_store_look(struct sn_store *store, const char *folder)
{
    struct sn_bytes bytes = {0};
    char path[MAX_PATH];

    *store = (struct sn_store){.folder = folder, .journal = -1};
    store->seeds = json_object();
    store->tables = json_object();
    path_of(store, "journal", path);
    if (!sn_read_file(path, &bytes))
        sn_die("%s: %s", path, strerror(errno));
    replay(store, &bytes);
    sn_bytes_done(&bytes);
}

void sn_store_close(struct sn_store *store)
{
    if (store->journal >= 0)
        close(store->journal);
    json_decref(store->seeds);
    json_decref(store->tables);
}

static void write_all(int descriptor, const char *ptr, size_t len)
{
    while (len > 0) {
        ssize_t written = write(descriptor, ptr, len);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            sn_die("cannot keep what was committed: %s", strerror(errno));
        ptr += written;
        len -= (size_t)written;
    }
}

void sn_store_commit(struct sn_store *store, json_t *changes)
{
    struct sn_bytes line = {0};
    char *text;

    if (json_array_size(changes) > 0) {
        text = json_dumps(changes, JSON_COMPACT);
        sn_bytes_printf(&line, "%s\n", text);
        write_all(store->journal, line.ptr, line.len);
        apply(store, changes);
        free(text);
        sn_bytes_done(&line);
    }
    json_decref(changes);
}

json_t *sn_store_rows(const struct sn_store *store, const char *table)
{
    return json_object_get(store->tables, table);
}

json_t *sn_store_row(const struct sn_store *store, const char *table, const char *id)
{
    return json_object_get(sn_store_rows(store, table), id);
}

static void file_path(const struct sn_store *store, const char *id, char path[MAX_PATH])
{
    char name[SN_ID + 8];

    snprintf(name, sizeof(name), "files/%.32s", id);
    path_of(store, name, path);
}

void sn_store_put_file(const struct sn_store *store, const char *id, const struct sn_bytes *bytes)
{
    char path[MAX_PATH];
    int file;

    file_path(store, id, path);
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0)
        sn_die("%s: %s", path, strerror(errno));
    write_all(file, bytes->ptr, bytes->len);
    if (close(file) != 0)
        sn_die("%s: %s", path, strerror(errno));
}

bool sn_store_get_file(const struct sn_store *store, const char *id, struct sn_bytes *ret_bytes)
{
    char path[MAX_PATH];

    file_path(store, id, path);
    return sn_read_file(path, ret_bytes);
}

void sn_store_reset(struct sn_store *store)
{
    const char *id;
    json_t *row;
    char path[MAX_PATH];

    json_object_foreach (sn_store_rows(store, "sys_attachment"), id, row) {
        file_path(store, id, path);
        unlink(path);
    }
    if (ftruncate(store->journal, 0) != 0)
        sn_die("%s/journal: %s", store->folder, strerror(errno));
    plant(store);
}

static int compare_rows(const void *a, const void *b)
{
    static const char *const keys[] = {"number", "table_name",     "file_name",
                                       "name",   "sys_created_on", "sys_id"};
    const json_t *left = *(json_t *const *)a, *right = *(json_t *const *)b;
    int order = 0;

    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys) && order == 0; i++)
        order = strcmp(sn_text(left, keys[i]), sn_text(right, keys[i]));
    return order;
}

/* The rows that are not as the instance came. */
static json_t *changed_rows(const struct sn_store *store, const char *table, json_t *rows)
{
    const json_t *seeds = json_object_get(store->seeds, table);
    json_t **sorted = sn_alloc(json_object_size(rows) * sizeof(json_t *));
    json_t *list = json_array();
    size_t count = 0;
    const char *id;
    json_t *row;

    json_object_foreach (rows, id, row) {
        if (json_object_get(seeds, id) != row)
            sorted[count++] = row;
    }
    qsort(sorted, count, sizeof(*sorted), compare_rows);
    for (size_t i = 0; i < count; i++)
        json_array_append(list, sorted[i]);
    free(sorted);
    return list;
}

json_t *sn_store_dump(const struct sn_store *store)
{
    json_t *tables = json_object();
    const char *table;
    json_t *rows;

    json_object_foreach (store->tables, table, rows) {
        json_t *list = changed_rows(store, table, rows);

        if (json_array_size(list) > 0)
            json_object_set(tables, table, list);
        json_decref(list);
    }
    return json_pack("{s:o}", "tables", tables);
}
