/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory of a helper, instead of musl's allocator, which would be a sixth of the binary. Blocks have sizes that are
 * powers of two; a freed block waits in the list of its size for the next of that size and never goes back to the
 * kernel. A helper has one thread, a handful of blocks and a short life, and what it frees it soon asks for again.
 */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

/* Before each block; 16 bytes on every architecture, so that blocks are aligned to 16. */
union header {
  unsigned size_class;
  union header *next;
  uint64_t alignment[2];
};

enum { smallest = 5, classes = sizeof(size_t) * 8 - 1, chunk = 1 << 16 };

static union header *unused[classes];
static char *fresh, *fresh_end;

void *malloc(size_t size) {
  if (size > PTRDIFF_MAX / 2) {
    errno = ENOMEM;
    return 0;
  }
  unsigned size_class = smallest;
  size += sizeof(union header);
  while (((size_t)1 << size_class) < size) size_class++;
  union header *block = unused[size_class];
  if (block) {
    unused[size_class] = block->next;
  } else {
    size_t whole = (size_t)1 << size_class;
    if ((size_t)(fresh_end - fresh) < whole) {
      size_t length = whole > chunk ? whole : chunk;
      void *pages = mmap(0, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (pages == MAP_FAILED) return 0;
      fresh = pages;
      fresh_end = fresh + length;
    }
    block = (union header *)fresh;
    fresh += whole;
  }
  block->size_class = size_class;
  return block + 1;
}

void free(void *pointer) {
  if (!pointer) return;
  union header *block = (union header *)pointer - 1;
  unsigned size_class = block->size_class;
  block->next = unused[size_class];
  unused[size_class] = block;
}

void *calloc(size_t count, size_t size) {
  if (size && count > SIZE_MAX / size) {
    errno = ENOMEM;
    return 0;
  }
  void *pointer = malloc(count * size);
  return pointer ? memset(pointer, 0, count * size) : 0;
}

void *realloc(void *pointer, size_t size) {
  if (!pointer) return malloc(size);
  size_t room = ((size_t)1 << ((union header *)pointer - 1)->size_class) - sizeof(union header);
  if (size <= room) return pointer;
  void *larger = malloc(size);
  if (larger) {
    memcpy(larger, pointer, room);
    free(pointer);
  }
  return larger;
}

/* Nothing in a helper asks for more than 16. */
int posix_memalign(void **pointer, size_t alignment, size_t size) {
  if (alignment > sizeof(union header)) return EINVAL;
  *pointer = malloc(size);
  return *pointer ? 0 : ENOMEM;
}
