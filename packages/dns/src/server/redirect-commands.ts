/** Where containers find their name server (Docker's address). */
export const resolverAddress = '127.0.0.11';

/** Our table in a container's namespace. */
const table = 'berth_dns';

/**
 * nft commands for inside a container's namespace: what is sent to port 53 of the resolver's address goes to
 * the ports it really listens on, and its answers come from port 53. Right whatever was there before.
 */
export function redirectCommands(ports: { readonly udp: number; readonly tcp: number }): string {
  const protocols = ['udp', 'tcp'] as const;
  const rule = (chain: string, text: string) => `add rule ip ${table} ${chain} ${text}\n`;
  return [
    `add table ip ${table}\ndelete table ip ${table}\nadd table ip ${table}\n`,
    `add chain ip ${table} output { type nat hook output priority -100; policy accept; }\n`,
    `add chain ip ${table} postrouting { type nat hook postrouting priority 100; policy accept; }\n`,
    ...protocols.map((protocol) =>
      rule(
        'output',
        `ip daddr ${resolverAddress} ${protocol} dport 53 dnat to ${resolverAddress}:${ports[protocol]}`,
      ),
    ),
    ...protocols.map((protocol) =>
      rule(
        'postrouting',
        `ip saddr ${resolverAddress} ${protocol} sport ${ports[protocol]} snat to ${resolverAddress}:53`,
      ),
    ),
  ].join('');
}
