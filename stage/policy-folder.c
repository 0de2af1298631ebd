/*
 * Preloaded into a stage's browser, which reads managed policy and native hosts from folders that belong to the whole
 * machine. CARDWRIGHT_FOLDERS says where paths in such a folder lead instead: `/etc/chromium/policies=/tmp/own`, several
 * with a colon between them. So a stage has a machine of its own, without root and without touching the real one.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

/* Returns the path to use in place of `path`. If it differs, it is in `room`. */
static const char *redirect(const char *path, char room[PATH_MAX]) {
  const char *pair = getenv("CARDWRIGHT_FOLDERS");
  while (pair != NULL && path != NULL) {
    const char *own = strchr(pair, '=');
    if (own == NULL) return path;
    size_t length = own++ - pair;
    const char *end = strchrnul(own, ':');
    if (strncmp(path, pair, length) == 0 && (path[length] == '\0' || path[length] == '/')) {
      int written = snprintf(room, PATH_MAX, "%.*s%s", (int)(end - own), own, path + length);
      return written < PATH_MAX ? room : path;
    }
    pair = *end == '\0' ? NULL : end + 1;
  }
  return path;
}

/* Replaces a function of the C library by one that redirects its parameter `path` first. */
#define REDIRECTED(result, name, parameters, arguments)              \
  result name parameters {                                           \
    static result(*next) parameters;                                 \
    char room[PATH_MAX];                                             \
    if (next == NULL) *(void **)&next = dlsym(RTLD_NEXT, #name);     \
    path = redirect(path, room);                                     \
    return next arguments;                                           \
  }

REDIRECTED(DIR *, opendir, (const char *path), (path))
REDIRECTED(FILE *, fopen, (const char *path, const char *mode), (path, mode))
REDIRECTED(FILE *, fopen64, (const char *path, const char *mode), (path, mode))
REDIRECTED(int, access, (const char *path, int mode), (path, mode))
REDIRECTED(int, stat, (const char *path, struct stat *found), (path, found))
REDIRECTED(int, lstat, (const char *path, struct stat *found), (path, found))
REDIRECTED(int, stat64, (const char *path, struct stat64 *found), (path, found))
REDIRECTED(int, lstat64, (const char *path, struct stat64 *found), (path, found))
REDIRECTED(int, inotify_add_watch, (int queue, const char *path, uint32_t mask), (queue, path, mask))

/* open(2) has a third parameter only where it makes a file. */
#define MODE(mode, flags)                                            \
  mode_t mode = 0;                                                   \
  if (flags & (O_CREAT | __O_TMPFILE)) {                             \
    va_list rest;                                                    \
    va_start(rest, flags);                                           \
    mode = va_arg(rest, mode_t);                                     \
    va_end(rest);                                                    \
  }

static int open_redirected(const char *name, const char *path, int flags, mode_t mode) {
  int (*next)(const char *, int, ...);
  char room[PATH_MAX];
  *(void **)&next = dlsym(RTLD_NEXT, name);
  return next(redirect(path, room), flags, mode);
}

int open(const char *path, int flags, ...) {
  MODE(mode, flags)
  return open_redirected("open", path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  MODE(mode, flags)
  return open_redirected("open64", path, flags, mode);
}
