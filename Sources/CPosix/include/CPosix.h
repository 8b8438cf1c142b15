// SPDX-License-Identifier: Apache-2.0
//
// What Swift cannot do for itself on Linux: what runs between fork and exec, what glibc keeps in macros, and system
// calls that the oldest supported glibc (2.35) has no function for.

#ifndef PUMICE_CPOSIX_H
#define PUMICE_CPOSIX_H

#include <stddef.h>
#include <stdint.h>

/// The step of starting a program that failed.
enum cposix_stage {
  CPOSIX_STAGE_NONE = 0,
  /// Opening a pseudo-terminal, a pipe or /dev/null.
  CPOSIX_STAGE_PREPARE = 1,
  CPOSIX_STAGE_FORK = 2,
  /// Session, terminal, descriptors and signals of the child.
  CPOSIX_STAGE_SETUP = 3,
  /// Changing to the working directory.
  CPOSIX_STAGE_DIRECTORY = 4,
  CPOSIX_STAGE_EXEC = 5,
};

/// How a program is to be started. It gets a session and a process group of its own, default signal dispositions, no
/// blocked signal, and no descriptor but 0, 1 and 2.
struct cposix_spawn_request {
  /// The program's file; not searched for in PATH.
  const char *program;
  /// Null-terminated; the first is the program's name as it sees it.
  char *const *arguments;
  /// Null-terminated `NAME=value`; NULL inherits this process's.
  char *const *environment;
  /// Working directory; NULL inherits this process's.
  const char *directory;
  /// Size of the pseudo-terminal in characters.
  uint16_t rows;
  uint16_t columns;
  /// Whether the pseudo-terminal echoes what is typed.
  int echo;
  /// Signal that the kernel sends the child when the *thread* that called ends; 0 for none.
  int parent_death_signal;
  /// Called with the child's number before the child becomes the program: when this process ends before that, so does the
  /// child. It may take its time, but must not fork. NULL for nothing.
  void (*announce)(int32_t pid, void *context);
  void *context;
};

/// A program that was started.
struct cposix_child {
  /// Process, group and session id.
  int32_t pid;
  /// Readable when the process has ended; close-on-exec.
  int pidfd;
  /// Our end of the pseudo-terminal, or the end of the pipe that the program's output is read from; non-blocking and
  /// close-on-exec.
  int fd;
  /// Which step failed, when starting failed.
  enum cposix_stage stage;
};

/// Starts a program on a new pseudo-terminal, which is its controlling terminal. Returns 0 or an errno.
int cposix_spawn_on_pty(const struct cposix_spawn_request *request, struct cposix_child *child);

/// Starts a program with /dev/null as standard input and one pipe for standard output and error. Returns 0 or an errno.
int cposix_spawn_on_pipe(const struct cposix_spawn_request *request, struct cposix_child *child);

/// Starts a program whose standard input is one end of a socket that keeps the bounds of messages (SOCK_SEQPACKET); both its
/// outputs are /dev/null. The child's `fd` is our end: blocking, close-on-exec. Returns 0 or an errno.
int cposix_spawn_on_socket(const struct cposix_spawn_request *request, struct cposix_child *child);

/// When a process was started, in clock ticks since the machine's start: with the number it names one process for ever. 0
/// where there is no such process.
uint64_t cposix_start_time(int32_t pid);
/// The present, on the same clock.
uint64_t cposix_ticks(void);

/// How a process ended.
struct cposix_exit {
  /// 1 when it has ended; the others are valid then only.
  int ended;
  /// 1 when a signal ended it.
  int signaled;
  /// Exit status or signal number.
  int code;
};

/// Looks whether a child has ended, without waiting. With `reap` the kernel forgets the child; without, it stays a zombie
/// and its process and group id cannot be given to another. Returns 0 or an errno.
int cposix_wait(int32_t pid, int reap, struct cposix_exit *status);

/// One living process of a session.
struct cposix_member {
  int32_t pid;
  int32_t group;
  /// As of cposix_start_time.
  uint64_t start_time;
  /// Readable when the process has ended; close-on-exec; the caller closes it.
  int pidfd;
};

/// Lists the processes of a session that are not zombies, from /proc. Returns how many, at most `capacity`; 0 also where
/// /proc cannot be read.
size_t cposix_session_members(int32_t session, struct cposix_member *members, size_t capacity);

/// Opens a process: readable when it has ended; close-on-exec. Returns a descriptor, or minus an errno.
int cposix_process_open(int32_t pid);

/// Sends a signal to the process behind a pidfd, and never to another that got its number. Returns 0 or an errno.
int cposix_signal(int pidfd, int number);

/// This process's environment: null-terminated `NAME=value`.
char *const *cposix_environment(void);

/// A counter that wakes poll(2): non-blocking, close-on-exec. Returns a descriptor, or minus an errno.
int cposix_event_create(void);
/// Makes the counter readable.
void cposix_event_raise(int fd);
/// Makes the counter not readable again.
void cposix_event_clear(int fd);

/// Finds a program as execvp(3) does: a name with a slash is taken as it is, another is searched for in `search_path`
/// (colon-separated; NULL means the environment's PATH). Writes the path and a null byte. Returns 0, ENOENT, EACCES (found
/// but not executable) or ENAMETOOLONG.
int cposix_find_program(const char *name, const char *search_path, char *path, size_t capacity);

/// How a serial port is driven.
struct cposix_serial_settings {
  /// In bits a second.
  uint32_t baud;
  /// 5 to 8.
  int data_bits;
  /// 0 none, 1 odd, 2 even.
  int parity;
  /// 1 or 2.
  int stop_bits;
  /// Whether RTS and CTS, or XON and XOFF, hold the sender up.
  int hardware_flow, software_flow;
};

/// Opens a serial port for this process alone, raw and non-blocking. Returns a descriptor, or minus an errno: EBUSY or
/// EWOULDBLOCK where another has it, ENOTTY where it is none.
int cposix_serial_open(const char *path, const struct cposix_serial_settings *settings);

/// Closes it; from then on another may have it.
void cposix_serial_close(int fd);

/// Overwrites the arguments of this process, which every user of the host can read (`ps`), by a title; one that is longer
/// than they were is cut. What was in them is gone: read them before. Returns 0 or an errno.
int cposix_set_title(const char *title);

/// Names this process in `ps` and for killall(1): fifteen characters. Returns 0 or an errno.
int cposix_set_name(const char *name);

/// Opens a path as if the folder `root` were the root of the file system: neither a link nor `..` leaves it (openat2(2)
/// with RESOLVE_IN_ROOT). `flags` and `mode` are those of open(2). Returns a descriptor, or minus an errno.
int cposix_open_in_root(int root, const char *path, int flags, uint32_t mode);

/// O_PATH of open(2), which glibc shows to nobody who does not ask for GNU's extensions: a descriptor that only names.
extern const int cposix_path_only;

/// Sets an extended attribute of an open file (fsetxattr(2)). Returns 0 or an errno.
int cposix_set_attribute(int fd, const char *name, const void *value, size_t size);

/// Makes a device node (mknodat(2)); `kind` is S_IFCHR, S_IFBLK or S_IFIFO. Returns 0 or an errno.
int cposix_make_node(int folder, const char *name, uint32_t kind, uint32_t mode, uint32_t major, uint32_t minor);

/// Starts a thread that no signal is delivered to, and that ends by itself. Returns 0 or an errno.
int cposix_start_thread(void *(*body)(void *), void *argument);

#endif
