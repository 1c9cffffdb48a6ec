/** IDs of a user namespace: `size` IDs from `inside` on stand for those of the host from `outside` on. */
export interface IdRange {
  readonly inside: number;
  readonly outside: number;
  readonly size: number;
}

/** The maps of a user namespace (user_namespaces(7)). */
export interface IdMappings {
  readonly uids: readonly IdRange[];
  readonly gids: readonly IdRange[];
}

/** Who owns a namespace: a new user namespace with these maps, or that at a path, `/proc/PID/ns/user`. */
export type NamespaceOwner = IdMappings | { readonly joined: string };

/** Network namespaces that live as bind-mounted files (ip-netns(8) style). */
export interface Namespaces {
  /** Makes a new network namespace and pins it at `path` (a file, created here). Loopback is brought up. */
  createNetworkNamespace(path: string): void;
  /** The same off the main thread; without `owner` the host's user namespace owns it. */
  createNetworkNamespaceAsync(path: string, owner?: NamespaceOwner): Promise<void>;
  /** Opens the user namespace that owns the namespace pinned at `path`; the caller closes the descriptor. */
  openOwner(path: string): number;
  /** Unmounts (lazily) and unlinks. Idempotent. Never waits for the kernel to free the namespace. */
  removeNetworkNamespace(path: string): void;
  /** The same off the main thread. */
  removeNetworkNamespaceAsync(path: string): Promise<void>;
  /**
   * Sets a sysctl below net of the namespace pinned at `path`, off the main thread: some of them wait for whoever
   * changes links. Fails with KernelError ENOENT (no such switch) or EROFS.
   */
  setSysctlAsync(path: string, name: string, value: string): Promise<void>;
  /**
   * Runs `action` with the main thread inside the namespace at `path` and comes back before returning.
   * `action` must be synchronous and start nothing (no spawn, Worker or async fs). If coming back
   * fails the process aborts, because every later system call would hit the wrong namespace.
   */
  withNetworkNamespace<T>(path: string, action: () => T): T;
}
