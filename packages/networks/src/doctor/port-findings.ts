import { readFile } from 'node:fs/promises';
import { bridgeNameOf } from '../drivers/bridge-driver.ts';
import type { Attachment } from '../model/attachment.ts';
import { isRoutedLease, type PortLease } from '../model/port-lease.ts';
import type { NetworkContext } from '../network-context.ts';
import { isRelayed, relayTarget } from '../sandbox/published-ports.ts';
import { attachmentsOf } from '../sandbox/remove-sandbox.ts';
import type { DiagnosedContainer, Finding } from './diagnosis.ts';
import { findObstacle, foreignChains } from './foreign-rules.ts';
import { type ListeningSocket, listeningScope, parseListening } from './listening-sockets.ts';
import { routeFinding } from './route-finding.ts';
import type { WalkedPacket } from './rule-walk.ts';

/** One published port with everything that it depends on. */
interface Examined {
  readonly subject: string;
  readonly lease: PortLease;
  readonly attachment: Attachment;
  readonly family: 4 | 6;
  /** Where the container is reached. */
  readonly address: string;
}

/** Why a published port cannot be reached, link by link of the way; `ok` findings say what was found right. */
export async function portFindings(
  context: NetworkContext,
  lease: PortLease,
  container: DiagnosedContainer,
): Promise<Finding[]> {
  const subject = showLease(lease, container.name);
  const attachment = attachmentsOf(context, lease.containerId).find(
    ({ endpoint }) => endpoint.id === lease.endpointId,
  );
  if (attachment === undefined) {
    return [{ level: 'problem', subject, text: 'the container is in no network any more' }];
  }
  const { endpoint } = attachment;
  const wantsIpv6 = lease.hostAddress.includes(':') && endpoint.ipv6 !== undefined;
  const own = (wantsIpv6 ? endpoint.ipv6 : endpoint.ipv4)?.split('/')[0];
  const address = own ?? relayTarget(endpoint, lease).address;
  const family = address.includes(':') ? 6 : 4;
  const examined: Examined = { subject, lease, attachment, family, address };
  return [
    ...(await listenerFindings(examined, container)),
    ...linkFindings(context, examined),
    ...hostAddressFindings(context, examined),
    ...(await firewallFindings(context, examined)),
  ];
}

function showLease(lease: PortLease, name: string): string {
  const { hostAddress, hostPort, containerPort, protocol } = lease;
  const address = hostAddress.includes(':') ? `[${hostAddress}]` : hostAddress;
  const port = isRoutedLease(lease) ? '' : `${address}:${hostPort} -> `;
  return `${port}${name}:${containerPort}/${protocol}`;
}

async function listenerFindings(
  { subject, lease, family }: Examined,
  { pid }: DiagnosedContainer,
): Promise<Finding[]> {
  const { containerPort: port, protocol } = lease;
  if (pid === undefined || protocol === 'sctp') return [];
  const sockets = await listeningSockets(pid, protocol);
  const scope = listeningScope(sockets, { protocol, port, family });
  if (scope === undefined) {
    const open = [...new Set(sockets.map((socket) => socket.port))].sort((a, b) => a - b);
    const others = open.length === 0 ? 'nothing listens there' : `it listens on ${open.join(', ')}`;
    const text = `no program in the container listens on ${protocol} port ${port} (${others})`;
    const hint = 'Publish the port that the program uses, or look into its log.';
    return [{ level: 'problem', subject, text, hint }];
  }
  if (scope === 'loopback') {
    const text = `the program in the container listens on its loopback address only (port ${port})`;
    const hint = 'Let it listen on 0.0.0.0 (or ::).';
    return [{ level: 'problem', subject, text, hint }];
  }
  return [{ level: 'ok', subject, text: `a program in the container listens on port ${port}` }];
}

