/* Feeds arbitrary bytes to a connection of a held shim, in pieces, as a client would: request parser,
 * dispatch, stream conversion, ends. `start` and `exec` find no runtime to execute. */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "conn.h"
#include "container.h"
#include "json.h"
#include "loop.h"
#include "options.h"
#include "process.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  static char folder[] = "control-fuzz-XXXXXX";
  if (mkdtemp(folder) == NULL || chdir(folder) != 0) abort();
  options.id = "fuzz";
  options.bundle = folder;
  options.runtime = "/nonexistent/runtime";
  options.exit_file = "/nonexistent/exit";
  signal(SIGPIPE, SIG_IGN);
  if (!loop_open()) abort();
  return 0;
}

static void settle(void) {
  for (int round = 0; round < 16; round++) loop_step(0);
}

static void fuzz_json(const uint8_t *data, size_t size) {
  char *copy = malloc(size + 1);
  struct json_object object;
  if (copy == NULL) return;
  memcpy(copy, data, size);
  if (json_parse(&object, copy, size))
    for (unsigned i = 0; i < object.count; i++)
      if (object.fields[i].kind == JSON_STRING && strlen(object.fields[i].string) > size) abort();
  free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  int ends[2];
  fuzz_json(data, size);
  memset(&container, 0, sizeof container);
  container_init();
  container.session.input.fd = container.session.outputs[0].watch.fd =
      container.session.outputs[1].watch.fd = -1;
  /* Starting would leave the held phase for good. */
  container.phase = size % 2 == 0 ? PHASE_RUNNING : PHASE_STARTING;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) abort();
  if (conn_open(ends[0], false) == NULL) abort();
  for (size_t at = 0; at < size;) {
    size_t piece = size - at < 700 ? size - at : 700;
    if (send(ends[1], data + at, piece, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) break;
    at += piece;
    settle();
  }
  close(ends[1]);
  settle();
  conn_end_all();
  while (!conn_none_left()) loop_step(10);
  return 0;
}
