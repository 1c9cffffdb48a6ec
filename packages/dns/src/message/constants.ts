/** Record types (RFC 1035, 3596, 6891) that are not merely passed on. */
export const recordType = { a: 1, ptr: 12, aaaa: 28, opt: 41, any: 255 } as const;

/** Response codes (RFC 1035, section 4.1.1). */
export const responseCode = {
  noError: 0,
  formatError: 1,
  serverFailure: 2,
  nameError: 3,
  notImplemented: 4,
  refused: 5,
} as const;

export const classInternet = 1;
export const headerLength = 12;
/** What fits into a datagram for a client that says nothing else (RFC 1035, section 4.2.1). */
export const plainDatagramLength = 512;
/** Longest message at all: its length is sent in 16 bits over TCP. */
export const longestMessage = 65_535;
/** Offered to clients in answers of our own: fits into one packet everywhere (dnsflagday.net/2020). */
export const offeredDatagramLength = 1232;

/** Bits of the header's second word. */
export const flag = {
  response: 0x8000,
  opcode: 0x7800,
  truncated: 0x0200,
  recursionDesired: 0x0100,
  recursionAvailable: 0x0080,
  checkingDisabled: 0x0010,
} as const;
