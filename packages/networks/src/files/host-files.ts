import { readFileSync } from 'node:fs';
import { errnoOf } from '@berth/errors';
import { namesOnlyStub, parseResolvConf } from './resolv-conf.ts';

export interface HostFilePaths {
  readonly hosts: string;
  readonly resolvConf: string;
  /** Where systemd-resolved keeps the servers behind its stub. */
  readonly resolvedConf: string;
}

export const hostFilePaths: HostFilePaths = {
  hosts: '/etc/hosts',
  resolvConf: '/etc/resolv.conf',
  resolvedConf: '/run/systemd/resolve/resolv.conf',
};

/** The host's own files that containers' files derive from. They are read anew each time: hosts move. */
export class HostFiles {
  readonly #paths: HostFilePaths;

  constructor(paths: HostFilePaths = hostFilePaths) {
    this.#paths = paths;
  }

  hosts(): string {
    return readText(this.#paths.hosts);
  }

  /** As the host itself uses it, its loopback servers included. */
  resolvConf(): string {
    return readText(this.#paths.resolvConf);
  }

  /** The one with real servers, where systemd-resolved's stub stands in /etc/resolv.conf. */
  realResolvConf(): string {
    const text = this.resolvConf();
    return namesOnlyStub(parseResolvConf(text)) ? readText(this.#paths.resolvedConf) || text : text;
  }
}

/** A missing file is an empty one. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return '';
    throw error;
  }
}
