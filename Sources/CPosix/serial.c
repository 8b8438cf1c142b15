// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "CPosix.h"

// The kernel's own header, for speeds that are no constants; it does not go together with glibc's termios.h.
#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

/// Sets the line to pass every byte as it is. Returns 0 or an errno.
static int configure(int fd, const struct cposix_serial_settings *settings) {
  struct termios2 mode;
  if (ioctl(fd, TCGETS2, &mode) < 0) return errno;
  static const tcflag_t sizes[] = {CS5, CS6, CS7, CS8};
  mode.c_iflag = settings->software_flow ? IXON | IXOFF : 0;
  mode.c_oflag = 0;
  mode.c_lflag = 0;
  // Without HUPCL: boards whose reset hangs on DTR are not reset when the line is closed.
  mode.c_cflag = CREAD | CLOCAL | BOTHER | sizes[settings->data_bits - 5];
  if (settings->parity != 0) mode.c_cflag |= PARENB | (settings->parity == 1 ? PARODD : 0);
  if (settings->stop_bits == 2) mode.c_cflag |= CSTOPB;
  if (settings->hardware_flow) mode.c_cflag |= CRTSCTS;
  mode.c_ispeed = mode.c_ospeed = settings->baud;
  mode.c_cc[VMIN] = 1;
  mode.c_cc[VTIME] = 0;
  return ioctl(fd, TCSETS2, &mode) < 0 ? errno : 0;
}

void cposix_serial_close(int fd) {
  // Both by hand: a child that is being started at this moment has copies of the descriptor.
  ioctl(fd, TIOCNXCL);
  flock(fd, LOCK_UN);
  close(fd);
}

int cposix_serial_open(const char *path, const struct cposix_serial_settings *settings) {
  if (settings->data_bits < 5 || settings->data_bits > 8) return -EINVAL;
  int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return -errno;
  // The kernel does not refuse root what TIOCEXCL refuses others: programs that ask for the lock see it all the same.
  int error = isatty(fd) ? 0 : ENOTTY;
  if (error == 0 && flock(fd, LOCK_EX | LOCK_NB) < 0) error = errno;
  if (error == 0 && ioctl(fd, TIOCEXCL) < 0) error = errno;
  if (error == 0 && (error = configure(fd, settings)) == 0) return fd;
  close(fd);
  return -error;
}
