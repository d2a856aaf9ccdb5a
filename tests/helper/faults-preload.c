/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Loaded before the C library into nestbox-helper, in a changed root: pretends a kernel that loads and removes KVM's
 * modules, and makes one chosen step fail, kill or stop the program.
 *
 *   NB_FAULT  kill N | stop N | fail N ERRNO      the Nth step
 *             fail-all N ERRNO | fail-from N ERRNO  it and all later ones alike, it and all later ones of every kind
 *   NB_KNOBS  words: stubborn (modules ignore nested=), liar (KVM offers the opposite), busy (removal says EAGAIN),
 *             reject (nested=1 is refused with EINVAL), bare (any nested= is), racer0, racer1 (somebody loads the module
 *             with that value as soon as it is removed), moment (the first pause ends all use), s390x, ppc64le; the option broken= is always refused
 *   NB_LOG    a file that gets a line for each step
 *
 *   NB_TOLD   a file that is made where something is said or started while a module is out that was there before
 *
 * A module that is not loaded waits in /sys/module/.stash. The helper clears its environment, so all is read at start. */

/* open() and open64() are two functions here. */
#undef _FILE_OFFSET_BITS

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define N_FDS 256

static char action[16];
static char knobs[128];
static char log_path[128];
static char told_path[128];
static char failing[32];
static int step_wanted;
static int step_errno;
static int step_now;
static bool is_out;
static char paths[N_FDS][96];

__attribute__ ((constructor)) static void
read_environment (void)
{
  const char *fault = getenv ("NB_FAULT");

  if (fault != NULL)
    sscanf (fault, "%15s %d %d", action, &step_wanted, &step_errno);
  snprintf (knobs, sizeof knobs, "%s", getenv ("NB_KNOBS") != NULL ? getenv ("NB_KNOBS") : "");
  snprintf (log_path, sizeof log_path, "%s", getenv ("NB_LOG") != NULL ? getenv ("NB_LOG") : "");
  snprintf (told_path, sizeof told_path, "%s", getenv ("NB_TOLD") != NULL ? getenv ("NB_TOLD") : "");
}

static bool
has_knob (const char *name)
{
  return strstr (knobs, name) != NULL;
}

static int
raw_open (const char *path, int flags, int mode)
{
  return (int) syscall (SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, mode);
}

/* Whether this step shall fail; errno is set then. */
static bool
step (const char *name, const char *detail)
{
  step_now++;
  if (*log_path != '\0')
    {
      char line[160];
      int fd = raw_open (log_path, O_WRONLY | O_CREAT | O_APPEND, 0644);

      snprintf (line, sizeof line, "%s %s\n", name, detail);
      syscall (SYS_write, fd, line, strlen (line));
      syscall (SYS_close, fd);
    }

  if (step_now == step_wanted)
    {
      snprintf (failing, sizeof failing, "%s", name);
      if (strcmp (action, "kill") == 0)
        kill (getpid (), SIGKILL);
      else if (strcmp (action, "stop") == 0)
        kill (getpid (), SIGSTOP);
    }
  if ((strcmp (action, "fail") == 0 && step_now == step_wanted) ||
      (strcmp (action, "fail-from") == 0 && step_now >= step_wanted) ||
      (strcmp (action, "fail-all") == 0 && *failing != '\0' && strcmp (failing, name) == 0))
    {
      errno = step_errno;
      return true;
    }

  return false;
}

static void
tell (void)
{
  if (is_out && *told_path != '\0')
    syscall (SYS_close, raw_open (told_path, O_WRONLY | O_CREAT, 0644));
}

static const char *
path_of (int fd)
{
  return fd >= 0 && fd < N_FDS ? paths[fd] : "";
}

/* ---- A kernel ---- */

static bool
exists (const char *path)
{
  struct stat status;

  return stat (path, &status) == 0;
}

static void
read_word (const char *path, char *word, size_t size)
{
  int fd = raw_open (path, O_RDONLY, 0);
  long got = fd >= 0 ? syscall (SYS_read, fd, word, size - 1) : 0;

  word[got > 0 ? got : 0] = '\0';
  word[strcspn (word, "\n")] = '\0';
  if (fd >= 0)
    syscall (SYS_close, fd);
}

static int pretend_insert (const char *file, const char *arguments);

static int
pretend_delete (const char *name)
{
  char loaded[128];
  char stash[128];
  char path[160];
  char count[16];

  snprintf (loaded, sizeof loaded, "/sys/module/%s", name);
  snprintf (stash, sizeof stash, "/sys/module/.stash/%s", name);
  snprintf (path, sizeof path, "%s/refcnt", loaded);
  if (!exists (loaded))
    {
      errno = ENOENT;
      return -1;
    }
  read_word (path, count, sizeof count);
  if (has_knob ("busy") || strcmp (count, "0") != 0)
    {
      errno = EAGAIN;
      return -1;
    }

  if (syscall (SYS_rename, loaded, stash) != 0)
    return -1;
  is_out = true;
  snprintf (path, sizeof path, "/%s.ko", name);
  if (has_knob ("racer0"))
    pretend_insert (path, "nested=0");
  if (has_knob ("racer1"))
    pretend_insert (path, "nested=1");

  return 0;
}

