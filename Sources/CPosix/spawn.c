// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "CPosix.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

extern char **environ;

/// What the child writes when it could not become the program.
struct report {
  enum cposix_stage stage;
  int error;
};

static int pidfd_open_call(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

static void close_quietly(int fd) {
  int saved = errno;
  if (fd >= 0) close(fd);
  errno = saved;
}

/// Closes every descriptor from `first` on.
static void close_from(int first) {
  if (syscall(SYS_close_range, first, ~0U, 0) == 0) return;
  struct rlimit limit;
  int end = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536 ? (int)limit.rlim_cur : 65536;
  for (int fd = first; fd < end; fd++) close(fd);
}

_Noreturn static void give_up(int channel, enum cposix_stage stage) {
  struct report report = {stage, errno};
  ssize_t written = write(channel, &report, sizeof report);
  (void)written;
  _exit(127);
}

/// Moves the three standard descriptors and the report channel to 0...3, whatever their numbers were.
static int place_descriptors(int input, int output, int *channel) {
  // Copies above 9 first, so that no placement can overwrite a source.
  int in = fcntl(input, F_DUPFD, 10);
  int out = fcntl(output, F_DUPFD, 10);
  int report = fcntl(*channel, F_DUPFD_CLOEXEC, 10);
  if (in < 0 || out < 0 || report < 0) return -1;
  *channel = report;
  if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0 || dup3(report, 3, O_CLOEXEC) < 0) return -1;
  *channel = 3;
  close_from(4);
  return 0;
}

/// The child, from fork to exec: only async-signal-safe calls.
_Noreturn static void run_child(
  const struct cposix_spawn_request *request, int input, int output, int is_terminal, int channel, pid_t parent
) {
  // By the system call: glibc's sigaction refuses the two signals that it keeps for itself, but they are inherited all the
  // same. The kernel's structure is four words at most, and zero means the default.
  const unsigned long standard[4] = {0};
  for (int number = 1; number <= 64; number++) syscall(SYS_rt_sigaction, number, standard, NULL, sizeof(uint64_t));

  if (setsid() < 0) give_up(channel, CPOSIX_STAGE_SETUP);
  if (is_terminal && ioctl(input, TIOCSCTTY, 0) < 0) give_up(channel, CPOSIX_STAGE_SETUP);
  if (place_descriptors(input, output, &channel) < 0) give_up(channel, CPOSIX_STAGE_SETUP);
  if (request->parent_death_signal != 0) {
    if (prctl(PR_SET_PDEATHSIG, request->parent_death_signal) < 0) give_up(channel, CPOSIX_STAGE_SETUP);
    // The parent may have died before the request took effect.
    if (getppid() != parent) _exit(127);
  }
  if (request->directory != NULL && chdir(request->directory) < 0) give_up(channel, CPOSIX_STAGE_DIRECTORY);

  // Until the parent has told of us whoever must know. It ends this wait by its own end, too.
  char go;
  ssize_t count;
  do { count = read(channel, &go, 1); } while (count < 0 && errno == EINTR);
  if (count != 1) _exit(127);

  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execve(request->program, request->arguments, request->environment != NULL ? request->environment : environ);
  give_up(channel, CPOSIX_STAGE_EXEC);
}

/// Forks with every signal blocked, so that none of our handlers runs in the child, and waits until the child has become
/// the program or said why not.
static int start(
  const struct cposix_spawn_request *request, int input, int output, int is_terminal, struct cposix_child *child
) {
  int channel[2];
  child->stage = CPOSIX_STAGE_PREPARE;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) < 0) return errno;

  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t parent = getpid();
  pid_t pid = fork();
  if (pid == 0) run_child(request, input, output, is_terminal, channel[1], parent);
  int fork_error = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(channel[1]);
  if (pid < 0) {
    close(channel[0]);
    child->stage = CPOSIX_STAGE_FORK;
    return fork_error;
  }

  if (request->announce != NULL) request->announce(pid, request->context);
  // Where the child is gone already, the report says why.
  ssize_t sent = send(channel[0], "", 1, MSG_NOSIGNAL);
  (void)sent;
  struct report report = {CPOSIX_STAGE_NONE, 0};
  ssize_t count;
  do { count = read(channel[0], &report, sizeof report); } while (count < 0 && errno == EINTR);
  close(channel[0]);
  int error = count == (ssize_t)sizeof report ? report.error : 0;
  child->stage = report.stage;
  if (error == 0) {
    child->pidfd = pidfd_open_call(pid);
    if (child->pidfd >= 0) {
      child->pid = pid;
      return 0;
    }
    error = errno;
    child->stage = CPOSIX_STAGE_SETUP;
    kill(pid, SIGKILL);
  }
  while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
  return error;
}

