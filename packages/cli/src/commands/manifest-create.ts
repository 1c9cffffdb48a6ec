import { formatReference } from '@berth/oci';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { ManifestStore } from '../manifests/manifest-store.ts';
import {
  insecureHosts,
  manifestReference,
  RemoteManifests,
} from '../manifests/remote-manifests.ts';
import { CommandError } from '../usage-error.ts';

/** `berth manifest create`: nothing is stored unless every manifest was found. */
export async function createManifestList(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  const [first = '', ...others] = args;
  const list = formatReference(manifestReference(first));
  const store = new ManifestStore(context.configFolder);
  if (store.list(list) !== undefined && !flags.boolean('amend')) {
    throw new CommandError('refusing to amend an existing manifest list with no --amend flag');
  }
  const references = others.map(manifestReference);
  const insecure = insecureHosts(flags.boolean('insecure'), ...references);
  await using remote = new RemoteManifests(context, { insecure });
  const images = [];
  for (const reference of references) {
    const known = store.get(list, formatReference(reference));
    images.push(known ?? (await remote.image(reference)));
  }
  for (const image of images) store.save(list, image.Ref, image);
  context.terminal.print(`Created manifest list ${list}`);
  return 0;
}
