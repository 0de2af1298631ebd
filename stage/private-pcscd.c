/*
 * Preloaded into a private pcscd. At its start pcscd makes the folder /run/pcscd, for a socket and a process number
 * that a private one does not keep there, and gives up when it may not: an ordinary user could start none on a
 * machine whose own pcscd has never run. Here that one mkdir(2) succeeds without doing anything.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int mkdir(const char *path, mode_t mode) {
  if (strcmp(path, "/run/pcscd") == 0) return 0;
  return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}
