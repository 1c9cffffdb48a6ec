import path from 'node:path';

/** Where a container's files are: what must survive a reboot, and what lives while it runs. */
export class ContainerPaths {
  readonly dataRoot: string;
  readonly execRoot: string;

  constructor(dataRoot: string, execRoot: string) {
    this.dataRoot = dataRoot;
    this.execRoot = execRoot;
  }

  get allData(): string {
    return path.join(this.dataRoot, 'containers');
  }

  get allRuntime(): string {
    return path.join(this.execRoot, 'containers');
  }

  /** hosts, resolv.conf, hostname and the log. */
  data(id: string): string {
    return path.join(this.allData, id);
  }

  /** The current log file of a driver; empty for one that keeps none. */
  log(id: string, driver: string): string {
    if (driver === 'none') return '';
    if (driver === 'json-file') return path.join(this.data(id), `${id}-json.log`);
    return path.join(this.data(id), driver === 'local' ? 'local.log' : 'cached.log');
  }

  /** The OCI bundle, the shim's socket and the shared-memory mount. */
  runtime(id: string): string {
    return path.join(this.allRuntime, id);
  }

  /** File systems of stopped containers, mounted for as long as files are copied. */
  get views(): string {
    return path.join(this.execRoot, 'views');
  }

  sharedMemory(id: string): string {
    return path.join(this.runtime(id), 'shm');
  }
}
