import type { Cgroups } from './cgroups.ts';
import type { Conntrack } from './conntrack.ts';
import type { Files } from './files.ts';
import type { Firewall } from './firewall.ts';
import type { Host } from './host.ts';
import type { Links } from './links.ts';
import type { Mounts } from './mounts.ts';
import type { Namespaces } from './namespaces.ts';
import type { Ports } from './ports.ts';
import type { Processes } from './processes.ts';

/**
 * The one door to the operating system. It is passed in, never picked up from a global:
 * `createLinuxKernel()` is the real one; `createFakeKernel()` of `@berth/kernel/fake.ts` records calls and
 * can fail the n-th.
 */
export interface Kernel {
  readonly mounts: Mounts;
  readonly namespaces: Namespaces;
  readonly links: Links;
  readonly firewall: Firewall;
  readonly conntrack: Conntrack;
  readonly ports: Ports;
  readonly cgroups: Cgroups;
  readonly files: Files;
  readonly processes: Processes;
  readonly host: Host;
}
