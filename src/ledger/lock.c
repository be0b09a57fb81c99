/* SPDX-License-Identifier: MIT */
#include "ledger/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/str.h"

/* One line, cut to the room. Nothing where it cannot be read: then nobody knows. */
static void read_holder(int lock, char holder[SES_MAX_LEDGER_OWNER])
{
    ssize_t len = pread(lock, holder, SES_MAX_LEDGER_OWNER - 1, 0);

    holder[len > 0 ? len : 0] = '\0';
    holder[strcspn(holder, "\n")] = '\0';
}

/* Who holds it is a courtesy to others: the lock is good without. */
static void write_holder(int lock, const char *owner)
{
    struct ses_str line = ses_str_slice(ses_str_of(owner), 0, SES_MAX_LEDGER_OWNER - 1);
    bool written = ftruncate(lock, 0) == 0 && pwrite(lock, line.ptr, line.len, 0) >= 0;

    (void)written;
}

static int wait_for_nobody(int lock)
{
    int result;

    do
        result = flock(lock, LOCK_EX | LOCK_NB);
    while (result != 0 && errno == EINTR);
    if (result == 0)
        return 0;
    return errno == EWOULDBLOCK ? SES_ECONFLICT : SES_EIO;
}

int ses_lock_take(const char *path, const char *owner, int *ret_lock,
                  char ret_holder[SES_MAX_LEDGER_OWNER])
{
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    int error = lock < 0 ? SES_EIO : wait_for_nobody(lock);

    ret_holder[0] = '\0';
    if (error == SES_ECONFLICT)
        read_holder(lock, ret_holder);
    if (error != 0) {
        int saved = errno;

        ses_folder_closep(&lock);
        errno = saved;
        return error;
    }
    write_holder(lock, owner);
    *ret_lock = lock;
    return 0;
}

void ses_lock_release(int *lock)
{
    if (*lock >= 0)
        write_holder(*lock, "");
    ses_folder_closep(lock);
}
