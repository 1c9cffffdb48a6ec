import { formatReference } from '@berth/oci';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { ManifestStore } from '../manifests/manifest-store.ts';
import { manifestReference } from '../manifests/remote-manifests.ts';
import { CommandError } from '../usage-error.ts';

/** `berth manifest rm`: those that exist are removed even when another does not. */
export async function removeManifestLists(
  context: CliContext,
  { args }: Invocation,
): Promise<number> {
  const store = new ManifestStore(context.configFolder);
  const missing: string[] = [];
  for (const list of args.map((text) => formatReference(manifestReference(text)))) {
    if (store.list(list) === undefined) missing.push(`No such manifest: ${list}`);
    else store.remove(list);
  }
  if (missing.length > 0) throw new CommandError(missing.join('\n'));
  return 0;
}
