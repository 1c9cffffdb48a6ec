import type { ContainerXray } from '@berth/engine-api';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';
import { mountView } from '../container-inspect.ts';
import { cgroupOf } from './xray-cgroup.ts';
import { layersOf } from './xray-layers.ts';
import { logOf } from './xray-log.ts';
import { namespacesOf } from './xray-namespaces.ts';
import { firewallOf, interfacesOf, portsOf } from './xray-network.ts';
import { processesOf, processRow } from './xray-processes.ts';

/**
 * What a container is on this host: all that inspect does not say. For people, not for hot paths. A
 * stopped container has no processes, namespaces and interfaces.
 */
export async function xrayContainer(
  context: ContainerContext,
  entry: ContainerEntry,
): Promise<ContainerXray> {
  const { record } = entry;
  const processes = await processesOf(context, entry);
  const first = processes.find(({ pid }) => pid === record.facts.pid);
  const [layers, mounts, cgroup, namespaces, shim, log] = await Promise.all([
    layersOf(context, record),
    Promise.all(record.mounts.map((mount) => mountView(context, mount))),
    cgroupOf(context, entry),
    first === undefined ? [] : namespacesOf(context, entry, first.namespaces),
    shimOf(context, entry),
    logOf(record),
  ]);
  return {
    Id: record.id,
    Name: record.name,
    Image: record.image.name,
    Status: entry.state,
    Running: entry.running,
    Processes: processes.map(processRow),
    Namespaces: namespaces,
    Cgroup: cgroup,
    Security: {
      Privileged: record.hostConfig.Privileged === true,
      Capabilities: [...(first?.capabilities ?? [])],
      Seccomp: first?.seccomp ?? '',
      NoNewPrivileges: first?.noNewPrivileges ?? false,
      ReadonlyRoot: record.hostConfig.ReadonlyRootfs === true,
    },
    Layers: layers,
    Mounts: mounts.map((mount) => ({
      Type: mount.Type ?? '',
      ...(mount.Name === undefined ? {} : { Name: mount.Name }),
      Source: mount.Source ?? '',
      Destination: mount.Destination ?? '',
      Writable: mount.RW === true,
    })),
    Networks: interfacesOf(context, record),
    Ports: portsOf(context, record),
    Firewall: firewallOf(context, record),
    Shim: shim,
    Log: log,
  };
}

async function shimOf(
  context: ContainerContext,
  entry: ContainerEntry,
): Promise<ContainerXray['Shim']> {
  const runtime = entry.record.hostConfig.Runtime ?? '';
  const { live } = entry;
  if (live === undefined) return { Runtime: runtime };
  const pid = live.shim.shimPid;
  const memory = await context.kernel.processes.proportionalBytes(pid);
  return {
    Pid: pid,
    ...(memory === undefined ? {} : { Memory: memory }),
    Runtime: runtime,
    Bundle: context.paths.runtime(entry.id),
  };
}
