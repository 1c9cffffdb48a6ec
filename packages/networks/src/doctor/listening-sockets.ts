/** A socket that takes connections or datagrams from anybody. */
export interface ListeningSocket {
  readonly protocol: 'tcp' | 'udp';
  readonly family: 4 | 6;
  readonly scope: 'any' | 'loopback' | 'other';
  readonly port: number;
}

const tcpListen = '0A';
const udpUnconnected = '07';

/** Reads the text of /proc/PID/net/{tcp,tcp6,udp,udp6} (proc_pid_net(5)). Lines that make no sense are left out. */
export function parseListening(
  text: string,
  protocol: 'tcp' | 'udp',
  family: 4 | 6,
): ListeningSocket[] {
  const state = protocol === 'tcp' ? tcpListen : udpUnconnected;
  return text.split('\n').flatMap((line) => {
    const [, local = '', , found] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    const digits = family === 4 ? 8 : 32;
    if (found !== state || address.length !== digits || !/^[0-9A-F]{4}$/.test(port)) return [];
    return [{ protocol, family, scope: scopeOf(address, family), port: Number.parseInt(port, 16) }];
  });
}

/** Words of the address are in the machine's byte order, little-endian here. */
function scopeOf(address: string, family: 4 | 6): ListeningSocket['scope'] {
  if (/^0+$/.test(address)) return 'any';
  if (family === 4) return address.endsWith('7F') ? 'loopback' : 'other';
  const mappedLoopback = address.startsWith('0000000000000000FFFF0000') && address.endsWith('7F');
  return address === '00000000000000000000000001000000' || mappedLoopback ? 'loopback' : 'other';
}

/** How a port is listened on by clients of a family: an IPv6 wildcard takes IPv4 clients too. */
export function listeningScope(
  sockets: readonly ListeningSocket[],
  port: { readonly protocol: string; readonly port: number; readonly family: 4 | 6 },
): ListeningSocket['scope'] | undefined {
  const scopes = sockets
    .filter((socket) => socket.protocol === port.protocol && socket.port === port.port)
    .filter(({ family, scope }) => family === port.family || (family === 6 && scope === 'any'))
    .map(({ scope }) => scope);
  return (['any', 'other', 'loopback'] as const).find((scope) => scopes.includes(scope));
}
