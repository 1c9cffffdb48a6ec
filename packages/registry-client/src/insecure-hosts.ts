import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { AddressRanges, isAddressOrRange } from './address-ranges.ts';
import { isLoopback, splitHostPort } from './registry-host.ts';

/** Ranges that Docker treats as insecure whatever the configuration says. */
export const alwaysInsecure: readonly string[] = ['::1/128', '127.0.0.0/8'];

const lookupLifetimeMilliseconds = 30_000;

/** Decides which registries are reached without verified TLS. Names are looked up when ranges are configured. */
export class InsecureHosts {
  readonly #lookups = new Map<
    string,
    { readonly until: number; readonly found: Promise<string[]> }
  >();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** `host` with its port, as in image names; `entries` are the values of `insecure-registries`. */
  async has(host: string, entries: readonly string[]): Promise<boolean> {
    if (entries.includes(host)) return true;
    const { name } = splitHostPort(host);
    if (isLoopback(name)) return true;
    const ranges = entries.filter(isAddressOrRange);
    if (isIP(name) !== 0) return new AddressRanges(ranges).has(name);
    if (ranges.length === 0) return false;
    const set = new AddressRanges(ranges);
    return (await this.#addresses(name)).some((address) => set.has(address));
  }

  #addresses(name: string): Promise<string[]> {
    const known = this.#lookups.get(name);
    if (known !== undefined && known.until > this.#now()) return known.found;
    if (this.#lookups.size >= 200) this.#lookups.clear();
    const found = lookup(name, { all: true }).then(
      (all) => all.map(({ address }) => address),
      () => [],
    );
    this.#lookups.set(name, { until: this.#now() + lookupLifetimeMilliseconds, found });
    return found;
  }
}
