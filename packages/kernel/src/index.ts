export { BackgroundSync } from './background-sync.ts';
export type { CgroupDriver, CgroupHost, CgroupLayout, CgroupLocation, Cgroups } from './cgroups.ts';
export type { Conntrack, FlowFilter } from './conntrack.ts';
export type { FilePath, Files, NewFileOptions } from './files.ts';
export type { Firewall, FirewallChange } from './firewall.ts';
export type { Host } from './host.ts';
export type { Kernel } from './kernel.ts';
export { KernelError } from './kernel-error.ts';
export {
  type AddressInfo,
  type LinkInfo,
  type Links,
  type NewRoute,
  ownNetworkNamespace,
  type RouteInfo,
  type SubLinkKind,
  type SubLinkOptions,
  type VethOptions,
} from './links.ts';
export { createLinuxKernel } from './linux/linux-kernel.ts';
export { mountFlags } from './linux/mount-flags.ts';
export { loopTurn } from './loop-turns.ts';
export type {
  MappedTreeOptions,
  MountEntry,
  MountFlag,
  MountOptions,
  Mounts,
  OverlayMountOptions,
} from './mounts.ts';
export type { IdMappings, IdRange, NamespaceOwner, Namespaces } from './namespaces.ts';
export type {
  HeldPort,
  HeldRange,
  PortAddress,
  PortRange,
  Ports,
  TransportProtocol,
} from './ports.ts';
export type {
  ChildProcess,
  LaunchOptions,
  ProcessDetails,
  Processes,
  ProcessInfo,
  SeccompMode,
  SpawnOptions,
} from './processes.ts';