static int
pretend_insert (const char *file, const char *arguments)
{
  const char *base = strrchr (file, '/') != NULL ? strrchr (file, '/') + 1 : file;
  char name[32];
  char loaded[128];
  char stash[128];
  char path[160];
  char value = '1';
  int fd;

  snprintf (name, sizeof name, "%.*s", (int) strcspn (base, "."), base);
  snprintf (loaded, sizeof loaded, "/sys/module/%s", name);
  snprintf (stash, sizeof stash, "/sys/module/.stash/%s", name);
  if (exists (loaded))
    {
      errno = EEXIST;
      return -1;
    }
  if (strcmp (name, "kvm_amd") == 0 && !exists ("/sys/module/kvm"))
    {
      errno = ENOENT;
      return -1;
    }

  for (const char *p = arguments; (p = strstr (p, "nested=")) != NULL; p++)
    value = p[strlen ("nested=")];
  if ((value != '0' && value != '1') || (has_knob ("reject") && value == '1') ||
      (has_knob ("bare") && strstr (arguments, "nested=") != NULL) || strstr (arguments, "broken=") != NULL)
    {
      errno = EINVAL;
      return -1;
    }
  if (syscall (SYS_rename, stash, loaded) != 0)
    return -1;
  is_out = false;

  snprintf (path, sizeof path, "%s/parameters/nested", loaded);
  if (exists (path) && !has_knob ("stubborn"))
    {
      char line[] = { value, '\n' };

      fd = raw_open (path, O_WRONLY | O_TRUNC, 0644);
      syscall (SYS_write, fd, line, sizeof line);
      syscall (SYS_close, fd);
    }

  return 0;
}

static int
pretend_kvm (struct kvm_cpuid2 *cpuid)
{
  char value[16];

  read_word ("/sys/module/kvm_amd/parameters/nested", value, sizeof value);
  cpuid->nent = 1;
  cpuid->entries[0].function = 0x80000001;
  cpuid->entries[0].ecx = (value[0] == '1') != has_knob ("liar") ? 1u << 2 : 0;

  return 0;
}

/* ---- What the helper and libkmod call ---- */

static int
open_step (int directory, const char *path, int flags, mode_t mode)
{
  int fd;

  /* What a process does to itself is no step of a change. */
  if ((flags & (O_CREAT | O_WRONLY | O_RDWR)) != 0 && strncmp (path, "/dev", 4) != 0 &&
      strncmp (path, "/proc/self", 10) != 0 && strncmp (path, "/sys/fs", 7) != 0 && step ("open", path))
    return -1;

  fd = (int) syscall (SYS_openat, directory, path, flags, mode);
  if (fd >= 0 && fd < N_FDS)
    snprintf (paths[fd], sizeof paths[fd], "%s", path);

  return fd;
}

#define DEFINE_OPEN(name)                                                                                              \
  int name (const char *path, int flags, ...)                                                                          \
  {                                                                                                                    \
    va_list args;                                                                                                      \
    mode_t mode;                                                                                                       \
    va_start (args, flags);                                                                                            \
    mode = (flags & O_CREAT) != 0 ? va_arg (args, mode_t) : 0;                                                         \
    va_end (args);                                                                                                     \
    return open_step (AT_FDCWD, path, flags, mode);                                                                    \
  }
#define DEFINE_OPENAT(name)                                                                                            \
  int name (int directory, const char *path, int flags, ...)                                                           \
  {                                                                                                                    \
    va_list args;                                                                                                      \
    mode_t mode;                                                                                                       \
    va_start (args, flags);                                                                                            \
    mode = (flags & O_CREAT) != 0 ? va_arg (args, mode_t) : 0;                                                         \
    va_end (args);                                                                                                     \
    return open_step (directory, path, flags, mode);                                                                   \
  }

#pragma GCC diagnostic ignored "-Wmissing-prototypes"
DEFINE_OPEN (open)
DEFINE_OPEN (open64)
DEFINE_OPENAT (openat)
DEFINE_OPENAT (openat64)

int
linkat (int from_directory, const char *from, int to_directory, const char *to, int flags)
{
  return step ("link", to) ? -1 : (int) syscall (SYS_linkat, from_directory, from, to_directory, to, flags);
}

int
renameat (int from_directory, const char *from, int to_directory, const char *to)
{
  return step ("rename", from) ? -1 : (int) syscall (SYS_renameat, from_directory, from, to_directory, to);
}

