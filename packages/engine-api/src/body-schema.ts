export type IntegerSchema =
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64';

/** What the decoder knows of one JSON value. `strings` is a list of strings or a single string. */
export type BodySchema =
  | 'any'
  | 'string'
  | 'strings'
  | 'boolean'
  | 'float64'
  | IntegerSchema
  | { readonly ref: string }
  | { readonly array: BodySchema }
  | { readonly map: BodySchema }
  | { readonly all: readonly BodySchema[] }
  | { readonly object: Readonly<Record<string, BodySchema>> };
