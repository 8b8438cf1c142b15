/* SPDX-License-Identifier: Apache-2.0
 *
 * Changing the environment. A helper does it a handful of times and then runs a program: nothing is given back.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int unsetenv(const char *name) {
  size_t length = strlen(name);
  char **kept = environ;
  for (char **entry = environ; entry && *entry; entry++)
    if (strncmp(*entry, name, length) != 0 || (*entry)[length] != '=') *kept++ = *entry;
  if (kept) *kept = 0;
  return 0;
}

int setenv(const char *name, const char *value, int overwrite) {
  (void)overwrite;
  unsetenv(name);
  size_t count = 0, length = strlen(name);
  while (environ && environ[count]) count++;
  size_t size = strlen(value) + 1;
  char **larger = malloc((count + 2) * sizeof *larger);
  char *entry = malloc(length + 1 + size);
  if (!larger || !entry) return -1;
  memcpy(entry, name, length);
  entry[length] = '=';
  memcpy(entry + length + 1, value, size);
  if (count) memcpy(larger, environ, count * sizeof *larger);
  larger[count] = entry;
  larger[count + 1] = 0;
  environ = larger;
  return 0;
}