/// Opens both ends of a pseudo-terminal of the asked size. Returns 0 or an errno.
static int open_terminal(const struct cposix_spawn_request *request, int *controller, int *terminal) {
  *terminal = -1;
  *controller = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (*controller < 0) return errno;
  if (grantpt(*controller) < 0 || unlockpt(*controller) < 0) goto failed;
  // By way of the controller rather than its name: right in whatever mount namespace we are.
  *terminal = ioctl(*controller, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (*terminal < 0) {
    char name[64];
    if (ptsname_r(*controller, name, sizeof name) != 0) goto failed;
    *terminal = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*terminal < 0) goto failed;
  }
  struct winsize size = {.ws_row = request->rows, .ws_col = request->columns};
  if (ioctl(*terminal, TIOCSWINSZ, &size) < 0) goto failed;
  if (!request->echo) {
    struct termios settings;
    if (tcgetattr(*terminal, &settings) < 0) goto failed;
    settings.c_lflag &= ~(tcflag_t)ECHO;
    if (tcsetattr(*terminal, TCSANOW, &settings) < 0) goto failed;
  }
  return 0;
failed:;
  int error = errno;
  close_quietly(*controller);
  close_quietly(*terminal);
  return error;
}

int cposix_spawn_on_pty(const struct cposix_spawn_request *request, struct cposix_child *child) {
  *child = (struct cposix_child){.pid = -1, .pidfd = -1, .fd = -1, .stage = CPOSIX_STAGE_PREPARE};
  int controller, terminal;
  int error = open_terminal(request, &controller, &terminal);
  if (error != 0) return error;
  error = start(request, terminal, terminal, 1, child);
  close(terminal);
  if (error != 0) close(controller);
  else child->fd = controller;
  return error;
}

int cposix_spawn_on_pipe(const struct cposix_spawn_request *request, struct cposix_child *child) {
  *child = (struct cposix_child){.pid = -1, .pidfd = -1, .fd = -1, .stage = CPOSIX_STAGE_PREPARE};
  int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null < 0) return errno;
  int output[2];
  if (pipe2(output, O_CLOEXEC) < 0) {
    close_quietly(null);
    return errno;
  }
  int error = fcntl(output[0], F_SETFL, O_NONBLOCK) < 0 ? errno : start(request, null, output[1], 0, child);
  close(null);
  close(output[1]);
  if (error != 0) close(output[0]);
  else child->fd = output[0];
  return error;
}

int cposix_spawn_on_socket(const struct cposix_spawn_request *request, struct cposix_child *child) {
  *child = (struct cposix_child){.pid = -1, .pidfd = -1, .fd = -1, .stage = CPOSIX_STAGE_PREPARE};
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) return errno;
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
    close_quietly(null);
    return errno;
  }
  int error = start(request, ends[1], null, 0, child);
  close(null);
  close(ends[1]);
  if (error != 0) close(ends[0]);
  else child->fd = ends[0];
  return error;
}

int cposix_wait(pid_t pid, int reap, struct cposix_exit *status) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  int result;
  do {
    result = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | (reap ? 0 : WNOWAIT));
  } while (result < 0 && errno == EINTR);
  if (result < 0) return errno;
  status->ended = info.si_pid == pid;
  status->signaled = info.si_code == CLD_KILLED || info.si_code == CLD_DUMPED;
  status->code = info.si_status;
  return 0;
}
