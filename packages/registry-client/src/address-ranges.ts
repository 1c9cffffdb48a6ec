import { BlockList, isIP } from 'node:net';

/** Addresses and CIDR ranges of both families. */
export class AddressRanges {
  readonly #list = new BlockList();
  readonly texts: readonly string[];

  /** Texts that are neither an address nor a range are left out; see `isAddressOrRange`. */
  constructor(texts: readonly string[]) {
    this.texts = texts.filter(isAddressOrRange);
    for (const text of this.texts) {
      const [address = '', bits] = text.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (bits === undefined) this.#list.addAddress(address, family);
      else this.#list.addSubnet(address, Number(bits), family);
    }
  }

  has(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.#list.check(address, family === 6 ? 'ipv6' : 'ipv4');
  }
}

export function isAddressOrRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32))
  );
}
