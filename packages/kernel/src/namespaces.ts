/** Network namespaces that live as bind-mounted files (ip-netns(8) style). */
export interface Namespaces {
  /** Makes a new network namespace and pins it at `path` (a file, created here). Loopback is brought up. */
  createNetworkNamespace(path: string): void;
  /** The same off the main thread. */
  createNetworkNamespaceAsync(path: string): Promise<void>;
  /** Unmounts (lazily) and unlinks. Idempotent. Never waits for the kernel to free the namespace. */
  removeNetworkNamespace(path: string): void;
  /** The same off the main thread. */
  removeNetworkNamespaceAsync(path: string): Promise<void>;
  /**
   * Runs `action` with the main thread inside the namespace at `path` and comes back before returning.
   * `action` must be synchronous and start nothing (no spawn, Worker or async fs). If coming back
   * fails the process aborts, because every later system call would hit the wrong namespace.
   */
  withNetworkNamespace<T>(path: string, action: () => T): T;
}
