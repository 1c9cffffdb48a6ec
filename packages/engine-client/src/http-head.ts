/** The first line and headers of a response. Header names are in lower case; repeated ones are joined. */
export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  readonly headers: ReadonlyMap<string, string>;
}

export interface RequestHead {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A head longer than this is refused. */
export const maxHeadBytes = 64 * 1024;

/**
 * The bytes of a request's head. A target or header with a line break or other control character is a
 * bug of the caller and throws: nothing a user types may add a header.
 */
export function encodeRequestHead(head: RequestHead): Buffer {
  let text = `${head.method} ${head.target} HTTP/1.1\r\n`;
  if (/[\x00-\x20\x7f]/.test(head.target)) throw new Error('request target has control characters');
  for (const [name, value] of Object.entries(head.headers)) {
    if (/[\x00-\x1f\x7f]/.test(value)) throw new Error(`header ${name} has control characters`);
    text += `${name}: ${value}\r\n`;
  }
  return Buffer.from(`${text}\r\n`, 'latin1');
}

/** Where the head ends in `bytes` (the index after the empty line), or -1 while it is incomplete. */
export function endOfHead(bytes: Buffer): number {
  const at = bytes.indexOf('\r\n\r\n', 0, 'latin1');
  return at < 0 ? -1 : at + 4;
}

/** Parses a complete head; undefined when it is not HTTP/1.x. */
export function parseResponseHead(bytes: Buffer): ResponseHead | undefined {
  const lines = bytes.toString('latin1').split('\r\n');
  const match = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(lines[0] ?? '');
  if (match === null) return undefined;
  const headers = new Map<string, string>();
  for (const line of lines.slice(1)) {
    if (line === '') continue;
    const colon = line.indexOf(':');
    if (colon <= 0) return undefined;
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return { status: Number(match[1]), reason: match[2] ?? '', headers };
}
