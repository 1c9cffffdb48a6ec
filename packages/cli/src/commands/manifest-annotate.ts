import { formatReference, type Platform } from '@berth/oci';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import type { ParsedFlags } from '../flags/parsed-flags.ts';
import { ManifestStore } from '../manifests/manifest-store.ts';
import { manifestReference } from '../manifests/remote-manifests.ts';
import { orderedPlatform } from '../manifests/stored-manifest.ts';
import { CommandError } from '../usage-error.ts';

/** The platforms that Docker lets a list have. */
const architectures: Readonly<Record<string, readonly string[]>> = {
  darwin: ['386', 'amd64', 'arm', 'arm64'],
  dragonfly: ['amd64'],
  freebsd: ['386', 'amd64', 'arm'],
  linux: [
    ...['386', 'amd64', 'arm', 'arm64', 'loong64', 'mips64', 'mips64le'],
    ...['ppc64le', 'riscv64', 's390x'],
  ],
  netbsd: ['386', 'amd64', 'arm'],
  openbsd: ['386', 'amd64', 'arm'],
  plan9: ['386', 'amd64'],
  solaris: ['amd64'],
  windows: ['386', 'amd64', 'arm', 'arm64'],
};

/** `berth manifest annotate` */
export async function annotateManifest(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  const [list, name] = args.map((text) => formatReference(manifestReference(text)));
  const store = new ManifestStore(context.configFolder);
  const stored = store.get(list ?? '', name ?? '');
  if (stored === undefined) {
    throw new CommandError(`manifest for image ${name} does not exist in ${list}`);
  }
  const platform = annotated(stored.Descriptor.platform ?? { os: '', architecture: '' }, flags);
  if (!(architectures[platform.os] ?? []).includes(platform.architecture)) {
    throw new CommandError(
      `manifest entry for image has unsupported os/arch combination: ${flags.string('os')}/${flags.string('arch')}`,
    );
  }
  store.save(list ?? '', name ?? '', {
    ...stored,
    Descriptor: { ...stored.Descriptor, platform },
  });
  return 0;
}

function annotated(platform: Platform, flags: ParsedFlags): Platform {
  const variant = flags.string('variant') || platform.variant;
  const version = flags.string('os-version') || platform['os.version'];
  const features = [...new Set([...(platform['os.features'] ?? []), ...flags.list('os-features')])];
  return orderedPlatform({
    os: flags.string('os') || platform.os,
    architecture: flags.string('arch') || platform.architecture,
    ...(variant ? { variant } : {}),
    ...(version ? { 'os.version': version } : {}),
    ...(features.length > 0 ? { 'os.features': features } : {}),
  });
}
