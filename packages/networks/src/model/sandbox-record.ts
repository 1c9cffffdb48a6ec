import type { TableDefinition } from '@berth/state';

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
}

export const sandboxTable: TableDefinition<SandboxRecord> = {
  name: 'network_sandboxes',
  key: (record) => record.containerId,
  unique: { id: (record) => record.id },
};
