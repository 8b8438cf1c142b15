/* SPDX-License-Identifier: Apache-2.0
 *
 * The C library as the helpers use it: musl on a board, glibc when the package is built for the host.
 * Variadic functions and function-like macros are not imported into Swift; they have a small name here.
 */
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static inline int board_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }
static inline int board_errno(void) { return errno; }
/* The system call itself: musl's ioctl brings tables for old video devices on 32-bit machines. */
static inline long board_interface_ioctl(int fd, unsigned long request, void *ifreq) {
  return syscall(SYS_ioctl, fd, request, ifreq);
}
/* A helper has one thread: what fork does for others is left out. */
static inline pid_t board_fork(void) { return _Fork(); }
static inline int board_exited(int status) { return WIFEXITED(status); }
static inline int board_exit_status(int status) { return WEXITSTATUS(status); }
static inline int board_termination_signal(int status) { return WTERMSIG(status); }
static inline const char *board_exec_path(void) { return (const char *)getauxval(AT_EXECFN); }
static inline void board_default_signal(int number) { signal(number, SIG_DFL); }
static inline void board_ignore_signal(int number) { signal(number, SIG_IGN); }
static inline int board_signal_is_ignored(int number) {
  struct sigaction action;
  return sigaction(number, 0, &action) == 0 && action.sa_handler == SIG_IGN;
}
/* SOCK_DGRAM is an enumerator in glibc and a macro in musl. */
static inline int board_datagram_socket(void) { return socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0); }
