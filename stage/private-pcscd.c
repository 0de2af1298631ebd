/*
 * Preloaded into a private pcscd, which then needs no folder of the machine and is reached from this computer alone.
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
 * When pcscd starts, it creates the folder /run/pcscd for its socket and its process number, and gives up if it may not.
 * An ordinary user may not create it. A private pcscd keeps neither there. So this one mkdir(2) does nothing and succeeds.
 */
int mkdir(const char *path, mode_t mode) {
  if (strcmp(path, "/run/pcscd") == 0) return 0;
  return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

/*
 * A reader of vpcd accepts a card from anyone who connects. Its configuration names a port but no address, so it would listen
 * on all addresses of the machine. This bind(2) gives it the loopback address.
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
