/**
 * Shell commands that make a new network namespace like that of a host which has just started. IPv4 settings come
 * from the machine's first namespace (net.core.devconf_inherit_init_net), where another daemon may have switched
 * forwarding on; writing it sets that of every link with it.
 */
export const freshNetwork = 'ip link set lo up && echo 0 >/proc/sys/net/ipv4/ip_forward';
