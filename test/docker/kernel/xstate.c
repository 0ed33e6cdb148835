/*
 * For user-mode-linux on processors with AMX (Sapphire Rapids and later): their state is larger than the buffer from which linux.uml sets
 * a process's registers, and the computer's kernel refuses part of one. So this sets the whole state: what linux.uml has, without the tiles,
 * which no program in it uses. Loaded before the C library (LD_PRELOAD).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PEEK_FIRST = 1, PEEK_LAST = 3, GETREGSET = 0x4204, SETREGSET = 0x4205, XSTATE = 0x202 };

static char state[1 << 16] __attribute__((aligned(64)));

long ptrace(int request, ...) {
  va_list arguments;
  va_start(arguments, request);
  long pid = va_arg(arguments, int);
  void *address = va_arg(arguments, void *);
  void *data = va_arg(arguments, void *);
  va_end(arguments);

  if (request == SETREGSET && (uintptr_t)address == XSTATE) {
    struct iovec *given = data, whole = {state, sizeof state};
    if (syscall(SYS_ptrace, GETREGSET, pid, (void *)XSTATE, &whole) == 0 && whole.iov_len > given->iov_len) {
      memcpy(state, given->iov_base, given->iov_len);
      *(uint64_t *)(state + 512) &= 0x2ff; /* which parts there are: all but 17 and 18, the tiles */
      return syscall(SYS_ptrace, SETREGSET, pid, (void *)XSTATE, &whole);
    }
  }
  if (request >= PEEK_FIRST && request <= PEEK_LAST) { /* as the C library: the word is the result */
    long word;
    if (syscall(SYS_ptrace, request, pid, address, &word) < 0) return -1;
    errno = 0;
    return word;
  }
  return syscall(SYS_ptrace, request, pid, address, data);
}
