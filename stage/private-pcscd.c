/*
 * Preloaded into a private pcscd, which then needs nothing of the machine's own and is reached from this computer alone.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * At its start pcscd makes the folder /run/pcscd, for a socket and a process number that a private one does not keep
 * there, and gives up when it may not: an ordinary user could start none on a machine whose own pcscd has never run.
 * Here that one mkdir(2) succeeds without doing anything.
 */
int mkdir(const char *path, mode_t mode) {
  if (strcmp(path, "/run/pcscd") == 0) return 0;
  return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

/*
 * The reader of vpcd takes a card from whoever connects. Its configuration has room for a port and none for an address,
 * so it asks for all addresses of the machine. Here it gets the loopback address.
 */
int bind(int socket, const struct sockaddr *address, socklen_t length) {
  struct sockaddr_in loopback;
  if (address->sa_family == AF_INET && length >= sizeof loopback) {
    memcpy(&loopback, address, sizeof loopback);
    if (loopback.sin_addr.s_addr == htonl(INADDR_ANY)) {
      loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      address = (const struct sockaddr *)&loopback;
      length = sizeof loopback;
    }
  }
  return (int)syscall(SYS_bind, socket, address, length);
}
