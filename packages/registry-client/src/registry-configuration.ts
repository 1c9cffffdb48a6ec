/** How registries are reached: a part of the daemon's configuration. */
export interface RegistryConfiguration {
  /** Base URLs asked before the default registry (`registry-mirrors`). */
  readonly mirrors: readonly string[];
  /** Hosts (with port), addresses or CIDR ranges reached without TLS verification (`insecure-registries`). */
  readonly insecure: readonly string[];
  /** Per-registry settings by host (`registries`). */
  readonly registries: Readonly<Record<string, RegistrySettings>>;
  readonly proxy: ProxySettings;
  /** Folders with one folder `HOST[:PORT]` each, the first that has the host counts. */
  readonly certificateFolders: readonly string[];
  /** Most attempts for a transfer, at least 1 (`max-download-attempts`). */
  readonly downloadAttempts: number;
}

export interface RegistrySettings {
  /** Base URLs asked before the registry itself. */
  readonly mirrors?: readonly string[];
  readonly insecure?: boolean;
  /** Path of a PEM file with further authorities to trust. */
  readonly ca?: string;
}

/** Empty texts mean none. Meanings are those of the environment variables of the same names. */
export interface ProxySettings {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  /** Comma-separated hosts, domains, addresses and CIDR ranges that are reached directly. */
  readonly noProxy: string;
}
