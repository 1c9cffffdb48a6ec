#include "program.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* 0 when it can be executed, else the errno that tells why not. */
static int check(const char *path) {
  struct stat facts;
  if (stat(path, &facts) != 0) return errno;
  if (S_ISDIR(facts.st_mode)) return EISDIR;
  if (access(path, X_OK) != 0) return errno;
  return (facts.st_mode & 0111) != 0 ? 0 : EACCES;
}

static const char *search_path(char *const *env) {
  for (; *env != NULL; env++)
    if (strncmp(*env, "PATH=", 5) == 0) return *env + 5;
  return "";
}

static bool find_on_path(const char *name, const char *folders, struct text *path) {
  char *start = path->data;
  size_t capacity = path->capacity;
  while (*folders != '\0') {
    size_t length = strcspn(folders, ":");
    text_init(path, start, capacity);
    text_bytes(path, folders, length);
    text_string(path, "/");
    text_string(path, name);
    /* Like LookPath, nothing is run that was found relative to the working folder. */
    if (*folders == '/' && text_finish(path) && check(path->data) == 0) return true;
    folders += length + (folders[length] == ':');
  }
  return false;
}

bool program_find(const char *name, char *const *env, struct text *path, struct text *problem) {
  if (strchr(name, '/') == NULL) {
    if (*name != '\0' && find_on_path(name, search_path(env), path)) return true;
    text_string(problem, "executable file not found in $PATH");
    return false;
  }
  int error = check(name);
  if (error == 0) {
    text_string(path, name);
    if (text_finish(path)) return true;
    error = ENAMETOOLONG;
  }
  if (error != EISDIR && error != EACCES) {
    text_string(problem, "stat ");
    text_string(problem, name);
    text_string(problem, ": ");
  }
  text_errno(problem, error);
  return false;
}
