import type {
  ContainerXray,
  XrayInterface,
  XrayNamespace,
  XrayProcess,
  XrayResource,
} from '@berth/engine-api';
import { fitLine } from './fit-line.ts';
import { binarySize, decimalSize } from './sizes.ts';
import { alignTabs } from './tab-writer.ts';

/** One part of the picture: a title and its lines; cells between tabs are lined up. */
interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

/**
 * A container on its host as one page of text: what `berth x-ray` prints. Lines are made to fit into a terminal of `width`
 * columns; 0 leaves them as long as they are.
 */
export function xrayText(xray: ContainerXray, width = 0): string {
  const sections: readonly Section[] = [
    { title: 'processes', lines: processLines(xray.Processes) },
    { title: 'namespaces', lines: namespaceLines(xray.Namespaces) },
    { title: 'cgroup', lines: cgroupLines(xray) },
    { title: 'security', lines: xray.Running ? securityLines(xray) : [] },
    { title: 'root file system, bottom to top', lines: layerLines(xray) },
    { title: 'mounts', lines: mountLines(xray) },
    { title: 'network', lines: xray.Networks.flatMap(interfaceLines) },
    { title: 'published ports', lines: portLines(xray) },
    { title: firewallTitle(xray), lines: firewallLines(xray) },
    { title: 'held by', lines: holderLines(xray) },
    { title: 'log', lines: [logLine(xray)] },
  ];
  const heading = `${xray.Name}  ${xray.Status}  ${xray.Image}  ${xray.Id.slice(0, 12)}`;
  const shown = sections.filter(({ lines }) => lines.length > 0);
  const parts = shown.map((section, index) => sectionText(section, index === shown.length - 1));
  const page = `${heading}\n${parts.join('')}`;
  if (width === 0) return page;
  return page
    .split('\n')
    .map((line) => fitLine(line, width))
    .join('\n');
}

function sectionText({ title, lines }: Section, last: boolean): string {
  const rail = last ? '   ' : '│  ';
  const body = alignTabs(`${lines.join('\n')}\n`, { minWidth: 0, padding: 2 });
  const indented = body
    .slice(0, -1)
    .split('\n')
    .map((line) => `${rail} ${line}`.trimEnd());
  return `│\n${last ? '└' : '├'}─ ${title}\n${indented.join('\n')}\n`;
}

/** Children below their parents, as they are on the host. */
function processLines(processes: readonly XrayProcess[]): string[] {
  if (processes.length === 0) return [];
  const pids = new Set(processes.map(({ Pid }) => Pid));
  const below = (parent: number | undefined, depth: number): string[] =>
    processes
      .filter(({ ParentPid }) =>
        parent === undefined ? !pids.has(ParentPid) : ParentPid === parent,
      )
      .flatMap((it) => {
        const command = `${'  '.repeat(Math.max(0, depth - 1))}${depth > 0 ? '└ ' : ''}${printable(it.Command)}`;
        const cells = [it.Pid, it.ContainerPid, it.User, it.State, binarySize(it.Memory), command];
        return [cells.join('\t'), ...below(it.Pid, depth + 1)];
      });
  return ['PID\tINSIDE\tUSER\tSTATE\tMEMORY\tCOMMAND', ...below(undefined, 0)];
}

function namespaceLines(namespaces: readonly XrayNamespace[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { Type, SharedWith } of namespaces) {
    const owner = SharedWith.length === 0 ? 'its own' : `shared with ${SharedWith.join(', ')}`;
    groups.set(owner, [...(groups.get(owner) ?? []), Type]);
  }
  return [...groups].map(([owner, types]) => `${owner}\t${types.join(' ')}`);
}

function cgroupLines({ Cgroup: { Path, Version, Resources } }: ContainerXray): string[] {
  if (Path === '') return [];
  return [`${Path}  (${Version})`, ...Resources.map(resourceLine)];
}

