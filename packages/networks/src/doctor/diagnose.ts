import { readFile } from 'node:fs/promises';
import { isRoutedLease, leasedPort, type PortLease, showHostPorts } from '../model/port-lease.ts';
import type { NetworkContext } from '../network-context.ts';
import type { DiagnosisRequest, Finding, NetworkDiagnosis } from './diagnosis.ts';
import { hostChanges } from './host-changes.ts';
import { listeningScope, parseListening } from './listening-sockets.ts';
import { portFindings } from './port-findings.ts';

/**
 * What Berth changed on the host, and why a container or a published port cannot be reached. Only looks;
 * changes nothing. Fails as `findContainer` does.
 */
export async function diagnose(
  context: NetworkContext,
  request: DiagnosisRequest,
): Promise<NetworkDiagnosis> {
  const changes = await hostChanges(context);
  const missing = changes.filter(({ value }) => value === 'missing');
  const findings: Finding[] = [
    ...missing.map(({ kind, name }): Finding => {
      const text = `the ${kind} ${name} is missing`;
      return {
        level: 'problem',
        subject: 'host',
        text,
        hint: 'Restart berthd, which makes it anew.',
      };
    }),
    ...hostFindings(context),
    ...(request.target === undefined ? warnings(context) : await targetFindings(context, request)),
  ];
  const healthy = findings.every(({ level }) => level !== 'problem');
  if (healthy) findings.push({ level: 'ok', subject: 'host', text: 'no obstacle was found' });
  return { changes, findings };
}

function hostFindings({ kernel, config }: NetworkContext): Finding[] {
  const findings: Finding[] = [];
  if (kernel.host.sysctl('net.ipv4.ip_forward') === '0') {
    const text = 'net.ipv4.ip_forward is 0: this host forwards no packets to or from containers';
    const hint = 'sysctl -w net.ipv4.ip_forward=1';
    findings.push({ level: 'problem', subject: 'host', text, hint });
  }
  if (!config.firewall) {
    const text = '"iptables" is false: no rules are written; ports are relayed by the daemon';
    findings.push({ level: 'note', subject: 'host', text });
  }
  if (config.publishMode === 'respect') {
    const text = '"publish-mode" is "respect": input rules of this host decide on published ports';
    findings.push({ level: 'note', subject: 'host', text });
  }
  return findings;
}

function warnings({ hostWarnings }: NetworkContext): Finding[] {
  return hostWarnings.map((warning) => ({
    ...{ level: 'note', subject: 'host' },
    text: warning.replace(/^WARNING: /, ''),
  }));
}

function targetFindings(context: NetworkContext, request: DiagnosisRequest): Promise<Finding[]> {
  const target = request.target ?? '';
  const isPort = /^\d{1,5}$/.test(target) && Number(target) > 0 && Number(target) < 65_536;
  return isPort
    ? hostPortFindings(context, Number(target), request)
    : containerFindings(context, target, request);
}

async function hostPortFindings(
  context: NetworkContext,
  port: number,
  { findContainer }: DiagnosisRequest,
): Promise<Finding[]> {
  const leases = context.store.ports.all().flatMap((lease) => {
    const place = isRoutedLease(lease) ? -1 : port - lease.hostPort;
    return place >= 0 && place < lease.count ? [leasedPort(lease, place)] : [];
  });
  if (leases.length > 0) return leasesFindings(context, leases, findContainer);
  const subject = `port ${port}`;
  const text = `no running container publishes the port ${port}`;
  const hint = 'A container publishes its ports while it runs: see "berth ps -a".';
  return [{ level: 'problem', subject, text, hint }, ...(await foreignListener(port))];
}

/** Whether a program of the host has the port. */
async function foreignListener(port: number): Promise<Finding[]> {
  const tables = await Promise.allSettled([
    readFile('/proc/self/net/tcp', 'utf8').then((text) => parseListening(text, 'tcp', 4)),
    readFile('/proc/self/net/tcp6', 'utf8').then((text) => parseListening(text, 'tcp', 6)),
  ]);
  const sockets = tables.flatMap((table) => (table.status === 'fulfilled' ? table.value : []));
  const families = ([4, 6] as const).map((family) => ({ protocol: 'tcp', port, family }));
  if (!families.some((wanted) => listeningScope(sockets, wanted) !== undefined)) return [];
  const text = `a program of this host listens on tcp port ${port}`;
  return [{ level: 'note', subject: `port ${port}`, text }];
}

async function containerFindings(
  context: NetworkContext,
  target: string,
  { findContainer }: DiagnosisRequest,
): Promise<Finding[]> {
  const container = await findContainer(target);
  const subject = container.name;
  if (container.pid === undefined) {
    const text = 'the container does not run, so its ports are not published';
    return [{ level: 'problem', subject, text, hint: `berth start ${container.name}` }];
  }
  const leases = context.store.portsOfContainer(container.id);
  if (leases.length > 0) return leasesFindings(context, leases, async () => container);
  const exposed = context.store.sandboxes.get(container.id)?.exposed ?? [];
  const ports = exposed.length === 0 ? '' : ` (exposed, not published: ${exposed.join(', ')})`;
  const text = `the container publishes no ports${ports}: other machines cannot reach it`;
  return [{ level: 'note', subject, text, hint: 'Publish ports with -p or -P.' }];
}

/** How many ports of a range are examined when all of a container's are asked for. */
const mostOfRange = 16;

async function leasesFindings(
  context: NetworkContext,
  leases: readonly PortLease[],
  findContainer: DiagnosisRequest['findContainer'],
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const lease of leases) {
    const container = await findContainer(lease.containerId);
    const examined = Math.min(lease.count, mostOfRange);
    for (let place = 0; place < examined; place++) {
      findings.push(...(await portFindings(context, leasedPort(lease, place), container)));
    }
    if (examined === lease.count) continue;
    const text = `${lease.count - examined} more ports of ${showHostPorts(lease)} were not looked at`;
    const hint = 'Ask for one of them: "berth network doctor PORT".';
    findings.push({ level: 'note', subject: container.name, text, hint });
  }
  return findings;
}
