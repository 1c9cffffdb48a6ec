import { decodeIndex, formatReference, isIndexType } from '@berth/oci';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { indentJson } from '../format/indent-json.ts';
import { ManifestStore } from '../manifests/manifest-store.ts';
import {
  insecureHosts,
  manifestReference,
  RemoteManifests,
} from '../manifests/remote-manifests.ts';
import {
  manifestBytes,
  manifestListText,
  type StoredManifest,
} from '../manifests/stored-manifest.ts';
import { CommandError } from '../usage-error.ts';

/** `berth manifest inspect` */
export async function inspectManifest(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  const print = (text: string) => context.terminal.print(text);
  const verbose = flags.boolean('verbose');
  const reference = manifestReference(args.at(-1) ?? '');
  const name = formatReference(reference);
  const store = new ManifestStore(context.configFolder);
  if (args.length === 2) {
    const stored = store.get(formatReference(manifestReference(args[0] ?? '')), name);
    if (stored === undefined) throw new CommandError(`No such manifest: ${name}`);
    print(imageText(stored, verbose));
    return 0;
  }
  const local = store.list(name);
  if (local !== undefined) {
    print(verbose ? jsonText(local) : manifestListText(local.map((image) => image.Descriptor)));
    return 0;
  }
  const insecure = insecureHosts(flags.boolean('insecure'), reference);
  await using remote = new RemoteManifests(context, { insecure });
  const found = await remote.read(reference);
  if (!isIndexType(found.descriptor.mediaType)) {
    print(imageText(await remote.image(reference, found), verbose));
  } else if (verbose) {
    print(jsonText(await remote.images(reference, found)));
  } else {
    print(manifestListText(decodeIndex(found.bytes).manifests));
  }
  return 0;
}

function imageText(image: StoredManifest, verbose: boolean): string {
  // The text of the manifest itself, so that nothing in it is lost.
  return verbose ? jsonText(image) : tabs(indentJson(manifestBytes(image).toString('utf8')));
}

function jsonText(value: unknown): string {
  return JSON.stringify(value, undefined, '\t');
}

function tabs(text: string): string {
  return text.replace(/^(?: {4})+/gm, (spaces) => '\t'.repeat(spaces.length / 4));
}
