/* The table of docs/tokens.md in a plain file: a line for each grant, its name, generation, revision and record with tabs between.
 * A record has no tab and no line break. Who writes has the lock of a second file, which stays; the new file is durable
 * before it takes the place of the old one, so who reads needs no lock and sees one or the other, whole.
 */
#ifndef FILE_TABLE_H
#define FILE_TABLE_H

#include <osign.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define MOST_LINE 9216 /* A name of 400 bytes, two numbers, a record of 8192. */

struct row {
    char line[MOST_LINE]; /* What the texts below stand in. */
    char *name, *record;
    long long generation, revision;
};

/* The next row; 0 at the end, or -1 where the file is none of ours. */
static int next_row(FILE *file, struct row *row)
{
    char *generation, *revision;
    if (file == NULL || fgets(row->line, sizeof row->line, file) == NULL) {
        return file != NULL && ferror(file) ? -1 : 0;
    }
    row->name = row->line;
    if ((generation = strchr(row->name, '\t')) == NULL || (revision = strchr(generation + 1, '\t')) == NULL ||
        (row->record = strchr(revision + 1, '\t')) == NULL || strchr(row->record, '\n') == NULL) {
        return -1;
    }
    row->generation = atoll(generation + 1);
    row->revision = atoll(revision + 1);
    *generation = *row->record = *strchr(row->record + 1, '\n') = '\0';
    row->record++;
    return 1;
}

/* The file; *failed is set where it cannot be read. One that is not there has no rows, and is NULL. */
static FILE *open_table(const char *path, int *failed)
{
    FILE *file = fopen(path, "r");
    *failed = file == NULL && errno != ENOENT;
    return file;
}

/* OSIGN_HOSTED_LOAD: 1 and the row, 0 where there is none, -1 where it cannot be read. */
static int table_load(const char *path, const char *name, struct row *row)
{
    int found, failed;
    FILE *file = open_table(path, &failed);
    while (!failed && (found = next_row(file, row)) != 0) {
        failed = found < 0;
        if (!failed && strcmp(row->name, name) == 0) {
            fclose(file);
            return 1;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return failed ? -1 : 0;
}

/* OSIGN_HOSTED_NAMES: a line for each, to be freed; NULL where they cannot be read. */
static char *table_names(const char *path)
{
    struct row row;
    size_t size = 1;
    char *names = (char *)calloc(1, 1), *more;
    int found, failed;
    FILE *file = open_table(path, &failed);
    while (!failed && names != NULL && (found = next_row(file, &row)) != 0) {
        failed = found < 0 || (more = (char *)realloc(names, size + strlen(row.name) + 1)) == NULL;
        if (!failed) {
            size += (size_t)sprintf(more + size - 1, "%s\n", row.name);
            names = more;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    if (failed) {
        free(names);
        return NULL;
    }
    return names;
}

/* Copies the rows with the change; whether the change could be made. -1 where something failed. */
static int copy_changed(FILE *from, FILE *to, int step, const char *name, long long generation, long long revision,
                        const char *new_name, const char *record)
{
    struct row row;
    int found, changed = step == OSIGN_HOSTED_ADD, taken = 0;
    while ((found = next_row(from, &row)) == 1) {
        int is_it = strcmp(row.name, name) == 0;
        taken |= step == OSIGN_HOSTED_ADD && is_it;
        taken |= step == OSIGN_HOSTED_RENAME && strcmp(row.name, new_name) == 0;
        if (step == OSIGN_HOSTED_ADD || !is_it || row.generation != generation ||
            (step == OSIGN_HOSTED_ACQUIRE && row.revision != revision)) {
            fprintf(to, "%s\t%lld\t%lld\t%s\n", row.name, row.generation, row.revision, row.record);
            continue;
        }
        changed = 1;
        if (step != OSIGN_HOSTED_REMOVE) {
            fprintf(to, "%s\t%lld\t%lld\t%s\n", step == OSIGN_HOSTED_RENAME ? new_name : name,
                    row.generation + (step == OSIGN_HOSTED_COMMIT), row.revision + 1, record);
        }
    }
    if (step == OSIGN_HOSTED_ADD) {
        fprintf(to, "%s\t1\t1\t%s\n", name, record);
    }
    return found < 0 || ferror(to) ? -1 : changed && !taken;
}

/* What is written is on the disk, and so is that it has its name. */
static int put_in_place(FILE *file, const char *beside, const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    int at, done;
    if (fflush(file) != 0 || fsync(fileno(file)) != 0 || rename(beside, path) != 0) {
        return -1;
    }
    snprintf(folder, sizeof folder, "%.*s", slash == NULL ? 1 : (int)(slash - path) + 1, slash == NULL ? "." : path);
    at = open(folder, O_RDONLY);
    done = at >= 0 && fsync(at) == 0 ? 1 : -1;
    close(at);
    return done;
}

/* A write with its condition: 1 where it was made, 0 where no row was as it had to be, -1 where it failed. */
static int table_write(const char *path, int step, const char *name, long long generation, long long revision,
                       const char *new_name, const char *record)
{
    char beside[4096];
    int lock, failed, written = -1;
    FILE *from, *to;
    snprintf(beside, sizeof beside, "%s.lock", path);
    lock = open(beside, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0 || flock(lock, LOCK_EX) != 0) {
        close(lock);
        return -1;
    }
    snprintf(beside, sizeof beside, "%s.new", path);
    from = open_table(path, &failed);
    to = fopen(beside, "w");
    if (!failed && to != NULL) {
        written = copy_changed(from, to, step, name, generation, revision, new_name, record);
        if (written == 1) {
            written = put_in_place(to, beside, path);
        }
    }
    if (to != NULL) {
        fclose(to);
    }
    if (from != NULL) {
        fclose(from);
    }
    close(lock); /* It gives the lock back. */
    return written;
}

#endif
