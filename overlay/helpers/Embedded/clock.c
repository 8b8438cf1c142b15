/* SPDX-License-Identifier: Apache-2.0
 *
 * The time, by a system call: musl looks for the kernel's function that is faster, with 1 KB of code.
 */
#include <errno.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *now) {
#ifdef SYS_clock_gettime64
  if (syscall(SYS_clock_gettime64, clock, now) == 0) return 0;
  /* Kernels before 5.1 have seconds of 32 bits only. */
  long old[2];
  if (errno != ENOSYS || syscall(SYS_clock_gettime32, clock, old) != 0) return -1;
  now->tv_sec = old[0];
  now->tv_nsec = old[1];
  return 0;
#else
  return (int)syscall(SYS_clock_gettime, clock, now);
#endif
}
