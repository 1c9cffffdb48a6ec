import {
  type Digest,
  familiarName,
  formatPlatform,
  formatReference,
  type Platform,
} from '@berth/oci';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { platformQuery } from '../container-options/platform-option.ts';
import { showProgress } from '../streams/progress-display.ts';
import { registryAuthHeader } from '../streams/registry-auth.ts';
import { CommandError } from '../usage-error.ts';
import { wantedReference } from './image-pull.ts';

const platformNote = `Info -> Using --platform pushes only the specified platform manifest of a multi-platform image index.
         Other components, like attestations, will not be included.
         To push the complete multi-platform image, remove the --platform flag.
`;

/** `berth push` */
export async function pushImage(context: CliContext, { flags, args }: Invocation): Promise<number> {
  const { engine, terminal, config } = context;
  const platform = platformQuery(flags.string('platform'));
  if (platform !== undefined) terminal.print(platformNote);
  const reference = wantedReference(context, flags, args[0] ?? '');
  if (reference.digest !== undefined) throw new CommandError('cannot push a digest reference');
  const quiet = flags.boolean('quiet');
  const name = familiarName(reference);
  const lines = engine.lines('POST', `/images/${encodeURIComponent(name)}/push`, {
    query: { tag: reference.tag, platform },
    headers: { 'X-Registry-Auth': registryAuthHeader(config, name) },
  });
  const notes: string[] = [];
  const onAux = (aux: unknown) => notes.push(...noteOf(aux as PushAux));
  try {
    await showProgress(terminal, lines, { to: 'output', quiet, onAux });
  } finally {
    for (const note of notes) terminal.warn(note);
  }
  if (quiet) terminal.print(formatReference(reference));
  return 0;
}

interface ShownDescriptor {
  readonly digest: Digest;
  readonly platform?: Platform;
}

interface PushAux {
  readonly manifestPushedInsteadOfIndex?: boolean;
  readonly originalIndex?: ShownDescriptor;
  readonly selectedManifest?: ShownDescriptor;
  readonly contentMissing?: boolean;
}

/** What the user should know beside progress: that another thing was pushed than they may think. */
function noteOf(aux: PushAux): string[] {
  const { originalIndex: index, selectedManifest: selected } = aux;
  if (aux.contentMissing === true) {
    return [
      'Not all platforms of the image are here or in the registry: pull the missing ones, or push one with --platform.',
    ];
  }
  if (aux.manifestPushedInsteadOfIndex !== true || index === undefined) return [];
  const platform =
    selected?.platform === undefined ? '' : ` (${formatPlatform(selected.platform)})`;
  return [
    'Not all multiplatform-content is present and only the available single-platform image was pushed',
    `${index.digest} -> ${selected?.digest}${platform}`,
  ];
}