function resourceLine({ Name, Unit, Current, Limit }: XrayResource): string {
  const amount = (value: number) => {
    if (Unit === 'bytes') return binarySize(value);
    if (Unit === 'seconds') return `${value.toFixed(2)} s`;
    return String(value);
  };
  const limit = Limit === undefined ? 'no limit' : `of ${amount(Limit)}`;
  const used = Current === undefined ? '' : amount(Current);
  const share =
    Current !== undefined && Limit !== undefined && Limit > 0
      ? `${Math.round((100 * Current) / Limit)} %`
      : '';
  return [Name, used, Unit === 'seconds' ? '' : limit, share].join('\t').trimEnd();
}

function securityLines({ Security: it }: ContainerXray): string[] {
  const capabilities = it.Capabilities.map((name) => name.replace(/^CAP_/, '').toLowerCase());
  return [
    ...(it.Privileged ? ['privileged: all of the host is within reach'] : []),
    `capabilities\t${capabilities.length === 0 ? 'none' : wrapped(capabilities.join(' '))}`,
    `seccomp\t${it.Seccomp}`,
    `no new privileges\t${it.NoNewPrivileges ? 'yes' : 'no'}`,
    `root file system\t${it.ReadonlyRoot ? 'read-only' : 'writable'}`,
  ];
}

/** Long lists of words are broken so that they stay in their column. */
function wrapped(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length > 60) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n\t');
}

function layerLines({ Layers }: ContainerXray): string[] {
  return Layers.map(({ Path, Bytes, Writable, ChainId }) => {
    const name = Writable ? 'writable' : (ChainId ?? '').replace('sha256:', '').slice(0, 12);
    return `${name}\t${decimalSize(Bytes)}\t${Path}`;
  });
}

function mountLines({ Mounts }: ContainerXray): string[] {
  return Mounts.map(({ Type, Name, Source, Destination, Writable }) => {
    const from = Type === 'tmpfs' ? '' : Name === undefined ? Source : `${Name}  (${Source})`;
    return `${Destination}\t${Writable ? 'rw' : 'ro'}\t${Type}\t${printable(from)}`.trimEnd();
  });
}

function interfaceLines(it: XrayInterface): string[] {
  const outside = [it.HostInterface, it.Bridge].filter((name) => name !== undefined);
  const way = [it.Interface, ...outside].join(' ↔ ');
  const gateway = it.Gateway === undefined ? '' : `via ${it.Gateway}`;
  return [`${it.Network}\t${way}\t${it.Addresses.join(' ')}\t${gateway}`.trimEnd()];
}

function portLines({ Ports }: ContainerXray): string[] {
  return Ports.map(({ HostAddress, HostPort, ContainerPort, Protocol }) => {
    const address = HostAddress.includes(':') ? `[${HostAddress}]` : HostAddress;
    return `${address}:${HostPort}\t→ ${ContainerPort}/${Protocol}`;
  });
}

function firewallTitle({ Firewall }: ContainerXray): string {
  const tables = [...new Set(Firewall.map(({ Table }) => Table))];
  return `firewall, table ${tables.join(' and ')}`;
}

/** One line for each set, its elements below each other. */
function firewallLines({ Firewall }: ContainerXray): string[] {
  const sets = new Map<string, string[]>();
  for (const { Set: name, Element } of Firewall) {
    sets.set(name, [...(sets.get(name) ?? []), Element]);
  }
  return [...sets].map(([name, elements]) => `${name}\t${elements.join('\n\t')}`);
}

function holderLines({ Shim }: ContainerXray): string[] {
  const shim = Shim.Pid === undefined ? [] : [`shim\tpid ${Shim.Pid}${memory(Shim.Memory)}`];
  const bundle = Shim.Bundle === undefined ? [] : [`bundle\t${Shim.Bundle}`];
  return [...shim, `runtime\t${Shim.Runtime}`, ...bundle];
}

function memory(bytes: number | undefined): string {
  return bytes === undefined ? '' : `, ${binarySize(bytes)} of memory`;
}

function logLine({ Log: { Driver, Path, Bytes } }: ContainerXray): string {
  if (Path === undefined) return Driver;
  return `${Driver}\t${decimalSize(Bytes ?? 0)}\t${Path}`;
}

/** Command lines and paths are the container's: control characters must not reach the terminal. */
function printable(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, '?');
}
