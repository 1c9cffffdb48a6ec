import {
  type Descriptor,
  decodeManifest,
  formatReference,
  mediaTypes,
  parseReference,
  type Reference,
  repositoryOf,
  sha256Of,
} from '@berth/oci';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { ManifestStore } from '../manifests/manifest-store.ts';
import {
  insecureHosts,
  manifestReference,
  RemoteManifests,
} from '../manifests/remote-manifests.ts';
import {
  listMediaType,
  manifestBytes,
  manifestListText,
  type StoredManifest,
} from '../manifests/stored-manifest.ts';
import { CommandError } from '../usage-error.ts';

/** `berth manifest push`: images of other repositories of the same registry come along. */
export async function pushManifestList(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  const target = manifestReference(args[0] ?? '');
  const list = formatReference(target);
  const store = new ManifestStore(context.configFolder);
  const images = store.list(list);
  if (images === undefined || images.length === 0) {
    throw new CommandError(`No such manifest: ${list}`);
  }
  for (const image of images) checkImage(image, target);
  const insecure = insecureHosts(flags.boolean('insecure'), target);
  await using remote = new RemoteManifests(context, { insecure });
  for (const image of images) {
    if (parseReference(image.Ref).path === target.path) continue;
    await copyImage(remote, image, target);
    const name = `${formatReference(repositoryOf(target))}@${image.Descriptor.digest}`;
    context.terminal.print(`Pushed ref ${name} with digest: ${image.Descriptor.digest}`);
  }
  const text = manifestListText(images.map((image) => image.Descriptor));
  const bytes = Buffer.from(text);
  const name = target.tag ?? sha256Of(bytes);
  const repository = remote.repository(target, 'push');
  const { digest } = await repository.putManifest(name, listMediaType(text), bytes);
  if (flags.boolean('purge')) store.remove(list);
  context.terminal.print(digest);
  return 0;
}

function checkImage({ Ref, Descriptor: { platform } }: StoredManifest, target: Reference): void {
  const { domain } = parseReference(Ref);
  if (domain !== target.domain) {
    throw new CommandError(
      `cannot use source images from a different registry than the target image: ${domain} != ${target.domain}`,
    );
  }
  if (!platform?.os || !platform.architecture) {
    throw new CommandError(
      `manifest ${Ref} must have an OS and Architecture to be pushed to a registry`,
    );
  }
}

/** Mounts the blobs of an image, or copies those that the registry will not mount, then writes its manifest. */
async function copyImage(
  remote: RemoteManifests,
  image: StoredManifest,
  target: Reference,
): Promise<void> {
  const from = parseReference(image.Ref);
  const source = remote.repository(from, 'pull');
  const repository = remote.repository(target, 'push');
  const bytes = manifestBytes(image);
  const { config, layers } = decodeManifest(bytes);
  for (const blob of [config, ...layers.filter(isStored)]) {
    const open = async (offset: number) => (await source.openBlob(blob, { offset })).body;
    await repository.uploadBlob(blob, open, { mountFrom: [from] });
  }
  const { mediaType, digest } = image.Descriptor;
  await repository.putManifest(digest, mediaType, bytes);
}

/** Foreign layers are not in registries. */
function isStored({ mediaType }: Descriptor): boolean {
  return mediaType !== mediaTypes.dockerForeignLayerGzip && !mediaType.includes('nondistributable');
}
