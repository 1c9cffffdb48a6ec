import type { DnsSettings, ResolvConf } from '../files/resolv-conf.ts';

/** One network of a sandbox, as its resolver needs to know it. */
export interface ResolverNetwork {
  readonly id: string;
  readonly name: string;
  /**
   * `--link name:alias` in this network: `alias` means, for this sandbox only, whatever endpoint of the
   * network has the name `name`.
   */
  readonly links: readonly { readonly name: string; readonly alias: string }[];
}

/** A sandbox whose container asks the embedded resolver: one with at least one network that has names. */
export interface ResolverSandbox {
  readonly containerId: string;
  /** The pinned network namespace; it exists for as long as the resolver is open. */
  readonly namespacePath: string;
  /** Networks with names that the container is in, the one with the default route first. */
  readonly networks: readonly ResolverNetwork[];
  /**
   * False when the sandbox has no way out (all its networks are internal): queries for other names are
   * then not forwarded.
   */
  readonly forwards: boolean;
  /**
   * `--dns`, `--dns-search`, `--dns-option`, each after the daemon's default took its place when absent.
   * An empty list says nothing: the host's resolv.conf decides.
   */
  readonly dns: DnsSettings;
  readonly ipv6: boolean;
}

/**
 * The name server that containers of user-defined networks find at 127.0.0.11. What names mean comes from
 * the `EndpointDirectory` that the implementation is made with.
 */
export interface SandboxResolver {
  /**
   * Listens inside the sandbox. Called when its links are up and before its container starts; for a running
   * container when it gets its first network with names; and by reconcile for every running sandbox after a
   * restart of the daemon. Returns what /etc/resolv.conf of the container is to be, or undefined when the
   * container shall use the servers of the host by itself. Called again for an open sandbox it is `update`.
   * Fails (with nothing left open) only for reasons of the kernel; the start of the container then fails.
   */
  open(sandbox: ResolverSandbox): Promise<ResolvConf | undefined>;
  /** The networks, links or the way out of an open sandbox have changed. Does nothing for one that is not open. */
  update(sandbox: ResolverSandbox): void;
  /** Stops listening and drops what is under way. Idempotent; called before the namespace is removed. */
  close(containerId: string): void;
  /** Closes all, at the end of the daemon. */
  closeAll(): void;
}

/** Containers use the servers of the host; nothing answers for the names of containers. */
export const nullResolver: SandboxResolver = {
  open: () => Promise.resolve(undefined),
  update: () => undefined,
  close: () => undefined,
  closeAll: () => undefined,
};
