/* SPDX-License-Identifier: Apache-2.0
 *
 * What the kernel refused, in words, for the numbers that a helper meets. musl's table of all of them would be 2 KB.
 */
#include <errno.h>
#include <string.h>

/* From 1 on, each ended by a NUL; the numbers are the same on all of our architectures. */
static const char messages[] =
    "Operation not permitted\0" "No such file or directory\0" "\0" "\0" "I/O error\0" "No such device or address\0"
    "Argument list too long\0" "Exec format error\0" "Bad file descriptor\0" "\0" "Resource temporarily unavailable\0"
    "Out of memory\0" "Permission denied\0" "\0" "\0" "Resource busy\0" "File exists\0" "\0" "No such device\0"
    "Not a directory\0" "Is a directory\0" "Invalid argument\0" "Too many open files in system\0"
    "No file descriptors available\0" "\0" "Text file busy\0" "File too large\0" "No space left on device\0"
    "Invalid seek\0" "Read-only file system\0" "\0" "Broken pipe\0" "\0" "\0" "\0" "Filename too long\0";

_Static_assert(ENOENT == 2 && EAGAIN == 11 && ENODEV == 19 && EMFILE == 24 && EPIPE == 32 && ENAMETOOLONG == 36, "order");

char *strerror(int number) {
  static char other[] = "error 0000";
  const char *message = messages;
  for (int skipped = 1; skipped < number && message < messages + sizeof messages - 1; skipped++)
    message += strlen(message) + 1;
  if (*message) return (char *)message;
  for (char *digit = other + sizeof other - 2; digit >= other + 6; digit--, number /= 10) *digit = '0' + number % 10;
  return other;
}
