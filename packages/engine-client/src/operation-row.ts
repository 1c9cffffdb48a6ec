/** How the answer of an operation is read: see `call-operation.ts`. */
export type ResultKind =
  | 'none'
  | 'json'
  | 'list'
  | 'text'
  | 'records'
  | 'tar'
  | 'archive'
  | 'stat'
  | 'headers'
  | 'streams'
  | 'socket';

/** An operation of the generated table. */
export interface OperationRow {
  readonly method: string;
  /** A template with `{name}` parameters, which come first among a method's arguments. */
  readonly path: string;
  /** The body that is the next argument. */
  readonly body: 'json' | 'tar' | undefined;
  /** Whether parameters (query and headers) are the next argument; `body`: they may have a JSON body. */
  readonly parameters: boolean | 'body';
  /** The engine wants a login with the request, be it an empty one. */
  readonly auth: boolean;
  readonly kind: ResultKind;
}

/**
 * Reads a row: `METHOD PATH`, then `<json` or `<tar` (a body), `?` or `?body` (parameters), `@auth`,
 * `>kind`, where they apply.
 */
export function parseOperationRow(row: string): OperationRow {
  const [method = '', path = '', ...words] = row.split(' ');
  const after = (sign: string) => words.find((word) => word.startsWith(sign))?.slice(1);
  return {
    method,
    path,
    body: after('<') as OperationRow['body'],
    parameters: after('?') === 'body' ? 'body' : after('?') !== undefined,
    auth: after('@') !== undefined,
    kind: (after('>') ?? 'none') as ResultKind,
  };
}
