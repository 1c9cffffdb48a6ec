import { encodeName } from './domain-name.ts';

export interface QueryParts {
  readonly id?: number;
  /** Empty for the root. */
  readonly name: string;
  readonly type?: number;
  readonly class?: number;
  readonly additional?: readonly Buffer[];
}

/** A query as a stub resolver sends it; for tests and benchmarks. */
export function makeQuery(parts: QueryParts): Buffer {
  const { id = 1, name, type = 1, additional = [] } = parts;
  const head = Buffer.alloc(12);
  head.writeUInt16BE(id, 0);
  head.writeUInt16BE(0x0100, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(additional.length, 10);
  const question = Buffer.alloc(4);
  question.writeUInt16BE(type, 0);
  question.writeUInt16BE(parts.class ?? 1, 2);
  const wire = name === '' ? Buffer.of(0) : encodeName(name);
  if (wire === undefined) throw new Error(`not a name: ${name}`);
  return Buffer.concat([head, wire, question, ...additional]);
}

/** An OPT record without options. */
export function opt(datagramLength: number): Buffer {
  const record = Buffer.alloc(11);
  record.writeUInt16BE(41, 1);
  record.writeUInt16BE(datagramLength, 3);
  return record;
}
