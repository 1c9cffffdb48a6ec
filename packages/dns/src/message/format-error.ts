/** A message that cannot be understood. Its sender is told FORMERR, nobody else hears of it. */
export class DnsFormatError extends Error {
  override readonly name = 'DnsFormatError';
}
