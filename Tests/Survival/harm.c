/* Preloaded into workers by faults.py: the first of them to find the file that HARM_ONCE names takes it away, and then takes memory
   without end or reads where nothing is, as HARM says. */
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *harm(void *path) {
  while (unlink(path) != 0) usleep(1000);
  const char *kind = getenv("HARM");
  if (kind && strcmp(kind, "crash") == 0) *(volatile char *)0 = 1;
  for (;;) {
    size_t size = 16 << 20;
    /* Volatile, or the compiler leaves out what nobody reads. */
    volatile char *block = malloc(size);
    for (size_t i = 0; block && i < size; i += 4096) block[i] = 1;
    usleep(1000);
  }
}

__attribute__((constructor)) static void begin(void) {
  char line[64] = {0};
  int file = open("/proc/self/cmdline", O_RDONLY);
  ssize_t count = read(file, line, sizeof line - 1);
  close(file);
  const char *path = getenv("HARM_ONCE");
  /* The first argument of a worker is 'worker'. */
  const char *first = line + strlen(line) + 1;
  if (!path || count < 8 || first > line + count - 7 || strcmp(first, "worker") != 0) return;
  pthread_t thread;
  pthread_create(&thread, NULL, harm, (void *)path);
}
