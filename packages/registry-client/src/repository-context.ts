import type { Reference } from '@berth/oci';
import { familiarName } from '@berth/oci';
import type { AccessRequest } from './authorizer.ts';
import type { RegistryAuth } from './registry-auth.ts';
import type { RegistryContext } from './registry-context.ts';

export type Access = 'pull' | 'push' | 'delete';

const actions: Readonly<Record<Access, string>> = {
  pull: 'pull',
  push: 'pull,push',
  delete: 'pull,push,delete',
};

/** What the operations on one repository share. */
export interface RepositoryContext {
  readonly registry: RegistryContext;
  /** Domain and path only. */
  readonly reference: Reference;
  readonly auth: RegistryAuth;
  readonly access: Access;
}

/** The access that a request in this repository needs, and in those that blobs are mounted from. */
export function accessTo(
  { reference, auth, access }: RepositoryContext,
  mountFrom: readonly Reference[] = [],
): AccessRequest {
  const scopes = [
    `repository:${reference.path}:${actions[access]}`,
    ...mountFrom.map(({ path }) => `repository:${path}:pull`),
  ];
  return { auth, scopes };
}

/** As users know the repository. */
export function repositoryName({ reference }: RepositoryContext): string {
  return familiarName(reference);
}