int
unlinkat (int directory, const char *path, int flags)
{
  return step ("unlink", path) ? -1 : (int) syscall (SYS_unlinkat, directory, path, flags);
}

int
mkdirat (int directory, const char *path, mode_t mode)
{
  return step ("mkdir", path) ? -1 : (int) syscall (SYS_mkdirat, directory, path, mode);
}

int
fchmod (int fd, mode_t mode)
{
  return step ("chmod", path_of (fd)) ? -1 : (int) syscall (SYS_fchmod, fd, mode);
}

int
fsync (int fd)
{
  return step ("fsync", path_of (fd)) ? -1 : (int) syscall (SYS_fsync, fd);
}

int
flock (int fd, int operation)
{
  return step ("flock", path_of (fd)) ? -1 : (int) syscall (SYS_flock, fd, operation);
}

/* What is said goes through pipes. */
int
pipe2 (int fds[2], int flags)
{
  int answer = (int) syscall (SYS_pipe2, fds, flags);

  for (int i = 0; answer == 0 && i < 2; i++)
    if (fds[i] < N_FDS)
      strcpy (paths[fds[i]], "|");

  return answer;
}

ssize_t
write (int fd, const void *data, size_t size)
{
  if (fd <= STDERR_FILENO || strcmp (path_of (fd), "|") == 0)
    {
      tell ();
    }
  else if (step ("write", path_of (fd)))
    {
      /* A full disk takes a part of it first. */
      if (size > 1 && step_errno == ENOSPC)
        syscall (SYS_write, fd, data, size / 2);
      errno = step_errno;
      return -1;
    }

  return syscall (SYS_write, fd, data, size);
}

ssize_t
read (int fd, void *data, size_t size)
{
  if (strstr (path_of (fd), "zz-nestbox") != NULL && step ("read", path_of (fd)))
    return -1;

  return syscall (SYS_read, fd, data, size);
}

ssize_t
pwrite64 (int fd, const void *data, size_t size, off64_t offset)
{
  return strncmp (path_of (fd), "/proc/self", 10) != 0 && step ("pwrite", path_of (fd))
           ? -1
           : syscall (SYS_pwrite64, fd, data, size, offset);
}

int
ftruncate64 (int fd, off64_t size)
{
  return step ("truncate", path_of (fd)) ? -1 : (int) syscall (SYS_ftruncate, fd, size);
}

int
uname (struct utsname *names)
{
  int answer = (int) syscall (SYS_uname, names);

  if (has_knob ("s390x"))
    strcpy (names->machine, "s390x");
  else if (has_knob ("ppc64le"))
    strcpy (names->machine, "ppc64le");

  return answer;
}

int
nanosleep (const struct timespec *pause, struct timespec *rest)
{
  if (has_knob ("moment"))
    {
      int fd = raw_open ("/sys/module/kvm_amd/refcnt", O_WRONLY | O_TRUNC, 0644);

      syscall (SYS_write, fd, "0\n", 2);
      syscall (SYS_close, fd);
      /* A pause that never ends is a caller's trick. */
      return (int) syscall (SYS_nanosleep, pause, rest);
    }

  return 0;
}

pid_t
fork (void)
{
  static pid_t (*real) (void);

  tell ();
  if (real == NULL)
    real = dlsym (RTLD_NEXT, "fork");

  return real ();
}

int
ioctl (int fd, unsigned long request, ...)
{
  va_list args;
  void *argument;

  va_start (args, request);
  argument = va_arg (args, void *);
  va_end (args);
  if (request != KVM_GET_SUPPORTED_CPUID)
    return (int) syscall (SYS_ioctl, fd, request, argument);

  return step ("ioctl", "kvm") ? -1 : pretend_kvm (argument);
}

int delete_module (const char *name, unsigned int flags);

int
delete_module (const char *name, unsigned int flags)
{
  if ((flags & O_TRUNC) != 0 || (flags & O_NONBLOCK) == 0)
    abort ();

  return step ("delete", name) ? -1 : pretend_delete (name);
}

/* libkmod 30 reaches finit_module() in this way. */
long
syscall (long number, ...)
{
  long a[6];
  va_list args;
  static long (*real) (long, ...);

  va_start (args, number);
  for (int i = 0; i < 6; i++)
    a[i] = va_arg (args, long);
  va_end (args);

  if (number == SYS_finit_module)
    return step ("insert", (const char *) a[1]) ? -1 : pretend_insert (path_of ((int) a[0]), (const char *) a[1]);
  if (real == NULL)
    real = dlsym (RTLD_NEXT, "syscall");

  return real (number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

int finit_module (int fd, const char *arguments, int flags);

/* Newer ones call the C library. */
int
finit_module (int fd, const char *arguments, int flags)
{
  return (int) syscall (SYS_finit_module, fd, arguments, flags);
}
