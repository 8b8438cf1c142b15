// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "CPosix.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

int cposix_open_in_root(int root, const char *path, int flags, uint32_t mode) {
  struct open_how how;
  memset(&how, 0, sizeof how);
  how.flags = (uint32_t)flags | O_CLOEXEC;
  how.mode = mode;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  // EAGAIN: somebody renamed something on the way while it was looked up.
  long fd;
  do {
    fd = syscall(SYS_openat2, root, path, &how, sizeof how);
  } while (fd < 0 && (errno == EINTR || errno == EAGAIN));
  return fd < 0 ? -errno : (int)fd;
}

const int cposix_path_only = O_PATH;

int cposix_set_attribute(int fd, const char *name, const void *value, size_t size) {
  return fsetxattr(fd, name, value, size, 0) == 0 ? 0 : errno;
}

int cposix_make_node(int folder, const char *name, uint32_t kind, uint32_t mode, uint32_t major, uint32_t minor) {
  return mknodat(folder, name, (mode_t)(kind | mode), makedev(major, minor)) == 0 ? 0 : errno;
}
