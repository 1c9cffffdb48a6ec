#include "fault.h"

#include <errno.h>

bool fault_set(struct fault *fault, const char *op, const char *stage, int error,
               const char *path) {
  fault->op = op;
  fault->stage = stage;
  fault->error = error;
  fault->path = path;
  fault->message = "";
  return false;
}

bool fault_errno(struct fault *fault, const char *op, const char *stage, const char *path) {
  return fault_set(fault, op, stage, errno, path);
}

static const char *error_name(int error) {
  static const struct {
    int error;
    const char *name;
  } names[] = {
      {EPERM, "EPERM"},           {ENOENT, "ENOENT"},         {ESRCH, "ESRCH"},
      {EIO, "EIO"},               {E2BIG, "E2BIG"},           {ENOEXEC, "ENOEXEC"},
      {EBADF, "EBADF"},           {EAGAIN, "EAGAIN"},         {ENOMEM, "ENOMEM"},
      {EACCES, "EACCES"},         {EBUSY, "EBUSY"},           {EEXIST, "EEXIST"},
      {ENOTDIR, "ENOTDIR"},       {EISDIR, "EISDIR"},         {EINVAL, "EINVAL"},
      {ENFILE, "ENFILE"},         {EMFILE, "EMFILE"},         {ENOTTY, "ENOTTY"},
      {ENOSPC, "ENOSPC"},         {EROFS, "EROFS"},           {EPIPE, "EPIPE"},
      {ERANGE, "ERANGE"},         {ENAMETOOLONG, "ENAMETOOLONG"}, {ENOSYS, "ENOSYS"},
      {ELOOP, "ELOOP"},           {ENODATA, "ENODATA"},       {EPROTO, "EPROTO"},
      {EBADMSG, "EBADMSG"},       {EADDRINUSE, "EADDRINUSE"}, {ETIMEDOUT, "ETIMEDOUT"},
      {EALREADY, "EALREADY"},     {EDQUOT, "EDQUOT"},         {ETXTBSY, "ETXTBSY"},
      {EMSGSIZE, "EMSGSIZE"},     {EOPNOTSUPP, "EOPNOTSUPP"}, {ECANCELED, "ECANCELED"},
  };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (names[i].error == error) return names[i].name;
  return error == 0 ? "" : "EUNKNOWN";
}

void fault_write(const struct fault *fault, struct text *text) {
  text_string(text, "{\"op\":");
  text_json_string(text, fault->op);
  text_string(text, ",\"stage\":");
  text_json_string(text, fault->stage);
  text_string(text, ",\"errno\":");
  text_json_string(text, error_name(fault->error));
  text_string(text, ",\"path\":");
  text_json_string(text, fault->path == NULL ? "" : fault->path);
  text_string(text, ",\"message\":");
  text_json_string(text, fault->message);
  text_string(text, "}");
}
