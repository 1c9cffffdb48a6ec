import type { IdMappings } from '@berth/kernel';
import type { TableDefinition } from '@berth/state';
import type { HostsEntry } from '../files/hosts-file.ts';
import type { DnsSettings } from '../files/resolv-conf.ts';
import type { LinkedPort } from '../firewall/firewall-state.ts';
import type { PublishRecord } from '../ports/port-bindings.ts';

/** What a sandbox publishes wherever its default gateway is. It is seldom read. */
export interface SandboxPublishing extends PublishRecord {
  readonly containerId: string;
}

export const sandboxPublishingTable: TableDefinition<SandboxPublishing> = {
  name: 'network_publishing',
  key: (record) => record.containerId,
};

/** The network side of one running container. It is written before anything of it exists. */
export interface SandboxRecord {
  readonly id: string;
  readonly containerId: string;
  readonly containerName: string;
  /** The pinned namespace; absent when the container uses the host's. */
  readonly namespacePath?: string;
  /** Folder of `hosts`, `resolv.conf` and `hostname`. */
  readonly filesDirectory: string;
  /** Exposed ports that are not published, `80/tcp`. */
  readonly exposed: readonly string[];
  readonly hostname?: string;
  readonly domainname?: string;
  /** `--dns` and its like, after the daemon's defaults: what a resolver is opened with. */
  readonly dns?: DnsSettings;
  /** Lines of /etc/hosts besides the common ones and the container's own: `--add-host`. */
  readonly extraHosts?: readonly HostsEntry[];
  /** Lines of /etc/hosts for containers linked to on the default bridge. */
  readonly linkHosts?: readonly HostsEntry[];
  /** Ports of those that can be reached although the bridge has no icc. */
  readonly linked?: readonly LinkedPort[];
  /** Of resolv.conf as it was written: one that reads otherwise was edited and is left alone. */
  readonly resolvConfDigest?: string;
  /** Maps of the user namespace that owns the pinned one. */
  readonly idMappings?: IdMappings;
  /** The user namespace, when it is another container's; good only while that runs. */
  readonly joinedUserNamespace?: string;
}

export const sandboxTable: TableDefinition<SandboxRecord> = {
  name: 'network_sandboxes',
  key: (record) => record.containerId,
  unique: { id: (record) => record.id },
};
