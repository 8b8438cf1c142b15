// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "CPosix.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/// Where the kernel has the arguments of this process: fields 48 and 49 of its stat file (proc(5)).
static int find_arguments(char **start, char **end) {
  char text[2048];
  int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  ssize_t count = read(fd, text, sizeof text - 1);
  int error = errno;
  close(fd);
  if (count < 0) return error;
  text[count] = 0;
  // The program's name, field 2, is in parentheses and may hold blanks and parentheses: go on behind the last one.
  char *next = strrchr(text, ')');
  for (int field = 2; next != NULL && field < 48; field++) next = strchr(next + 1, ' ');
  unsigned long first, last;
  if (next == NULL || sscanf(next, " %lu %lu", &first, &last) != 2 || first == 0 || last <= first) return ENOTSUP;
  *start = (char *)first;
  *end = (char *)last;
  return 0;
}

int cposix_set_title(const char *title) {
  char *start, *end;
  int error = find_arguments(&start, &end);
  if (error != 0) return error;
  size_t capacity = (size_t)(end - start);
  size_t length = strlen(title);
  if (length >= capacity) length = capacity - 1;
  memmove(start, title, length);
  // Through the last byte, which stays null: where it is not, the kernel shows the environment, too.
  explicit_bzero(start + length, capacity - length);
  return 0;
}

int cposix_set_name(const char *name) { return prctl(PR_SET_NAME, name) < 0 ? errno : 0; }
