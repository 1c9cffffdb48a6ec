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

/** The placeholder names of a template: `'No such container: {id}'` → `'id'`; JSON in it is none. */
export type Placeholders<Template extends string> =
  Template extends `${string}{${infer Name}}${infer Rest}`
    ? (Name extends `${string}"${string}` ? never : Name) | Placeholders<Rest>
    : never;
