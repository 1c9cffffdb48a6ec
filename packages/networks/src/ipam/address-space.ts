import type { IpAddress } from '../ip/ip-address.ts';
import { containsAddress, type IpPrefix, lastOf, widthOf } from '../ip/ip-prefix.ts';

/** Why an address could not be given. */
export type AddressRefusal = 'exhausted' | 'outside' | 'in-use';

export interface AddressSpaceOptions {
  readonly subnet: IpPrefix;
  /** Part of the subnet that addresses are chosen from; all of it when absent. */
  readonly range?: IpPrefix;
}

/**
 * The free and used addresses of one subnet. The lowest free address of the range is given first, as
 * Docker does. The first and the last address of an IPv4 subnet (its name and its broadcast address)
 * are never given unless the subnet is a /31 or /32 (RFC 3021); of an IPv6 subnet only the first
 * (RFC 4291 section 2.6.1) is not.
 */
export class AddressSpace {
  readonly subnet: IpPrefix;
  readonly #range: IpPrefix;
  readonly #used = new Set<bigint>();
  /** Every usable address of the range below this one is in use. */
  #floor: bigint;

  constructor({ subnet, range }: AddressSpaceOptions) {
    this.subnet = subnet;
    this.#range = range ?? subnet;
    this.#floor = this.#firstUsable();
  }

  /** Gives a free address of the range. */
  allocate(): IpAddress | AddressRefusal {
    const last = this.#lastUsable();
    let value = this.#floor;
    while (value <= last && this.#used.has(value)) value += 1n;
    this.#floor = value;
    if (value > last) return 'exhausted';
    this.#used.add(value);
    this.#floor = value + 1n;
    return { family: this.subnet.family, value };
  }

  /** Takes a certain address of the subnet, inside the range or not. */
  reserve(address: IpAddress): IpAddress | AddressRefusal {
    if (!containsAddress(this.subnet, address)) return 'outside';
    if (this.#used.has(address.value) || this.#isReserved(address.value)) return 'in-use';
    this.#used.add(address.value);
    return address;
  }

  /** Idempotent. */
  release({ value }: IpAddress): void {
    if (this.#used.delete(value) && value < this.#floor) {
      const first = this.#firstUsable();
      this.#floor = value < first ? first : value;
    }
  }

  /** Addresses that cannot be had (the subnet's own two among them), and those left to be chosen. */
  counts(): { readonly inUse: bigint; readonly available: bigint } {
    const [first, last] = [this.#firstUsable(), this.#lastUsable()];
    let taken = 0n;
    for (const value of this.#used) if (value >= first && value <= last) taken += 1n;
    const { family, length } = this.subnet;
    const own = (length < widthOf(family) - 1 ? 1n : 0n) + (family === 4 && length < 31 ? 1n : 0n);
    return { inUse: BigInt(this.#used.size) + own, available: last - first + 1n - taken };
  }

  /** The name of the subnet, and for IPv4 its broadcast address. */
  #isReserved(value: bigint): boolean {
    const { family, first, length } = this.subnet;
    if (length >= widthOf(family) - 1) return false;
    return value === first || (family === 4 && value === lastOf(this.subnet));
  }

  #firstUsable(): bigint {
    const { family, first, length } = this.subnet;
    const skipsFirst = family === 4 ? length < 31 : length < 127;
    return this.#range.first === first && skipsFirst ? first + 1n : this.#range.first;
  }

  #lastUsable(): bigint {
    const last = lastOf(this.#range);
    const skipsLast = this.subnet.family === 4 && this.subnet.length < 31;
    return skipsLast && last === lastOf(this.subnet) ? last - 1n : last;
  }
}
