import { LinuxCgroups } from '../cgroup/linux-cgroups.ts';
import type { Kernel } from '../kernel.ts';
import { LinuxConntrack } from './linux-conntrack.ts';
import { LinuxFiles } from './linux-files.ts';
import { LinuxFirewall } from './linux-firewall.ts';
import { LinuxHost } from './linux-host.ts';
import { LinuxLinks } from './linux-links.ts';
import { LinuxMounts } from './linux-mounts.ts';
import { LinuxNamespaces } from './linux-namespaces.ts';
import { LinuxPorts } from './linux-ports.ts';
import { LinuxProcesses } from './linux-processes.ts';

/**
 * The running kernel. Nothing is read or opened before its first use, so it is cheap to make, in
 * worker threads too.
 */
export function createLinuxKernel(): Kernel {
  return {
    mounts: new LinuxMounts(),
    namespaces: new LinuxNamespaces(),
    links: new LinuxLinks(),
    firewall: new LinuxFirewall(),
    conntrack: new LinuxConntrack(),
    ports: new LinuxPorts(),
    cgroups: new LinuxCgroups(),
    files: new LinuxFiles(),
    processes: new LinuxProcesses(),
    host: new LinuxHost(),
  };
}