/** Of the network namespace that the process is in. A process that has just ended has none. */
async function listeningSockets(pid: number, protocol: 'tcp' | 'udp'): Promise<ListeningSocket[]> {
  const read = async (name: string, family: 4 | 6) =>
    parseListening(await readFile(`/proc/${pid}/net/${name}`, 'utf8'), protocol, family);
  const tables = await Promise.allSettled([read(protocol, 4), read(`${protocol}6`, 6)]);
  return tables.flatMap((table) => (table.status === 'fulfilled' ? table.value : []));
}

function linkFindings(context: NetworkContext, examined: Examined): Finding[] {
  const { network, endpoint } = examined.attachment;
  const { links } = context.kernel;
  const { subject, address } = examined;
  if (network.driver !== 'bridge') return [];
  const bridge = bridgeNameOf(network);
  const problem = (text: string): Finding => ({
    ...{ level: 'problem', subject, text },
    hint: 'Restart berthd, which makes it anew, or start the container again.',
  });
  const bridgeLink = links.get(bridge);
  const link = endpoint.hostInterface === undefined ? undefined : links.get(endpoint.hostInterface);
  if (bridgeLink === undefined) return [problem(`the bridge ${bridge} is missing`)];
  if (!bridgeLink.up) return [problem(`the bridge ${bridge} is down`)];
  if (link === undefined)
    return [problem(`the container's link ${endpoint.hostInterface} is missing`)];
  if (!link.up) return [problem(`the container's link ${link.name} is down`)];
  if (link.masterIndex !== bridgeLink.index) {
    return [problem(`the container's link ${link.name} is not plugged into ${bridge}`)];
  }
  return [routeFinding(links, bridgeLink, { subject, address })];
}

function hostAddressFindings(context: NetworkContext, { subject, lease }: Examined): Finding[] {
  const { hostAddress } = lease;
  if (isRoutedLease(lease) || hostAddress === '0.0.0.0' || hostAddress === '::') return [];
  if (hostAddress.startsWith('127.') || hostAddress === '::1') {
    const text = `published on ${hostAddress}: this host alone can reach it`;
    return [
      { level: 'note', subject, text, hint: 'Publish without a host address to let others in.' },
    ];
  }
  const present = context.kernel.links.addresses().map(({ address }) => address.split('/')[0]);
  if (present.includes(hostAddress)) return [];
  const text = `this host does not have the address ${hostAddress} any more`;
  return [{ level: 'problem', subject, text, hint: 'Publish on an address that it has.' }];
}

async function firewallFindings(context: NetworkContext, examined: Examined): Promise<Finding[]> {
  const { config, kernel } = context;
  const { subject, lease, attachment, family, address } = examined;
  const { protocol, containerPort, hostPort } = lease;
  const relayed = isRelayed(config, lease);
  const hook = relayed ? 'input' : 'forward';
  const packet: WalkedPacket = relayed
    ? { protocol, dport: hostPort }
    : {
        ...{ protocol, dport: containerPort, daddr: address },
        oifname: bridgeNameOf(attachment.network),
      };
  const findings: Finding[] = [];
  if (relayed) {
    findings.push({ level: 'note', subject, text: 'relayed by the daemon, not by the kernel' });
  }
  for (const chain of await foreignChains(kernel.firewall, config.firewallTable, hook, family)) {
    const obstacle = await findObstacle(kernel.firewall, chain, packet);
    if (obstacle === undefined) continue;
    const { family: chainFamily, table, name } = chain;
    const certainty = obstacle.unclear > 0 ? 'probably dropped' : 'dropped';
    const text = `packets from other machines are ${certainty} by the firewall chain "${chainFamily} ${table} ${name}": ${obstacle.cause}`;
    const level = obstacle.unclear > 0 ? 'note' : 'problem';
    const hint = `Let them pass in that table${relayed ? '' : ` (to ${packet.oifname})`}; see docs/networking.md.`;
    findings.push({ level, subject, text, hint });
  }
  return findings;
}
