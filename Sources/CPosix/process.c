// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "CPosix.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

char *const *cposix_environment(void) { return environ; }

/// What /proc/PID/stat says of a process (proc(5)).
struct process_stat {
  char state;
  int group, session;
  unsigned long long start_time;
};

/// Reads it. Returns 0 where the process is gone.
static int read_stat(pid_t pid, struct process_stat *found) {
  char path[32], text[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t count = read(fd, text, sizeof text - 1);
  close(fd);
  if (count <= 0) return 0;
  text[count] = 0;
  // The program's name, in parentheses, may itself hold blanks and parentheses: go on behind the last one.
  const char *rest = strrchr(text, ')');
  int parent;
  if (rest == NULL) return 0;
  // The start is field 22; the fields between session (6) and it are passed over.
  return sscanf(rest + 1,
                " %c %d %d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
                &found->state, &parent, &found->group, &found->session, &found->start_time) == 5;
}

uint64_t cposix_start_time(int32_t pid) {
  struct process_stat found;
  return read_stat(pid, &found) ? found.start_time : 0;
}

uint64_t cposix_ticks(void) {
  struct timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  uint64_t rate = (uint64_t)sysconf(_SC_CLK_TCK);
  return (uint64_t)now.tv_sec * rate + (uint64_t)now.tv_nsec * rate / 1000000000;
}

size_t cposix_session_members(pid_t session, struct cposix_member *members, size_t capacity) {
  DIR *folder = opendir("/proc");
  if (folder == NULL) return 0;
  size_t count = 0;
  struct dirent *entry;
  while (count < capacity && (entry = readdir(folder)) != NULL) {
    char *end;
    long number = strtol(entry->d_name, &end, 10);
    if (*end != 0 || number <= 0) continue;
    struct process_stat found;
    if (!read_stat((pid_t)number, &found) || found.session != session) continue;
    // Look again once the descriptor holds the process: its number may have been given to another in between.
    int pidfd = (int)syscall(SYS_pidfd_open, (pid_t)number, 0);
    if (pidfd < 0) continue;
    if (!read_stat((pid_t)number, &found) || found.session != session || found.state == 'Z' || found.state == 'X') {
      close(pidfd);
      continue;
    }
    members[count++] = (struct cposix_member){
      .pid = (pid_t)number, .group = found.group, .start_time = found.start_time, .pidfd = pidfd};
  }
  closedir(folder);
  return count;
}

int cposix_process_open(int32_t pid) {
  int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
  return pidfd < 0 ? -errno : pidfd;
}

int cposix_signal(int pidfd, int number) {
  return syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0) < 0 ? errno : 0;
}

int cposix_event_create(void) {
  int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return fd < 0 ? -errno : fd;
}

void cposix_event_raise(int fd) {
  uint64_t one = 1;
  // It fails only when the counter is full: then it is readable already.
  ssize_t written = write(fd, &one, sizeof one);
  (void)written;
}

void cposix_event_clear(int fd) {
  uint64_t value;
  ssize_t count = read(fd, &value, sizeof value);
  (void)count;
}

/// Whether `path` is a file that may be executed: 0 or an errno.
static int check_program(const char *path) {
  struct stat information;
  if (stat(path, &information) < 0) return errno == ENOTDIR ? ENOENT : errno;
  if (!S_ISREG(information.st_mode) || access(path, X_OK) < 0) return EACCES;
  return 0;
}

int cposix_find_program(const char *name, const char *search_path, char *path, size_t capacity) {
  if (*name == 0) return ENOENT;
  if (strchr(name, '/') != NULL) {
    if (strlen(name) >= capacity) return ENAMETOOLONG;
    strcpy(path, name);
    return check_program(path);
  }
  if (search_path == NULL) search_path = getenv("PATH");
  if (search_path == NULL) search_path = "/usr/local/bin:/usr/bin:/bin";
  int result = ENOENT;
  for (const char *start = search_path;; start++) {
    const char *end = strchrnul(start, ':');
    int length = (int)(end - start);
    // An empty entry means the working directory.
    int written = snprintf(path, capacity, "%.*s/%s", length > 0 ? length : 1, length > 0 ? start : ".", name);
    if (written >= 0 && (size_t)written < capacity) {
      int error = check_program(path);
      if (error == 0) return 0;
      if (error == EACCES) result = EACCES;
    }
    if (*end == 0) return result;
    start = end;
  }
}
