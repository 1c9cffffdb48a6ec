import type { ErrorKind } from './error-kind.ts';

/**
 * One row of the error table. `message` is a template with `{name}` placeholders: where clients match
 * on Docker's text it is Docker's exact text. `hint` says what the reader can do about it.
 */
export interface ErrorDefinition {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly hint?: string;
}

export type ErrorTable = Readonly<Record<string, ErrorDefinition>>;

/** The placeholder names of a message template: `'No such container: {id}'` → `'id'`. */
export type Placeholders<Template extends string> =
  Template extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never;
