/**
 * The socket of the system bus: the first that DBUS_SYSTEM_BUS_ADDRESS names (D-Bus specification, "Server Addresses"),
 * or the well-known one.
 */
export function systemBusPath(address: string | undefined): string {
  for (const one of (address ?? '').split(';')) {
    const path = /^unix:(?:.*,)?path=([^,]+)/.exec(one)?.[1];
    if (path !== undefined) return decodeURIComponent(path);
  }
  return '/run/dbus/system_bus_socket';
}
