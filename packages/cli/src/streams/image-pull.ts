import type { CliContext } from '../cli-context.ts';
import { showProgress } from './progress-display.ts';

export interface PullOptions {
  readonly platform: string;
  readonly quiet: boolean;
}

/** Lets the daemon pull an image; progress goes to standard error. */
export async function pullImage(
  context: CliContext,
  image: string,
  options: PullOptions,
): Promise<void> {
  const { registryAuthHeader } = await import('./registry-auth.ts');
  const digest = image.indexOf('@');
  const last = image.slice(image.lastIndexOf('/') + 1);
  const colon = digest >= 0 ? -1 : last.includes(':') ? image.lastIndexOf(':') : -1;
  const query =
    digest >= 0
      ? { fromImage: image.slice(0, digest), tag: image.slice(digest + 1) }
      : {
          fromImage: colon < 0 ? image : image.slice(0, colon),
          tag: colon < 0 ? 'latest' : image.slice(colon + 1),
        };
  const lines = context.engine.lines('POST', '/images/create', {
    query: { ...query, platform: options.platform || undefined },
    headers: { 'X-Registry-Auth': registryAuthHeader(context.config, image) },
  });
  await showProgress(context.terminal, lines, { to: 'error', quiet: options.quiet });
}
