import type { ShimStartOptions } from './shim-client.ts';

/** The shim's command line (native/shim/src/options.c). */
export function shimArguments(options: ShimStartOptions): string[] {
  const { runtime, log } = options;
  return [
    ...['--hold', '--id', options.id, '--bundle', options.bundle],
    ...['--runtime', runtime.path, '--runtime-root', runtime.root],
    ...runtime.args.flatMap((argument) => ['--runtime-arg', argument]),
    ...flag('--systemd-cgroup', runtime.systemdCgroup),
    ...flag('--tty', options.tty),
    ...flag('--stdin', options.openStdin),
    ...flag('--stdin-once', options.stdinOnce),
    ...['--log-driver', log.driver, '--log', log.path],
    ...value('--log-max-size', log.maxSizeBytes),
    ...value('--log-max-files', log.maxFiles),
    ...value('--log-buffer', log.bufferBytes),
    ...flag('--log-hold', log.hold === true),
    ...flag('--log-tell', log.tellRotations === true),
    ...value('--log-attrs', attributes(log.attrs)),
    ...value('--oom-file', options.oomFile),
    ...['--exit-file', options.exitFile],
  ];
}

function flag(name: string, set: boolean): string[] {
  return set ? [name] : [];
}

function value(name: string, given: string | number | undefined): string[] {
  return given === undefined ? [] : [name, String(given)];
}

/** Docker sorts the keys, as Go's maps are encoded. */
function attributes(attrs: Readonly<Record<string, string>> | undefined): string | undefined {
  const entries = Object.entries(attrs ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? undefined : JSON.stringify(Object.fromEntries(entries));
}
