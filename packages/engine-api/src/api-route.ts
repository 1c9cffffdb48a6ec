/** How a query parameter's text is read. `array` takes every occurrence, `filters` the JSON map of Docker. */
export type QueryType = 'boolean' | 'integer' | 'string' | 'array' | 'filters';

export interface QueryParameter {
  readonly name: string;
  readonly type: QueryType;
  readonly default?: boolean | number | string;
}

/** One row of the generated route table. */
export interface ApiRoute<Operation extends string = string> {
  readonly operation: Operation;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Template with `{name}` parameters; image and plugin names may contain slashes. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly query: readonly QueryParameter[];
  readonly headers?: readonly string[];
  /** Name of the body's schema, for operations that take JSON. */
  readonly body?: string;
  /** True for operations whose body is a byte stream. */
  readonly stream?: boolean;
}
