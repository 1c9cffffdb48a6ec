import { familiarName, parseReference, type Reference, withDefaultTag } from '@berth/oci';
import type { CliContext } from '../cli-context.ts';
import { showProgress } from './progress-display.ts';

export interface PullOptions {
  readonly platform: string;
  readonly quiet: boolean;
  /** Where progress goes: `run` keeps standard output for the container. */
  readonly to: 'output' | 'error';
}

/** Lets the daemon pull an image for `create` and `run`. */
export async function pullImage(
  context: CliContext,
  image: string,
  options: PullOptions,
): Promise<void> {
  await pullReference(context, withDefaultTag(parseReference(image)), options);
}

/** Lets the daemon pull a tag or digest; all tags when the reference has neither. */
export async function pullReference(
  context: CliContext,
  reference: Reference,
  options: PullOptions,
): Promise<void> {
  const { registryAuthHeader } = await import('./registry-auth.ts');
  const name = familiarName(reference);
  const lines = context.engine.lines('POST', '/images/create', {
    query: {
      fromImage: name,
      tag: reference.digest ?? reference.tag,
      platform: options.platform || undefined,
    },
    headers: { 'X-Registry-Auth': registryAuthHeader(context.config, name) },
  });
  await showProgress(context.terminal, lines, { to: options.to, quiet: options.quiet });
}
