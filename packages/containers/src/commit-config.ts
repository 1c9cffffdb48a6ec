import type { ContainerConfig } from '@berth/engine-api';
import { applyChanges } from '@berth/images/changes/apply-changes.ts';
import type { ImageRunConfig } from '@berth/oci';
import { mergeImageConfig } from './image-config-merge.ts';

/** The fields of a container's configuration that an image keeps. */
const imageFields = [
  'User',
  'ExposedPorts',
  'Env',
  'Entrypoint',
  'Cmd',
  'Volumes',
  'WorkingDir',
  'Labels',
  'StopSignal',
  'ArgsEscaped',
  'Healthcheck',
  'OnBuild',
  'Shell',
] as const satisfies readonly (keyof ContainerConfig & keyof ImageRunConfig)[];

/**
 * What a commit gives the new image: the container's configuration, or what the request gives instead, after the
 * instructions of `--change`. What the request leaves out comes from the container, as dockerd does it. Fails
 * with images.invalid-change.
 */
export function commitConfig(
  container: ContainerConfig,
  given: ContainerConfig | undefined,
  changes: readonly string[],
): ImageRunConfig {
  const start = given === undefined || Object.keys(given).length === 0 ? container : given;
  const changed = applyChanges(runConfigOf(start), changes);
  return runConfigOf(mergeImageConfig(changed as ContainerConfig, runConfigOf(container)));
}

/** Without what is empty or null. */
function runConfigOf(config: ContainerConfig): ImageRunConfig {
  const entries = imageFields.map((name) => [name, config[name]] as const);
  return Object.fromEntries(entries.filter(([, value]) => !isEmpty(value))) as ImageRunConfig;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
