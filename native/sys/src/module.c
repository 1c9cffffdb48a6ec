/* The addon's exports. */
#include "sys.h"

static bool export_bindings(napi_env env, napi_value exports, const struct binding *bindings) {
  for (; bindings->name != NULL; bindings++) {
    napi_value function = NULL;
    if (napi_create_function(env, bindings->name, NAPI_AUTO_LENGTH, bindings->callback, NULL,
                             &function) != napi_ok ||
        napi_set_named_property(env, exports, bindings->name, function) != napi_ok)
      return false;
  }
  return true;
}

NAPI_MODULE_INIT() {
  static const struct binding own[] = {{"setErrorClass", sys_set_error_class}, {0}};
  const struct binding *const groups[] = {
      own,           mount_bindings, namespace_bindings, netlink_bindings, nftables_bindings,
      xattr_bindings, file_bindings,  node_bindings,      socket_bindings,  port_bindings,
      watch_bindings, background_bindings, btrfs_bindings, user_bindings, activation_bindings,
  };
  nftables_reserve();
  for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
    if (!export_bindings(env, exports, groups[i])) return NULL;
  return exports;
}
