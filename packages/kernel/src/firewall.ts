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
  /** The firewall of the network namespace pinned at `path`, which must exist while a call runs. */
  inNamespace(path: string): Firewall;
}
