/** A change of the firewall that somebody made. */
export interface FirewallChange {
  /** `lost`: changes came faster than they were read; the other fields say nothing. */
  readonly kind: 'added' | 'removed' | 'lost';
  readonly object: 'table' | 'chain' | 'rule' | 'set' | 'element' | 'other';
  /** As nft(8) writes it: `ip`, `ip6`, `inet`, `arp`, `bridge`, `netdev`. */
  readonly family: string;
  readonly table: string;
  /** The chain that a rule is in. */
  readonly chain?: string;
  /** Made by this process. */
  readonly own: boolean;
}

/** nftables through libnftables, in-process. Calls run one after the other, in the order made. */
export interface Firewall {
  /**
   * Applies nft(8) commands as one transaction: all or none. Failures are KernelError with the errno
   * of the rejected command (ENOENT, EEXIST, EBUSY …; EINVAL for a syntax error) and nft's own text;
   * `kernel.nftablesMissing` when libnftables is not installed. Text from outside must not reach it
   * unchecked: nft reads files named by `include`.
   */
  apply(commands: string): Promise<void>;
  /** As `apply`, but the kernel is not changed. */
  check(commands: string): Promise<void>;
  /** Output of an nft `list …` command in JSON (libnftables-json(5)). */
  list(command: string): Promise<unknown>;
  /** Output of an nft `list …` command as nft(8) prints it. */
  print(command: string): Promise<string>;
  /**
   * Calls `listener` with what is changed in the host's namespace from now on, some milliseconds after
   * it; costs nothing while nothing changes. Ends with the returned function (idempotent). Fails with
   * KernelError where the kernel tells of no changes. Not for firewalls of `inNamespace`.
   */
  watch(listener: (changes: readonly FirewallChange[]) => void): () => void;
  /**
   * A number that changes with every change that somebody else makes in the host's namespace: for hosts where `watch`
   * fails. Undefined while a change of our own is under way; a change of ours that turned out to be none may count.
   */
  foreignChanges(): number | undefined;
  /** The firewall of the network namespace pinned at `path`, which must exist while a call runs. */
  inNamespace(path: string): Firewall;
}
